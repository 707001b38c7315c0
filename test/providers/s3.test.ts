import dns from 'node:dns';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { BackupStore } from '../../engine/provider/index.ts';
import type { JsonObject } from '../../engine/values/index.ts';
import { s3 } from '../../providers/s3/index.ts';
import { testSystem } from '../http/loopback.ts';
import { bucketName, knownKey, type S3Server, s3Error, startS3Server } from '../support/s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server[Symbol.asyncDispose]());

let tests = 0;
beforeEach(() => {
  tests += 1;
  server.interfere = () => false;
  server.requests.length = 0;
});

/** The store of one test, in a folder of its own. */
const open = (options: JsonObject = {}): BackupStore => {
  const told = { bucket: bucketName, endpoint: server.endpoint, prefix: `test-${tests}`, ...knownKey, ...options };
  const store = s3.backupStore?.({ system: testSystem(), location: '/', options: told });
  if (!store) throw new Error('the provider has no backup store');
  return store;
};

const chunks = async function* (...parts: readonly (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part);
};

const code = (code: string) => ({ diagnostics: [{ code }] });

const large = Buffer.alloc(19 * 1024 * 1024, 'what is larger than two parts ');

test('what was written can be read, whole or in part', async () => {
  const store = open();
  await store.check();
  expect(await store.write('a/b/file.json', chunks('hello', ' ', 'world'))).toEqual({ bytes: 11 });
  expect((await store.read('a/b/file.json'))?.toString()).toBe('hello world');
  expect((await store.read('a/b/file.json', { start: 6, length: 3 }))?.toString()).toBe('wor');
  expect((await store.read('a/b/file.json', { start: 6, length: 99 }))?.toString()).toBe('world');
  expect(await store.read('a/b/file.json', { start: 99, length: 1 })).toHaveLength(0);
  expect(await store.list('')).toEqual(['a/b/file.json']);
});

test('a large file goes in parts, and comes back byte for byte', async () => {
  const store = open();
  const pieces = [large.subarray(0, 100), large.subarray(100, 9_000_000), large.subarray(9_000_000)];
  expect(await store.write('a/large.pack', chunks(...pieces))).toEqual({ bytes: large.length });
  expect(server.requests.filter((request) => /^PUT .*partNumber=/.test(request))).toHaveLength(3);
  expect((await store.read('a/large.pack'))?.equals(large)).toBe(true);
  const middle = { start: 8 * 1024 * 1024 - 5, length: 10 };
  expect(await store.read('a/large.pack', middle)).toEqual(large.subarray(middle.start, middle.start + 10));
});

test('the bucket can be the first part of the host, and is signed there', async () => {
  await using server = await startS3Server({ bucketInHost: true });
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((...args: readonly unknown[]) => {
    const done = args.at(-1) as (error: null, addresses: readonly object[]) => void;
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  }) as unknown as typeof dns.lookup);
  const inHost = { endpoint: `http://s3.example.test:${server.port}`, path_style: false };
  const store = open(inHost);
  await store.write('folder/file', chunks('x'));
  await store.write('folder/large', chunks(large));
  expect(await store.list('folder')).toEqual(['folder/file', 'folder/large']);
  expect(server.requests[0]).toBe(`HEAD /test-${tests}/folder/file`);
  const stranger = open({ ...inHost, secret_access_key: 'another' });
  await expect(stranger.list('folder')).rejects.toMatchObject(code('backup-store-credentials'));
  lookup.mockRestore();
  expect((await open({ endpoint: server.endpoint }).read('folder/file'))?.toString()).toBe('x');
});

test('encryption is asked for with each file, in one piece or in parts', async () => {
  const asked: string[] = [];
  server.interfere = ({ method, url, headers }) => {
    const kind = headers['x-amz-server-side-encryption'];
    if (kind)
      asked.push(
        `${method} ${url?.split('?')[1] ?? ''} ${kind} ${headers['x-amz-server-side-encryption-aws-kms-key-id']}`,
      );
    return false;
  };
  const store = open({ server_side_encryption: 'aws:kms', kms_key_id: 'alias/backups' });
  await store.write('small', chunks('x'));
  await store.write('large', chunks(large));
  expect(asked).toEqual(['PUT  aws:kms alias/backups', 'POST uploads= aws:kms alias/backups']);
});

test('an existing file is never replaced, whoever wrote it in between', async () => {
  const store = open();
  await store.write('file', chunks('first'));
  await expect(store.write('file', chunks('second'))).rejects.toMatchObject(code('backup-file-exists'));
  // Another writer takes the name after this one has looked: the store itself says no.
  server.interfere = ({ method, headers }, response) =>
    method === 'PUT' && headers['if-none-match'] === '*' && s3Error(response, 412, 'PreconditionFailed');
  await expect(store.write('other', chunks('x'))).rejects.toMatchObject(code('backup-file-exists'));
  server.interfere = () => false;
  expect((await store.read('file'))?.toString()).toBe('first');
});

test('a store that knows no condition is asked without it', async () => {
  server.interfere = ({ method, headers }, response) =>
    method === 'PUT' && headers['if-none-match'] !== undefined && s3Error(response, 501, 'NotImplemented');
  const store = open();
  expect(await store.write('file', chunks('x'))).toEqual({ bytes: 1 });
});

