import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Gateway } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { marie } from '../../providers/marie/index.ts';
import {
  type Loopback,
  refusalOf,
  serve,
  serveRaw,
  serveTls,
  systemWithDeadline,
  testSystem,
} from '../http/loopback.ts';
import { token } from './estate.ts';

interface Manner {
  readonly system?: System;
  readonly path?: string;
  readonly scheme?: 'http' | 'https';
  readonly verifyTls?: boolean;
}

const asked = async <T>(
  server: Loopback,
  ask: (gateway: Gateway) => Promise<T>,
  { system = testSystem(), path = 'auto', scheme = 'http', verifyTls = true }: Manner = {},
): Promise<T> => {
  const gateway = marie.gateway?.({
    system,
    id: 'one',
    url: `${scheme}://127.0.0.1:${server.port}`,
    token: new Secret(token),
    healthPath: path,
    timeoutMs: 5000,
    verifyTls,
  });
  if (!gateway) throw new Error('the provider is no gateway');
  try {
    return await ask(gateway);
  } finally {
    await gateway.close();
  }
};

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

const json = (value: unknown, status = 200): RequestListener => answering(status, JSON.stringify(value));

/** Every question that is asked of a gateway, and none that changes anything. */
const questions: Readonly<Record<string, (gateway: Gateway) => Promise<unknown>>> = {
  health: (gateway) => gateway.health(),
  executors: (gateway) => gateway.executors(),
  capacity: (gateway) => gateway.capacity(),
  planners: (gateway) => gateway.planners(),
  planner: (gateway) => gateway.planner('x'),
  token: (gateway) => gateway.checkToken(),
  progress: (gateway) => gateway.progress('r'),
};

/** A body without an end. */
const pour: RequestListener = (_, response) => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

describe.each(Object.entries(questions))('asked for %s', (name, ask) => {
  test.each([
    ['fails with a page', answering(502, '<html><h1>Bad gateway</h1></html>'), 'gateway-error', /HTTP 502/],
    [
      'fails in its own words',
      json({ status: 'error', message: `broken by ${token}` }, 500),
      'gateway-error',
      /HTTP 500/,
    ],
    ['sends us elsewhere', answering(302, '', { location: 'http://example.com/' }), 'http-redirect-refused', /example/],
    [
      'asks for another token',
      json({ status: 'error', message: 'Not authenticated' }, 401),
      'gateway-token-refused',
      /401/,
    ],
  ])('a gateway that %s', async (_, answer, code, says) => {
    await using server = await serve(answer);
    const refused = await refusalOf(asked(server, ask));
    // Where the health of a gateway is asked, its answer is looked at by the status alone; an invocation follows nobody.
    const lenient =
      (name === 'health' && code === 'gateway-token-refused') || (name === 'token' && code.startsWith('http'));
    if (!lenient) expect(refused.code).toBe(code);
    if (!lenient) expect(refused.text).toMatch(says);
    expect(refused.text).not.toContain(token);
    expect(refused.text).toContain('gateway.one');
  });

  test('a gateway that says nothing is not waited for', async () => {
    const { system, pass } = systemWithDeadline();
    await using server = await serveRaw((socket) => socket.on('data', pass));
    expect((await refusalOf(asked(server, ask, { system }))).code).toBe('http-timeout');
  });
});

describe.each(Object.entries(questions).filter(([name]) => name !== 'health'))('asked for %s', (_, ask) => {
  test.each([
    ['a page', answering(200, '<!doctype html><title>Sign in</title>'), /a web page/],
    ['nothing', answering(200, ''), /answers \S+ with nothing/],
    ['half an answer', answering(200, '{"status":"OK","resu'), /no JSON/],
    ['a list', json(['OK']), /in a form that Marie does not have|does not/],
    [
      'an OK that holds nothing',
      json({ status: 'OK' }),
      /in a form that Marie does not have|does not|refuses|HTTP 200/,
    ],
    ['nonsense that is deep', answering(200, '['.repeat(200_000)), /no JSON/],
  ])('a gateway that answers %s', async (_name, answer, says) => {
    await using server = await serve(answer);
    const refused = await refusalOf(asked(server, ask));
    expect(['gateway-answer-invalid', 'gateway-error']).toContain(refused.code);
    expect(refused.text).toMatch(says);
  });
});

test('HTTP 200 with an error inside is a failure', async () => {
  await using server = await serve(json({ status: 'error', result: 'Failed to get capacity info: no slots' }));
  const { code, text } = await refusalOf(asked(server, (gateway) => gateway.capacity()));
  expect(code).toBe('gateway-error');
  expect(text).toContain('no slots');
});

test('a version that would fill a screen is none, nor is such an executor', async () => {
  const long = 'x'.repeat(100_000);
  await using server = await serve((request, response) =>
    response.end(
      JSON.stringify(
        request.url === '/status'
          ? { marie: { marie: long } }
          : { status: 'OK', result: { deployments: { a: { executor: long, status: 'SERVING' } }, [long]: [{}] } },
      ),
    ),
  );
  expect(await asked(server, (gateway) => gateway.health())).toMatchObject({ version: undefined });
  expect(JSON.stringify(await asked(server, (gateway) => gateway.executors()))).not.toContain('xxx');
});

test('a certificate that nobody vouches for is no proof', async () => {
  await using server = await serveTls(json({ marie: { marie: '4.0.0' } }));
  const ask = (gateway: Gateway) => gateway.health();
  expect((await refusalOf(asked(server, ask, { scheme: 'https' }))).code).toBe('http-tls');
  const seen = await asked(server, ask, { scheme: 'https', verifyTls: false });
  expect(seen).toMatchObject({ version: '4.0.0' });
});

test('an endless body is cut', async () => {
  await using server = await serve(pour);
  expect((await refusalOf(asked(server, (gateway) => gateway.executors()))).code).toBe('http-too-large');
});

test('what an object inherits is no member of an answer', async () => {
  await using server = await serve(
    answering(200, '{"status":"OK","result":{"status":{"__proto__/x":{"status_name":"SERVING"}},"__proto__":[]}}'),
  );
  expect(await asked(server, (gateway) => gateway.executors())).toMatchObject([{ name: 'x', serving: true }]);
  expect(Object.prototype).not.toHaveProperty('status_name');
});

describe('where health is', () => {
  const only =
    (path: string): RequestListener =>
    (request, response) =>
      response.writeHead(request.url === path ? 200 : 404).end('{}');

  test.each([
    ['auto', '/status', '/status'],
    ['auto', '/health', '/health'],
    ['auto', '/', '/'],
    ['/alive', '/alive', '/alive'],
  ])('%s finds %s', async (path, there, found) => {
    await using server = await serve(only(there));
    expect(await asked(server, (gateway) => gateway.health(), { path })).toMatchObject({
      path: found,
      version: undefined,
    });
  });

  test('a configured path that fails is not made up for by another', async () => {
    await using server = await serve(only('/status'));
    const refused = await refusalOf(asked(server, (gateway) => gateway.health(), { path: '/alive' }));
    expect(refused.text).toContain('/alive with HTTP 404');
  });
});

test.each([
  ['hides its description', answering(404, '<html>'), /HTTP 404/],
  ['describes itself in a page', answering(200, '<html>'), /openapi/],
  ['shows its description to others only', json({}, 403), /HTTP 403/],
])('a gateway that %s is published nothing to, and says why', async (_, answer, why) => {
  await using server = await serve(answer);
  const said = await asked(server, (gateway) => gateway.publishing());
  expect(said).toMatchObject({ possible: false, why: expect.stringMatching(why) });
  expect(JSON.stringify(said)).not.toContain(token);
});
