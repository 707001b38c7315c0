import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createHttpClient, proxyOfEnvironment } from '../../engine/http/index.ts';
import { refusalOf, serve, serveRaw, testSystem } from '../http/loopback.ts';
import { openHost } from '../support/opened-source-control.ts';
import { keptPullRequest } from '../support/source-control-host.ts';

/** A proxy that forwards what it is asked in full, and keeps the first line of each request. */
const startProxy = async () => {
  const lines: string[] = [];
  const headers: string[] = [];
  const loopback = await serveRaw((socket: Socket) => {
    socket.once('data', (first) => {
      const text = first.toString('latin1');
      lines.push(text.split('\r\n')[0] ?? '');
      headers.push(text);
      const target = new URL(text.split(' ')[1] ?? '');
      const through = connect(Number(target.port), target.hostname, () => {
        through.write(text.replace(target.origin, ''), 'latin1');
        through.pipe(socket);
        socket.pipe(through);
      });
      through.on('error', () => socket.destroy());
    });
  });
  return { lines, headers, loopback, url: `http://127.0.0.1:${loopback.port}` };
};

test('the host is asked through the proxy that the environment names', async () => {
  const proxy = await startProxy();
  await using _ = proxy.loopback;
  await using opened = await openHost('github', { variables: { HTTP_PROXY: proxy.url } });
  opened.host.pullRequests.push(keptPullRequest({ number: 7 }));
  expect(await opened.sourceControl.pullRequest(7)).toMatchObject({ number: 7 });
  expect(proxy.lines).toEqual([`GET ${opened.host.url}/repos/acme/workflows/pulls/7 HTTP/1.1`]);
});

test.each([['127.0.0.1'], ['*'], ['example.com, 127.0.0.1']])('NO_PROXY %s leads past it', async (none) => {
  const proxy = await startProxy();
  await using _ = proxy.loopback;
  await using opened = await openHost('gitea', { variables: { http_proxy: proxy.url, no_proxy: none } });
  opened.host.pullRequests.push(keptPullRequest({ number: 7 }));
  await opened.sourceControl.pullRequest(7);
  expect(proxy.lines).toEqual([]);
});

test('a proxy that does not lead there is told of as that, without its password', async () => {
  await using proxy = await serve((_, response) => void response.writeHead(407).end());
  const url = `http://me:hunter2hunter2@127.0.0.1:${proxy.port}`;
  await using opened = await openHost('github', { variables: { HTTP_PROXY: url } });
  const { code, text } = await refusalOf(opened.sourceControl.pullRequest(7));
  expect(code).toBe('source-control-unreachable');
  expect(text).toContain('The proxy does not lead to');
  expect(text).not.toContain('hunter2');
});

test('over https, a proxy is asked for a tunnel, and one that refuses is told of', async () => {
  const lines: string[] = [];
  await using proxy = await serveRaw((socket) => {
    socket.once('data', (first) => {
      lines.push(first.toString('latin1').split('\r\n')[0] ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    });
  });
  const system = testSystem();
  const settings = proxyOfEnvironment({
    env: (name) => (name === 'HTTPS_PROXY' ? `http://127.0.0.1:${proxy.port}` : undefined),
  });
  const client = createHttpClient(system, { proxy: settings });
  const asked = client.request({ method: 'GET', url: 'https://git.example.com/api/v1', timeoutMs: 20_000 });
  const { code, text } = await refusalOf(asked);
  await client.close();
  expect(code).toBe('http-unreachable');
  expect(text).toContain('The proxy does not lead to git.example.com');
  expect(lines[0]).toBe('CONNECT git.example.com:443 HTTP/1.1');
});

test('what is no proxy is said, and not shown', async () => {
  await using opened = await openHost('github', { variables: { HTTP_PROXY: 'hunter2hunter2' } });
  const { code, text } = await refusalOf(opened.sourceControl.pullRequest(7));
  expect(code).toBe('http-request-invalid');
  expect(text).not.toContain('hunter2');
});

test.each<readonly [name: string, variables: Readonly<Record<string, string>>, expected: object]>([
  ['nothing', {}, { http: '', https: '', none: '' }],
  [
    'the lower case first',
    { https_proxy: 'a', HTTPS_PROXY: 'b', no_proxy: 'c', NO_PROXY: 'd' },
    { https: 'a', none: 'c' },
  ],
  ['an empty one is none', { https_proxy: '', HTTPS_PROXY: 'b' }, { https: 'b' }],
  ['HTTP_PROXY of a request is not taken', { HTTP_PROXY: 'b', REQUEST_METHOD: 'GET' }, { http: '' }],
])('%s', (_name, variables, expected) => {
  expect(proxyOfEnvironment({ env: (name) => variables[name] })).toMatchObject(expected);
});