test('a write whose answer got lost is found to have been made', async () => {
  const store = open();
  let lost = 0;
  server.interfere = (request, response) => {
    if (request.method !== 'PUT') return false;
    if (lost > 0) return s3Error(response, 412, 'PreconditionFailed');
    lost += 1;
    // It is carried out, and what the server says of it never arrives.
    response.end = (() => response.destroy()) as never;
    return false;
  };
  expect(await store.write('file', chunks('written'))).toEqual({ bytes: 7 });
  expect((await store.read('file'))?.toString()).toBe('written');
});

test('what is not there is undefined, not an error; removing it is none either', async () => {
  const store = open();
  expect(await store.read('absent')).toBeUndefined();
  expect(await store.read('absent', { start: 0, length: 1 })).toBeUndefined();
  expect(await store.list('absent')).toEqual([]);
  await store.remove('absent');
});

test('a folder lists its files sorted, and nothing that is no backup', async () => {
  const store = open();
  for (const name of ['b', 'c', 'a/1', 'a/2']) await store.write(`place/${name}`, chunks(name));
  await open({ prefix: `test-${tests}/place-of-another` }).write('x', chunks('x'));
  expect(await store.list('place')).toEqual(['place/a/1', 'place/a/2', 'place/b', 'place/c']);
});

const xml = (response: ServerResponse, body: string): true => {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
  return true;
};

test('a listing goes on to its last page, and a name that is no name is left out', async () => {
  const page = (keys: readonly string[], next?: string) =>
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>${keys
      .map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`)
      .join(
        '',
      )}<IsTruncated>${next !== undefined}</IsTruncated>${next ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''}</ListBucketResult>`;
  server.interfere = ({ url = '' }, response) =>
    xml(
      response,
      /continuation-token=more/.test(url)
        ? page(['p/place%2F3', 'p/a%20b', 'p/folder/'])
        : page(['p/place%2F1', 'p/2'], 'more'),
    );
  expect(await open({ prefix: 'p' }).list('')).toEqual(['2', 'place/1', 'place/3']);
  server.interfere = (_, response) => xml(response, page(['p/1'], 'again'));
  await expect(open({ prefix: 'p' }).list('')).rejects.toMatchObject(code('backup-store-answer'));
});

test.each([
  ['files', 'ListBucketResult', (store: BackupStore) => store.list('')],
  ['uploads', 'ListMultipartUploadsResult', (store: BackupStore) => store.sweep('', () => Promise.resolve())],
])('a list of %s that breaks off is not all that there is', async (_, name, ask) => {
  server.interfere = (_, response) => xml(response, `<${name}><IsTruncated>true</IsTruncated></${name}>`);
  await expect(ask(open())).rejects.toMatchObject(code('backup-store-answer'));
});

test('uploads that killed writers left are ended, once that is permitted', async () => {
  const upload = (key: string, id: string) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`;
  const page = (more: boolean, body: string) =>
    `<ListMultipartUploadsResult><EncodingType>url</EncodingType>${body}<IsTruncated>${more}</IsTruncated><NextKeyMarker>p%2Fplace/1</NextKeyMarker><NextUploadIdMarker>one</NextUploadIdMarker></ListMultipartUploadsResult>`;
  const ended: string[] = [];
  server.interfere = ({ method, url = '' }, response) => {
    if (method === 'DELETE') ended.push(url);
    if (method === 'DELETE') response.writeHead(204).end();
    else if (url.includes('key-marker=p%2Fplace%2F1&upload-id-marker=one'))
      xml(response, page(false, upload('p/place/2', 'two') + upload('q/3', 'three')));
    else xml(response, page(true, upload('p/place/1', 'one')));
    return true;
  };
  const store = open({ prefix: 'p' });
  await expect(store.sweep('place', () => Promise.reject(new Error('not any more')))).rejects.toThrow('not any more');
  expect(ended).toEqual([]);
  expect(await store.sweep('place', () => Promise.resolve())).toBe(2);
  expect(ended).toEqual([`/${bucketName}/p/place/1?uploadId=one`, `/${bucketName}/p/place/2?uploadId=two`]);
});

test('a store that cannot list its uploads has none to end', async () => {
  // s3rver says 501, as some stores do.
  expect(await open().sweep('place', () => Promise.reject(new Error('there is nothing to permit')))).toBe(0);
});

test('a name that could mean another place is refused', async () => {
  for (const name of ['../escape', 'a//b', '', '/absolute', 'a/./b', 'a b', 'ü']) {
    await expect(open().read(name)).rejects.toMatchObject(code('backup-name-invalid'));
  }
  expect(server.requests).toEqual([]);
});

test('a byte that was changed in the bucket is found as the file is read', async () => {
  const store = open();
  await store.write('file', chunks('as it was written'));
  const path = join(server.directory, `test-${tests}`, 'file._S3rver_object');
  writeFileSync(path, readFileSync(path, 'utf8').replace('was', 'is_'));
  await expect(store.read('file')).rejects.toMatchObject(code('backup-damaged'));
});

test('an upload whose source breaks leaves nothing, and says what broke', async () => {
  const store = open();
  const breaking = async function* () {
    yield large;
    throw new Error('the source broke');
  };
  await expect(store.write('file', breaking())).rejects.toThrow('the source broke');
  expect(server.requests.at(-1)).toMatch(/^DELETE .*uploadId=/);
  expect(await store.read('file')).toBeUndefined();
  expect(readdirSync(server.directory)).not.toContain(`test-${tests}`);
});
