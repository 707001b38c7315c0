import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BackupStore } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import type { JsonObject } from '../../engine/values/index.ts';
import { s3 } from '../../providers/s3/index.ts';
import { refusalOf, systemWithDeadline, testSystem } from '../http/loopback.ts';
import { bucketName, knownKey, type S3Server, s3Error, startS3Server } from '../support/s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.interfere = () => false;
  server.requests.length = 0;
});

/** Pauses between tries pass at once; a deadline is a longer sleep, and stays one. */
const hasty = (system = testSystem()): System => ({
  ...system,
  clock: { ...system.clock, sleep: (ms, signal) => (ms < 1000 ? Promise.resolve() : system.clock.sleep(ms, signal)) },
});

const open = (options: JsonObject = {}, system = hasty()): BackupStore => {
  const told = { bucket: bucketName, endpoint: server.endpoint, prefix: 'faults', ...knownKey, ...options };
  const store = s3.backupStore?.({ system, location: '/', options: told });
  if (!store) throw new Error('the provider has no backup store');
  return store;
};

const once = async function* (bytes: number) {
  yield Buffer.alloc(bytes, 'x');
};

const large = 17 * 1024 * 1024;

/** What each operation comes to: all of them, so that none of them ever takes a fault for an answer. */
const codesOf = async (store: BackupStore): Promise<readonly string[]> => {
  const attempts = [
    () => store.check(),
    () => store.read('a'),
    () => store.read('a', { start: 0, length: 1 }),
    () => store.list('a'),
    () => store.remove('a'),
    () => store.write('a', once(1)),
    () => store.sweep('a', () => Promise.resolve()),
  ];
  const codes: string[] = [];
  for (const attempt of attempts) codes.push((await refusalOf(attempt())).code);
  return [...new Set(codes)];
};

test('a wrong secret, and a key that nobody knows, are said as such and not shown', async () => {
  const wrong = { access_key_id: 'S3RVER', secret_access_key: 'quite-another-secret' };
  expect(await codesOf(open(wrong))).toEqual(['backup-store-credentials']);
  const { text } = await refusalOf(open(wrong).check());
  expect(text).toContain('SignatureDoesNotMatch');
  expect(text).not.toMatch(/quite-another-secret|AWS4-HMAC/);
  expect(await codesOf(open({ ...wrong, access_key_id: 'NOBODY' }))).toEqual(['backup-store-credentials']);
});

test('without credentials nothing is asked', async () => {
  const system = { ...testSystem(), env: () => undefined };
  const none = { access_key_id: '', secret_access_key: '' };
  expect(() => open(none, system)).toThrow('backup-store-credentials');
  expect(server.requests).toEqual([]);
});

test('credentials, the region and the address can come from the usual variables', async () => {
  const variables: Readonly<Record<string, string>> = {
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
    AWS_SESSION_TOKEN: 'for-an-hour',
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_S3: server.endpoint,
  };
  let said = '';
  server.interfere = ({ headers }) => {
    said = `${headers.authorization} ${headers['x-amz-security-token']}`;
    return false;
  };
  const system = { ...testSystem(), env: (name: string) => variables[name] };
  const store = s3.backupStore?.({ system, location: '/', options: { bucket: bucketName } });
  await store?.check();
  expect(said).toMatch(/S3RVER\/\d{8}\/eu-central-1\/s3\/.* for-an-hour$/);
});

const everywhere: readonly (readonly [fault: string, code: string, answer: (response: ServerResponse) => true])[] = [
  ['a bucket that does not exist', 'backup-store-no-bucket', (to) => s3Error(to, 404, 'NoSuchBucket')],
  ['a key without rights', 'backup-store-denied', (to) => s3Error(to, 403, 'AccessDenied')],
  ['an expired token', 'backup-store-credentials', (to) => s3Error(to, 400, 'ExpiredToken')],
  ['a clock that is wrong', 'backup-store-credentials', (to) => s3Error(to, 403, 'RequestTimeTooSkewed')],
  ['another region', 'backup-store-address', (to) => s3Error(to, 301, 'PermanentRedirect')],
  ['a store that fails again and again', 'backup-store-answer', (to) => s3Error(to, 503, 'SlowDown')],
  ['a connection that breaks', 'http-unreachable', (to) => !!to.destroy() as true],
];

test.each(everywhere)('%s is one diagnostic, whatever is asked: %s', async (_fault, code, answer) => {
  server.interfere = (request, response) => {
    // An answer to HEAD has no body.
    if (request.method !== 'HEAD' || code !== 'backup-store-no-bucket') return answer(response);
    response.writeHead(404).end();
    return true;
  };
  const codes = await codesOf(open());
  expect(codes).toEqual([code]);
});

