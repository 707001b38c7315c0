import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createHttpClient } from '../../engine/http/index.ts';
import { refusalOf, serve, serveTls, systemWithDeadline, testSystem } from './loopback.ts';

const client = createHttpClient(testSystem());
const get = { method: 'GET', timeoutMs: 30_000 } as const;

test('what is sent arrives, and what is answered comes back', async () => {
  await using server = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.writeHead(201, { 'x-two': ['a', 'b'], 'content-type': 'text/plain' });
    response.end(`${request.method} ${request.url} ${request.headers['x-token']} ${body}`);
  });
  const url = `http://127.0.0.1:${server.port}/things?x=1`;
  const answer = await client.request({ ...get, method: 'POST', url, headers: { 'x-token': 't' }, body: 'hello' });
  expect(answer.status).toBe(201);
  expect(answer.body.toString()).toBe('POST /things?x=1 t hello');
  expect(answer.headers).toMatchObject({ 'content-type': 'text/plain', 'x-two': 'a, b' });
});

test('any status is an answer', async () => {
  await using server = await serve((_, response) => response.writeHead(503).end('busy'));
  expect(await client.request({ ...get, url: `http://127.0.0.1:${server.port}/` })).toMatchObject({ status: 503 });
});

test('a compressed body is unpacked', async () => {
  await using server = await serve((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('plain text')),
  );
  const { body } = await client.request({ ...get, url: `http://127.0.0.1:${server.port}/` });
  expect(body.toString()).toBe('plain text');
});

test('a body without content needs no unpacking, whatever its headers say', async () => {
  await using server = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end());
  const answer = await client.request({ ...get, method: 'HEAD', url: `http://127.0.0.1:${server.port}/` });
  expect(answer.body).toHaveLength(0);
});

test('a body of exactly the limit is taken, one byte more is not', async () => {
  await using server = await serve((_, response) => response.end('12345'));
  const url = `http://127.0.0.1:${server.port}/`;
  expect((await client.request({ ...get, url, maxBytes: 5 })).body.toString()).toBe('12345');
  expect((await refusalOf(client.request({ ...get, url, maxBytes: 4 }))).code).toBe('http-too-large');
});

test('a small body that unpacks to a huge one is stopped', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(100_000);
  await using server = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
  const { code } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${server.port}/` }));
  expect(code).toBe('http-too-large');
});

test.each([
  ['gzip', 'not gzip at all'],
  ['zstd', 'an encoding that was not asked for'],
])('a body that is not what its encoding %s says cannot be read', async (encoding, body) => {
  await using server = await serve((_, response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body),
  );
  const { code } = await refusalOf(client.request({ ...get, url: `http://127.0.0.1:${server.port}/` }));
  expect(code).toBe('http-response-invalid');
});

test('the deadline ends a request that is never answered', async () => {
  const { system, pass } = systemWithDeadline();
  await using server = await serve(() => pass());
  const url = `http://127.0.0.1:${server.port}/`;
  const { code, text } = await refusalOf(createHttpClient(system).request({ ...get, url }));
  expect(code).toBe('http-timeout');
  expect(text).toContain('within 30 s');
});

test('the deadline ends a body that never ends', async () => {
  const { system, pass } = systemWithDeadline();
  await using server = await serve((_, response) => {
    response.writeHead(200);
    response.write('the beginning', () => pass());
  });
  const url = `http://127.0.0.1:${server.port}/`;
  expect((await refusalOf(createHttpClient(system).request({ ...get, url }))).code).toBe('http-timeout');
});

test('whoever asked can interrupt', async () => {
  const interrupt = new AbortController();
  await using server = await serve(() => interrupt.abort());
  const request = { ...get, url: `http://127.0.0.1:${server.port}/`, signal: interrupt.signal };
  expect((await refusalOf(client.request(request))).code).toBe('http-interrupted');
});

test('a server that nobody vouches for is refused, unless verification is off', async () => {
  await using server = await serveTls((_, response) => response.end('over TLS'));
  const url = `https://127.0.0.1:${server.port}/`;
  expect((await refusalOf(client.request({ ...get, url }))).code).toBe('http-tls');
  expect((await client.request({ ...get, url, verifyTls: false })).body.toString()).toBe('over TLS');
  // What was allowed once is not remembered.
  expect((await refusalOf(client.request({ ...get, url }))).code).toBe('http-tls');
});

test('a server that speaks no TLS is refused', async () => {
  await using server = await serve((_, response) => response.end('plain'));
  expect((await refusalOf(client.request({ ...get, url: `https://127.0.0.1:${server.port}/` }))).code).toBe('http-tls');
});
