import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refusal } from '../../engine/diagnostics/index.ts';
import type { BackupStore } from '../../engine/provider/index.ts';
import { filesystem } from '../../providers/filesystem/index.ts';
import { testSystem } from '../support/servers.ts';

const uuid = '01930d8c-0000-4000-8000-000000000000';
let location = '';

const open = (): BackupStore => {
  const store = filesystem.backupStore?.({ system: testSystem(), location });
  if (!store) throw new Error('the provider has no backup store');
  return store;
};

beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), 'm3forge-sweep-'));
  await mkdir(join(location, 'place'));
});
afterEach(() => rm(location, { recursive: true }));

const permitted = () => Promise.resolve();
const inPlace = async () => (await readdir(join(location, 'place'))).toSorted();

test('half-written files of a folder go, and nothing else', async () => {
  await mkdir(join(location, 'place/below'));
  await mkdir(join(location, `place/.folder.1.${uuid}.partial`));
  await symlink('/etc/passwd', join(location, `place/.link.1.${uuid}.partial`));
  const stay = ['.mine.partial', 'whole', `whole.1.${uuid}.partial`, `below/.deep.1.${uuid}.partial`];
  for (const name of [...stay, `.a.pack.17.${uuid}.partial`, `.b.json.4711.${uuid}.partial`]) {
    await writeFile(join(location, 'place', name), 'half');
  }
  expect(await open().sweep('place', permitted)).toBe(2);
  expect(await inPlace()).toEqual(
    [
      '.mine.partial',
      'whole',
      `whole.1.${uuid}.partial`,
      'below',
      `.folder.1.${uuid}.partial`,
      `.link.1.${uuid}.partial`,
    ].toSorted(),
  );
  expect(await readdir(join(location, 'place/below'))).toHaveLength(1);
  expect(await open().sweep('absent', permitted)).toBe(0);
});

test('leave is asked for once there is something to remove, and its refusal leaves everything', async () => {
  let asked = 0;
  const refuse = () => {
    asked += 1;
    return Promise.reject(new Error('not yours'));
  };
  expect(await open().sweep('place', refuse)).toBe(0);
  expect(asked).toBe(0);
  await writeFile(join(location, `place/.a.1.${uuid}.partial`), 'half');
  await expect(open().sweep('place', refuse)).rejects.toThrow('not yours');
  expect(await inPlace()).toHaveLength(1);
});

test('what another writer begins after the look stays', async () => {
  await writeFile(join(location, `place/.old.1.${uuid}.partial`), 'half');
  const newer = `.new.2.${uuid}.partial`;
  expect(await open().sweep('place', () => writeFile(join(location, 'place', newer), 'half'))).toBe(1);
  expect(await inPlace()).toEqual([newer]);
});

test('a writer that lost its right while it wrote is told so, and nothing appears under the name', async () => {
  const store = open();
  const displaced = async function* () {
    yield Buffer.from('half');
    expect(await store.sweep('place', permitted)).toBe(1);
    yield Buffer.from('the rest');
  };
  const code = await store
    .write('place/file', displaced())
    .catch((error: unknown) => error instanceof Refusal && error.diagnostics[0]?.code);
  expect(code).toBe('backup-store-unwritable');
  expect(await inPlace()).toEqual([]);
});

test('what a check that was killed left is taken away by the next check', async () => {
  await writeFile(join(location, `.probe.1.${uuid}.partial`), 'half');
  await open().check();
  expect(await readdir(location)).toEqual(['place']);
});