test('an endpoint that is gone, and one that hangs, end within their limits', async () => {
  const gone = await startS3Server();
  await gone[Symbol.asyncDispose]();
  expect(await codesOf(open({ endpoint: gone.endpoint }))).toEqual(['http-unreachable']);
  server.interfere = () => true;
  const { system, pass } = systemWithDeadline();
  const asked = refusalOf(open({}, system).check());
  pass();
  expect((await asked).code).toBe('http-timeout');
});

test('a page of the web is no S3 store', async () => {
  server.interfere = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome to the proxy</body></html>');
    return true;
  };
  expect((await refusalOf(open().check())).code).toBe('backup-store-answer');
  expect((await refusalOf(open().list('a'))).code).toBe('backup-store-answer');
});

/** A server that is there, and has never heard of S3. */
test('the 404 of something else is never taken for a file that is not there', async () => {
  const store = open();
  server.interfere = (_, response) => {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<html><body>No such page</body></html>');
    return true;
  };
  expect(await codesOf(store)).toEqual(['backup-store-answer']);
  expect((await refusalOf(store.read('a', { start: 0, length: 0 }))).code).toBe('backup-store-answer');
});

test('a bucket that fills up while parts are sent is said, and the upload is ended', async () => {
  let parts = 0;
  server.interfere = ({ url = '' }, response) => {
    if (!url.includes('partNumber')) return false;
    parts += 1;
    return parts > 1 && s3Error(response, 507, 'XMinioStorageFull');
  };
  const store = open();
  expect((await refusalOf(store.write('full', once(large)))).code).toBe('backup-store-full');
  expect(server.requests.at(-1)).toMatch(/^DELETE .*uploadId=/);
  expect(await store.read('full')).toBeUndefined();
});

test('an error inside a successful answer to the last request of an upload is an error', async () => {
  server.interfere = ({ method, url = '' }, response) =>
    method === 'POST' && url.includes('uploadId') && s3Error(response, 200, 'InternalError');
  const store = open();
  expect((await refusalOf(store.write('inside', once(large)))).code).toBe('backup-store-answer');
  expect(await store.read('inside')).toBeUndefined();
});

test('an upload of which less arrives than was sent is no success', async () => {
  const store = open();
  let heads = 0;
  // The store says that it took ten bytes, and has three.
  server.interfere = ({ method, url = '' }, response) => {
    if (!url.includes('cut')) return false;
    if (method === 'HEAD') heads += 1;
    if (method === 'HEAD' && heads > 1) response.writeHead(200, { 'content-length': '3' }).end();
    else response.writeHead(method === 'PUT' ? 200 : 404).end();
    return true;
  };
  const { code, text } = await refusalOf(store.write('cut', once(10)));
  expect(code).toBe('backup-store-answer');
  expect(text).toContain('has 3 bytes under cut, where 10 bytes were sent');
});

test('a range that comes back as another piece is damage', async () => {
  const store = open();
  await store.write('range', once(100));
  server.interfere = ({ headers }) => {
    if (headers.range) headers.range = 'bytes=7-9';
    return false;
  };
  expect((await refusalOf(store.read('range', { start: 5, length: 3 }))).code).toBe('backup-damaged');
});

test('a hiccup is outlived', async () => {
  let hiccups = 2;
  server.interfere = (_, response) => {
    hiccups -= 1;
    if (hiccups < 0) return false;
    return hiccups === 0 ? !!response.destroy() : s3Error(response, 500, 'InternalError');
  };
  expect(await open().list('nothing')).toEqual([]);
  expect(server.requests).toHaveLength(3);
});

const unusable: readonly (readonly [what: string, options: JsonObject])[] = [
  ['an address with a path in it', { endpoint: 'https://s3.example.com/path' }],
  ['no bucket', { bucket: '' }],
  ['a bucket that is another', { bucket: '../secrets' }],
  ['a bucket of no name in the DNS', { bucket: 'a..b' }],
  ['a prefix that leaves the bucket', { prefix: 'a/../../secrets' }],
  ['a prefix that has two spellings', { prefix: 'a+secrets' }],
  ['a region that is an address', { region: 'secrets.example.com#' }],
  ['a key for encryption of two lines', { kms_key_id: 'a\nsecrets' }],
  ['a bucket in front of a number', { endpoint: 'https://127.0.0.1:9000', path_style: false }],
];

// A variable may hold what nobody can know as the configuration is read.
test.each(unusable)('%s is refused before anything is asked, and not shown', (_, options) => {
  const attempt = () => open({ endpoint: server.endpoint, ...options });
  expect(attempt).toThrow('backup-store-address');
  expect(attempt).not.toThrow('secrets');
  expect(server.requests).toEqual([]);
});

test('a key or token with the end of a line in it is refused, and not shown', () => {
  for (const key of [{ access_key_id: 'S3RVER\n' }, { session_token: 'for-an\nhour' }]) {
    expect(() => open(key)).toThrow('backup-store-credentials');
    expect(() => open(key)).not.toThrow('hour');
  }
});
