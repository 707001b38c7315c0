import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { ThirdPartyProvider, ThirdPartyStore } from '../../engine/provider/kit/entry.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { repositoryRoot } from './project.ts';

// The stores that authors begin with: they have to keep the contract where the kit cannot look.

const openStore = async (folder: string, options: object): Promise<ThirdPartyStore> => {
  const module = await import(pathToFileURL(join(repositoryRoot, folder, 'provider.js')).href);
  const { backupStore } = module.provider as ThirdPartyProvider;
  if (!backupStore) throw new Error(`${folder} has no backup store`);
  return backupStore({ options: { ...options }, directory: '/', timeoutMs: 1000 });
};

const stores = {
  'the one of a new provider': (directory: string) => openStore('test/new-provider/template', { directory }),
  'the mirror of the examples': (directory: string) =>
    openStore('examples/custom-provider/providers/mirror', { directories: [directory, temporaryDirectory()] }),
};

const chunks = async function* (before: () => void = () => undefined) {
  yield Buffer.from('some bytes');
  before();
};

/** Files and folders, by their numbers, that are brought to the disk from here on. */
const watchSyncs = async (): Promise<ReadonlySet<number>> => {
  const synced = new Set<number>();
  await using some = await open(import.meta.filename);
  const handles = Object.getPrototypeOf(some) as FileHandle;
  const { sync } = handles;
  vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
    synced.add((await this.stat()).ino);
    await sync.call(this);
  });
  return synced;
};

test.each(Object.entries(stores))('%s has a file on the disk when it says so, its name too', async (_which, open) => {
  const directory = temporaryDirectory();
  const store = await open(directory);
  const synced = await watchSyncs();
  await store.write('new/folder/file', chunks());
  vi.restoreAllMocks();
  for (const path of ['', 'new', 'new/folder', 'new/folder/file']) {
    expect([path, synced.has(statSync(join(directory, path)).ino)]).toEqual([path, true]);
  }
});

test('the mirror of the examples writes to both or to none', async () => {
  const directories = [temporaryDirectory(), temporaryDirectory()];
  const [first = '', second = ''] = directories.map((directory) => join(directory, 'file'));
  const store = await openStore('examples/custom-provider/providers/mirror', { directories });
  // Another takes the name in the second directory while the bytes are on their way.
  const writing = store.write(
    'file',
    chunks(() => writeFileSync(second, 'of another')),
  );
  await expect(writing).rejects.toThrow('EEXIST');
  expect(existsSync(first)).toBe(false);
  expect(readFileSync(second, 'utf8')).toBe('of another');
  expect(await store.list('')).toEqual(['file']);
});
