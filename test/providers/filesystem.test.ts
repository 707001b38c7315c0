import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refusal } from '../../engine/diagnostics/index.ts';
import type { BackupStore } from '../../engine/provider/index.ts';
import { createLog, realSystem } from '../../engine/system/index.ts';
import { onDisk } from '../../providers/filesystem/errors.ts';
import { filesystem } from '../../providers/filesystem/index.ts';

const system = realSystem(
  createLog('silent', () => undefined),
  new AbortController().signal,
);
let root = '';
let location = '';

const open = (place = location): BackupStore => {
  const store = filesystem.backupStore?.({ system, location: place });
  if (!store) throw new Error('the provider has no backup store');
  return store;
};

const chunks = async function* (...parts: readonly string[]) {
  for (const part of parts) yield Buffer.from(part);
};

const codeOf = async (attempt: Promise<unknown>): Promise<string | undefined> => {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics[0]?.code;
  }
};

/** Everything that lies in the directory, half-written files included. */
const everything = () => readdir(location, { recursive: true });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'm3forge-filesystem-'));
  location = join(root, 'deep/backups');
});
afterEach(() => rm(root, { recursive: true }));

test('what was written can be read, whole or in part', async () => {
  const store = open();
  expect(await store.write('a/b/file.json', chunks('hello', ' ', 'world'))).toEqual({ bytes: 11 });
  expect((await store.read('a/b/file.json'))?.toString()).toBe('hello world');
  expect((await store.read('a/b/file.json', { start: 6, length: 3 }))?.toString()).toBe('wor');
  expect((await store.read('a/b/file.json', { start: 6, length: 99 }))?.toString()).toBe('world');
  expect(await store.read('a/b/file.json', { start: 99, length: 1 })).toHaveLength(0);
});

test('what is not there is undefined, and so is a folder', async () => {
  const store = open();
  await store.write('a/file', chunks('x'));
  expect(await store.read('absent/file')).toBeUndefined();
  expect(await store.read('a/file/below')).toBeUndefined();
  expect(await store.read('a')).toBeUndefined();
});

test('an existing file is never replaced', async () => {
  const store = open();
  await store.write('file', chunks('first'));
  expect(await codeOf(store.write('file', chunks('second')))).toBe('backup-file-exists');
  expect((await store.read('file'))?.toString()).toBe('first');
  expect(await everything()).toEqual(['file']);
});

test('of two that write one name at once, exactly one succeeds, and its bytes are there', async () => {
  const store = open();
  const ends = await Promise.all(['one', 'two'].map((text) => codeOf(store.write('file', chunks(text)))));
  expect(ends.toSorted()).toEqual(['backup-file-exists', undefined]);
  expect((await store.read('file'))?.toString()).toBe(ends[0] === undefined ? 'one' : 'two');
});

test('while it is written, and when its source breaks, a file is not there', async () => {
  const store = open();
  const breaking = async function* () {
    yield Buffer.from('half');
    expect(await store.list('')).toEqual([]);
    expect((await everything()).filter((name) => name.endsWith('.partial'))).toHaveLength(1);
    throw new Error('the source broke');
  };
  await expect(store.write('file', breaking())).rejects.toThrow('the source broke');
  expect(await everything()).toEqual([]);
});

test('a list has full names below a folder, sorted, without what others left half-written', async () => {
  const store = open();
  for (const name of ['b/2', 'b/10', 'a', 'c/d/e']) await store.write(name, chunks(name));
  await writeFile(join(location, 'b/.2.1.x.partial'), 'half');
  expect(await store.list('')).toEqual(['a', 'b/10', 'b/2', 'c/d/e']);
  expect(await store.list('b')).toEqual(['b/10', 'b/2']);
  expect(await store.list('absent')).toEqual([]);
});

test('removing takes a file away, and nothing else', async () => {
  const store = open();
  await store.write('a', chunks('a'));
  await store.write('b', chunks('b'));
  await store.remove('a');
  await store.remove('a');
  expect(await store.list('')).toEqual(['b']);
});

test.each([
  '',
  '/etc/passwd',
  '../outside',
  'a/../../outside',
  'a//b',
  './a',
  'a\\b',
  'a\0b',
  'ä',
  'a.partial',
  'x'.repeat(256),
])('the name %j is refused', async (name) => {
  const store = open();
  await store.check();
  expect(await codeOf(store.write(name, chunks('x')))).toBe('backup-name-invalid');
  expect(await codeOf(store.read(name))).toBe('backup-name-invalid');
  expect(await codeOf(store.remove(name))).toBe('backup-name-invalid');
  expect(await everything()).toEqual([]);
});

test('a symbolic link inside is refused, and what it leads to stays untouched', async () => {
  const store = open();
  await store.check();
  await mkdir(join(root, 'outside'));
  await writeFile(join(root, 'outside/secret'), 'secret');
  await symlink(join(root, 'outside'), join(location, 'folder'));
  await symlink(join(root, 'outside/secret'), join(location, 'file'));
  expect(await codeOf(store.read('folder/secret'))).toBe('backup-store-link-refused');
  expect(await codeOf(store.read('file'))).toBe('backup-store-link-refused');
  expect(await codeOf(store.write('folder/new', chunks('x')))).toBe('backup-store-link-refused');
  expect(await codeOf(store.remove('folder/secret'))).toBe('backup-store-link-refused');
  expect(await store.list('')).toEqual([]);
  expect(await readFile(join(root, 'outside/secret'), 'utf8')).toBe('secret');
});

test('the directory itself may be a link', async () => {
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), join(root, 'link'));
  const store = open(join(root, 'link'));
  await store.check();
  await store.write('file', chunks('x'));
  expect(await readFile(join(root, 'elsewhere/file'), 'utf8')).toBe('x');
});

test('files and folders are for their owner only', async () => {
  await open().write('folder/file', chunks('x'));
  expect((await stat(join(location, 'folder/file'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(location, 'folder'))).mode & 0o777).toBe(0o700);
  expect((await stat(location)).mode & 0o777).toBe(0o700);
});

test('a check creates the directory and leaves nothing in it', async () => {
  await open().check();
  expect(await everything()).toEqual([]);
});

test('a file where the directory should be is found by the check', async () => {
  await writeFile(join(root, 'file'), '');
  expect(await codeOf(open(join(root, 'file')).check())).toBe('backup-store-not-a-directory');
  expect(await codeOf(open(join(root, 'file/below')).check())).toBe('backup-store-not-a-directory');
});

test.each([
  ['writing', 'ENOSPC', 'backup-store-full'],
  ['writing', 'EDQUOT', 'backup-store-full'],
  ['writing', 'EROFS', 'backup-store-unwritable'],
  ['writing', 'EACCES', 'backup-store-unwritable'],
  ['reading', 'EACCES', 'backup-store-unreadable'],
  ['reading', 'EIO', 'backup-store-unreadable'],
] as const)('%s that ends in %s is said as %s', async (doing, code, said) => {
  const fail = () => Promise.reject(Object.assign(new Error('from the disk'), { code }));
  expect(await codeOf(onDisk(doing, '/backups', fail))).toBe(said);
});

test('an error of the source is not taken for one of the disk', async () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const breaking = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw reset;
  };
  await expect(open().write('file', breaking())).rejects.toBe(reset);
});
