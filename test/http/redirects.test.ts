import { expect, test } from 'vitest';
import { createHttpClient } from '../../engine/http/index.ts';
import { type Loopback, refusalOf, serve, serveTls, testSystem } from './loopback.ts';

const client = createHttpClient(testSystem());
const get = { method: 'GET', timeoutMs: 30_000 } as const;

/** `/3` redirects to `/2`, that to `/1`, and so on; `/0` answers with what arrived there. */
const countdown = (status = 302): Promise<Loopback> =>
  serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const left = Number(request.url?.slice(1));
    if (left > 0) response.writeHead(status, { location: `/${left - 1}` }).end();
    else response.end(`${request.method} ${request.headers['content-type'] ?? '-'} ${body}`);
  });

test('three redirects within the origin are followed, a fourth is not', async () => {
  await using server = await countdown();
  const url = `http://127.0.0.1:${server.port}`;
  expect(await client.request({ ...get, url: `${url}/3` })).toMatchObject({ status: 200 });
  expect((await refusalOf(client.request({ ...get, url: `${url}/4` }))).code).toBe('http-redirect-refused');
});

test('with no redirect allowed, the redirect is the answer', async () => {
  await using server = await countdown();
  const answer = await client.request({ ...get, url: `http://127.0.0.1:${server.port}/1`, maxRedirects: 0 });
  expect(answer).toMatchObject({ status: 302, headers: { location: '/0' } });
});

test.each([
  [302, 'GET - '],
  [303, 'GET - '],
  [307, 'POST text/plain order'],
  [308, 'POST text/plain order'],
])('a POST that is answered with %i arrives as "%s"', async (status, arrived) => {
  await using server = await countdown(status);
  const url = `http://127.0.0.1:${server.port}/1`;
  const headers = { 'content-type': 'text/plain' };
  const { body } = await client.request({ ...get, method: 'POST', url, headers, body: 'order' });
  expect(body.toString()).toBe(arrived);
});

test('another host or port is refused, and never asked', async () => {
  let asked = 0;
  await using other = await serve((_, response) => {
    asked += 1;
    response.end();
  });
  await using server = await serve((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${other.port}/?token=hunter2` }).end(),
  );
  const { code, text } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${server.port}/` }));
  expect(code).toBe('http-redirect-refused');
  expect(text).not.toContain('hunter2');
  expect(asked).toBe(0);
});

test('from https to http is refused', async () => {
  await using server = await serveTls((request, response) =>
    response.writeHead(301, { location: `http://${request.headers.host}/` }).end(),
  );
  const url = `https://127.0.0.1:${server.port}/`;
  const { code, text } = await refusalOf(client.request({ ...get, url, verifyTls: false }));
  expect(code).toBe('http-redirect-refused');
  expect(text).toContain('from https to http');
});

test.each(['file:///etc/passwd', 'http://[broken'])('a redirect to %s is not followed', async (location) => {
  await using server = await serve((_, response) => response.writeHead(302, { location }).end());
  const { code } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${server.port}/` }));
  expect(['http-redirect-refused', 'http-response-invalid']).toContain(code);
});

test('a user name in a redirect is refused', async () => {
  await using server = await serve((request, response) =>
    response.writeHead(302, { location: `http://someone:hunter2@${request.headers.host}/` }).end(),
  );
  const { code, text } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${server.port}/` }));
  expect(code).toBe('http-request-invalid');
  expect(text).not.toContain('hunter2');
});
