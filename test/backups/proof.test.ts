import { expect, test } from 'vitest';
import { refuse } from '../../engine/diagnostics/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { type Bench, codeOf, createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile();

const prepared = async (): Promise<Bench> => {
  const bench = await createBench(openState);
  bench.place.release({ extract: 'one', route: 'two' });
  return bench;
};

const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy;
};

/** What is refused is not recorded, and the next backup works as if nothing had been. */
const expectRefused = async ({ take, records, taken, restored, backups }: Bench): Promise<void> => {
  expect(await codeOf(take())).toBe('backup-proof-failed');
  expect(await records()).toEqual([]);
  backups.corrupt = (_, bytes) => bytes;
  expect(await restored(await taken())).toEqual({ extract: 'one', route: 'two' });
};

for (const file of ['.pack', '.lines.json', '.whole.json']) {
  test(`a disk that keeps ${file} otherwise than it was written`, async () => {
    const bench = await prepared();
    bench.backups.corrupt = (name, bytes) => (name.endsWith(file) ? flipped(bytes) : bytes);
    await expectRefused(bench);
  });

  test(`a disk that loses ${file}`, async () => {
    const bench = await prepared();
    const { write } = bench.backups;
    const lose: typeof write = async (name, chunks) => {
      const written = await write(name, chunks);
      if (name.endsWith(file)) bench.backups.files.delete(name);
      return written;
    };
    Object.assign(bench.backups, { write: lose });
    expect(await codeOf(bench.take())).toBe('backup-proof-failed');
    expect(await bench.records()).toEqual([]);
  });
}

test('a database that hashes a restored body to something else', async () => {
  const bench = await prepared();
  const { proveBodies } = bench.place.store;
  const withoutOne: typeof proveBodies = async (bodies) => {
    const proven = new Set(await proveBodies(bodies));
    proven.delete(digestOfBytes('two'));
    return proven;
  };
  Object.assign(bench.place.store, { proveBodies: withoutOne });
  expect(await codeOf(bench.take())).toBe('backup-proof-failed');
  Object.assign(bench.place.store, { proveBodies });
  await bench.taken();
});

test('a database that fails says so in its own words', async () => {
  const bench = await prepared();
  const failing = () => Promise.reject(refuse('database-disk-full', { detail: 'no room for the scratch table' }));
  Object.assign(bench.place.store, { proveBodies: failing });
  expect(await codeOf(bench.take())).toBe('database-disk-full');
  expect(await bench.records()).toEqual([]);
});

test('a body that somebody changes while it is backed up', async () => {
  const bench = await prepared();
  const { unsound } = bench.place.store;
  const digest = digestOfBytes('one');
  const thenChanged: typeof unsound = async (digests) => {
    const answer = await unsound(digests);
    bench.place.bodies.set(digest, Buffer.from('changed by hand'));
    return answer;
  };
  Object.assign(bench.place.store, { unsound: thenChanged });
  expect(await codeOf(bench.take())).toBe('backup-proof-failed');
  expect(await bench.records()).toEqual([]);
});

test('a body that goes away while it is backed up', async () => {
  const bench = await prepared();
  const { unsound } = bench.place.store;
  const thenGone: typeof unsound = async (digests) => {
    const answer = await unsound(digests);
    bench.place.bodies.delete(digestOfBytes('one'));
    return answer;
  };
  Object.assign(bench.place.store, { unsound: thenGone });
  expect(await codeOf(bench.take())).toBe('backup-proof-failed');
  expect(await bench.records()).toEqual([]);
});
