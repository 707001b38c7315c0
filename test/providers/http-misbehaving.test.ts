import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../engine/provider/index.ts';
import type { JsonObject } from '../../engine/values/index.ts';
import { http } from '../../providers/http/index.ts';
import { serve, serveTls } from '../http/loopback.ts';
import { misbehaviours } from '../http/misbehaviours.ts';
import { testSystem } from '../support/servers.ts';

const ask = async (options: JsonObject, timeoutMs = 30_000): Promise<CheckResult> => {
  const check = http.check?.({ system: testSystem() });
  if (!check) throw new Error('the provider has no check');
  const { signal } = new AbortController();
  const redact = (text: string): string => text;
  return check.run({
    name: 'h',
    options: { expect_status: 200, ...options },
    timeoutMs,
    directory: '.',
    variables: {},
    redact,
    signal,
  });
};

describe.concurrent('a server that', () => {
  test.each(Object.entries(misbehaviours))(
    '%s fails the check, in words',
    async (_, { open, says, expects, stalls }) => {
      await using server = await open();
      const url = `http://127.0.0.1:${server.port}/status`;
      const result = await ask({ url, ...(expects && { expect_json: expects }) }, stalls && 300);
      expect(result.passed).toBe(false);
      expect(result.detail).toMatch(says);
      // What goes into the log of the release is bounded, whatever came.
      expect(result.detail.length).toBeLessThan(300);
      expect(result.output.length).toBeLessThanOrEqual(4096);
    },
  );
});

test('one that fails every other time is asked once, and what it said counts', async () => {
  let asked = 0;
  await using server = await serve((_, response) => {
    asked += 1;
    response.writeHead(asked % 2 === 1 ? 503 : 200).end();
  });
  const url = `http://127.0.0.1:${server.port}/`;
  expect(await ask({ url })).toMatchObject({ passed: false, detail: 'HTTP 503 instead of 200' });
  expect(asked).toBe(1);
});

test('wherever it redirects to, nobody else is asked', async () => {
  let strangers = 0;
  await using stranger = await serve((_, response) => {
    strangers += 1;
    response.end('{"status":"ok"}');
  });
  const port = String(stranger.port);
  const elsewhere = [
    `http://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `//127.0.0.1:${port}/`,
    `http://0x7f000001:${port}/`,
  ];
  const forbidden = [
    'http://169.254.169.254/latest/meta-data/',
    'http://[fe80::1]/',
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'data:text/plain,ok',
  ];
  for (const location of [...elsewhere, ...forbidden]) {
    for (const status of [301, 302, 303, 307, 308]) {
      await using server = await serve((_, response) => response.writeHead(status, { location }).end());
      const result = await ask({ url: `http://127.0.0.1:${server.port}/` });
      expect(result).toMatchObject({ passed: false, detail: `HTTP ${status} instead of 200` });
    }
  }
  expect(strangers).toBe(0);
});

test('a name that nobody knows is a failure', async () => {
  const { passed, detail } = await ask({ url: 'http://no-such-host.invalid/' });
  expect(passed).toBe(false);
  expect(detail).toMatch(/^no-such-host\.invalid cannot be reached \(E\w+\)\.$/);
});

test('a certificate that nobody vouches for is a failure, unless it need not be looked at, and then that is said', async () => {
  await using server = await serveTls((_, response) => response.end('{"status":"ok","more":[1]}'));
  const url = `https://127.0.0.1:${server.port}/`;
  expect(await ask({ url })).toMatchObject({
    passed: false,
    detail: expect.stringContaining('does not prove who it is'),
  });
  expect(await ask({ url, verify_ssl: false, expect_json: { status: 'ok' } })).toMatchObject({
    passed: true,
    detail: 'HTTP 200, without looking whose certificate it is',
  });
});

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [{ deep: { list: [1, { x: null }] } }, true],
  [{ deep: {} }, true],
  [{ a: '1' }, false],
  [{ b: null }, false],
  [{ deep: { list: [1] } }, false],
  [{ deep: { list: [1, { x: 0 }] } }, false],
  [{ deep: [] }, false],
  // What every object inherits is no member of the answer.
  [JSON.parse('{"__proto__":{}}'), false],
] as const)('of JSON, %j is enough: %s', async (expected, passed) => {
  await using server = await serve((_, response) => response.end('{"a":1,"deep":{"list":[1,{"x":null,"y":2}]}}'));
  expect((await ask({ url: `http://127.0.0.1:${server.port}/`, expect_json: expected as JsonObject })).passed).toBe(
    passed,
  );
});

test('secrets are taken out before the answer is cut', async () => {
  await using server = await serve((_, response) => response.end(`${'x'.repeat(4090)}hunter2-and-more`));
  const check = http.check?.({ system: testSystem() });
  const result = await check?.run({
    name: 'h',
    options: { url: `http://127.0.0.1:${server.port}/` },
    timeoutMs: 30_000,
    directory: '.',
    variables: {},
    redact: (text) => text.replaceAll('hunter2-and-more', '***'),
    signal: new AbortController().signal,
  });
  expect(result?.output).toBe(`${'x'.repeat(4090)}***`);
});
