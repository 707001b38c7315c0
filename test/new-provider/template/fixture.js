import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const token = 'a-token-that-nobody-may-see';

/** A server on the loopback interface: /up is well, /down is not, /hang takes a request and never answers. */
const serve = async () => {
  const server = createServer((request, response) => {
    if (request.url === '/hang') return;
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(isKnown && request.url === '/up' ? 200 : 503).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
};

/** @type {import('m3forge/provider-kit').ProviderFixture} */
export const fixture = {
  start: async () => {
    const server = await serve();
    const directory = await mkdtemp(join(tmpdir(), 'm3forge-provider-'));
    return {
      backupStore: {
        options: { directory },
        broken: { directory: join(directory, 'absent') },
      },
      check: {
        passing: { url: `${server.url}/up`, token },
        failing: { url: `${server.url}/down`, token },
        // Nobody listens on port 2.
        broken: { url: 'http://127.0.0.1:2/', token },
        hanging: { url: `${server.url}/hang`, token },
      },
      secrets: [token],
      stop: async () => {
        await server.stop();
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
};
