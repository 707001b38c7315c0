import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createHttpClient } from '../../engine/http/index.ts';
import { refusalOf, serve, testSystem } from './loopback.ts';

const client = createHttpClient(testSystem());
const get = { method: 'GET', timeoutMs: 30_000 } as const;

test.each([
  ['no URL', 'status page'],
  ['a path', '/status'],
  ['another scheme', 'file:///etc/passwd'],
  ['a user name', 'http://someone@127.0.0.1/'],
  ['a password', 'http://:hunter2@127.0.0.1/'],
])('%s is refused before anything is sent', async (_, url) => {
  const { code, text } = await refusalOf(client.request({ ...get, url }));
  expect(code).toBe('http-request-invalid');
  expect(text).not.toContain('hunter2');
});

test('nobody listens', async () => {
  const closed = await serve(() => undefined);
  await closed[Symbol.asyncDispose]();
  const { code, text } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${closed.port}/` }));
  expect(code).toBe('http-unreachable');
  expect(text).toContain('ECONNREFUSED');
});

test('the server hangs up', async () => {
  await using server = await serve((request) => request.socket.destroy());
  const { code } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${server.port}/` }));
  expect(code).toBe('http-unreachable');
});

test('the server speaks something else', async () => {
  const server = createServer((socket) => socket.end('220 mail.example.com ESMTP\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { code } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${port}/` }));
  server.close();
  expect(code).toBe('http-response-invalid');
});

test('no text shows a path, a query, a header or a body', async () => {
  const closed = await serve(() => undefined);
  await closed[Symbol.asyncDispose]();
  const secret = 'hunter2';
  const url = `http://127.0.0.1:${closed.port}/${secret}?token=${secret}`;
  const request = { ...get, method: 'POST', url, headers: { authorization: secret }, body: secret } as const;
  expect((await refusalOf(client.request(request))).text).not.toContain(secret);
  const broken = await refusalOf(client.request({ ...request, headers: { authorization: `${secret}\nx: y` } }));
  expect(broken.code).toBe('http-request-invalid');
  expect(broken.text).not.toContain(secret);
});

test('a proxy in the environment is not used', async () => {
  const before = process.env.HTTP_PROXY;
  process.env.HTTP_PROXY = 'http://127.0.0.1:9';
  try {
    await using server = await serve((_, response) => response.end('direct'));
    const answer = await createHttpClient(testSystem()).request({ ...get, url: `http://127.0.0.1:${server.port}/` });
    expect(answer.body.toString()).toBe('direct');
  } finally {
    if (before === undefined) delete process.env.HTTP_PROXY;
    else process.env.HTTP_PROXY = before;
  }
});

test('a client that was closed can be used again', async () => {
  await using server = await serve((_, response) => response.end('here'));
  const url = `http://127.0.0.1:${server.port}/`;
  await client.request({ ...get, url });
  await client.close();
  expect((await client.request({ ...get, url })).body.toString()).toBe('here');
});
