import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { CheckOrder, CheckResult } from '../../engine/provider/index.ts';
import { createLog, realSystem, type System } from '../../engine/system/index.ts';
import { http } from '../../providers/http/index.ts';

const system = realSystem(
  createLog('silent', () => undefined),
  new AbortController().signal,
);

const ask = async (options: CheckOrder['options'], handed: System = system): Promise<CheckResult> => {
  const check = http.check?.({ system: handed });
  if (!check) throw new Error('the provider has no check');
  const signal = new AbortController().signal;
  return check.run({
    name: 'h',
    options,
    timeoutMs: 5000,
    directory: '.',
    variables: {},
    redact: (text: string) => text,
    signal,
  });
};

/** Asks a server that answers like this. */
const check = async (answer: RequestListener, options: CheckOrder['options'] = {}, handed = system) => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/status?token=hunter2`;
  try {
    return await ask({ url, ...options }, handed);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

const answering =
  (status: number, headers = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end('body');

test('200 to 299 passes where nothing else is expected', async () => {
  expect(await check(answering(200))).toEqual({ passed: true, detail: 'HTTP 200', output: 'body' });
  expect(await check(answering(299))).toMatchObject({ passed: true });
});

test('any other status does not', async () => {
  expect(await check(answering(503))).toMatchObject({ passed: false, detail: 'HTTP 503 instead of 200 to 299' });
});

test('an expected status passes alone', async () => {
  expect(await check(answering(404), { expect_status: 404 })).toMatchObject({ passed: true, detail: 'HTTP 404' });
  const other = await check(answering(201), { expect_status: 200 });
  expect(other).toMatchObject({ passed: false, detail: 'HTTP 201 instead of 200' });
});

test('a redirect is seen, not followed', async () => {
  const redirect = answering(302, { location: '/elsewhere' });
  expect(await check(redirect)).toMatchObject({ passed: false, detail: 'HTTP 302 instead of 200 to 299' });
  expect(await check(redirect, { expect_status: 302 })).toMatchObject({ passed: true });
});

test('a server that does not answer in time is a result that names the host only', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const result = await check(() => resolve(), {}, { ...system, clock: { ...system.clock, sleep: () => promise } });
  expect(result.passed).toBe(false);
  expect(result.detail).toMatch(/^127\.0\.0\.1:\d+ did not answer completely within 5 s\.$/);
});

test('a server that cannot be reached, or speaks no TLS, is a result', async () => {
  expect(await ask({ url: 'http://127.0.0.1:1/' })).toMatchObject({ passed: false, output: '' });
  expect(await ask({ url: 'not a url' })).toMatchObject({ passed: false, detail: 'A URL cannot be read.' });
});

test('of a long answer the beginning is shown', async () => {
  const { passed, output } = await check((_, response) => response.end('x'.repeat(100_000)));
  expect(passed).toBe(true);
  expect(output).toHaveLength(4096);
});
