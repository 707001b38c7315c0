import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pruneBackups, takeBackup, verifyBackup } from '../../engine/backups/index.ts';
import type { Database } from '../../engine/database/index.ts';
import { refresh } from '../../engine/plan/index.ts';
import type { ArtifactStore, BackupStore } from '../../engine/provider/index.ts';
import { acquireLease, type BackupRecord, type Lease, openState, type State } from '../../engine/state/index.ts';
import { compareManifests, type Digest, digestOfBytes, manifestDigestOf } from '../../engine/values/index.ts';
import { filesystem } from '../../providers/filesystem/index.ts';
import { postgres } from '../../providers/postgres/index.ts';
import { type Content, linesOf } from '../support/memory-place.ts';
import { bothDatabases, openForTests, temporaryDirectory, testSystem } from '../support/servers.ts';
import { asAlice, codeOf, restore } from './bench.ts';

const system = testSystem();
const noHook = () => Promise.resolve();

interface RealBench {
  readonly database: Database;
  readonly state: State;
  readonly lease: Lease;
  readonly store: ArtifactStore;
  readonly backups: BackupStore;
  readonly directory: string;
  readonly release: (before: Content, after: Content) => Promise<void>;
  readonly take: () => Promise<BackupRecord>;
}

const openBench = async (database: Database): Promise<RealBench> => {
  const state = await openState(database, 'm3forge');
  const directory = temporaryDirectory();
  if (!postgres.artifactStore || !filesystem.backupStore) throw new Error('a built-in provider lacks a capability');
  const store = postgres.artifactStore({ system, database, schema: 'production' });
  const backups = filesystem.backupStore({ system, location: directory });
  const lease = await acquireLease(state, system, {
    address: await store.address(),
    environment: 'production',
    holder: 'alice',
    operation: 'a test',
    ciRun: null,
    timeoutMs: 0,
  });
  await store.create({ placeId: lease.place.id, lineage: state.lineage });
  const fence = await store.raiseFence(0);

  const release = async (before: Content, after: Content): Promise<void> => {
    const lines = linesOf(after);
    const seq = ((await store.status())?.head ?? 0) + 1;
    const unsound = await store.unsound(lines.map(({ digest }) => digest));
    const texts = new Map<Digest, Buffer>(Object.values(after).map((text) => [digestOfBytes(text), Buffer.from(text)]));
    const releaseId = system.ids.uuid();
    await store.write({
      fence,
      releaseId,
      seq,
      version: `v1.${seq}.0`,
      planDigest: digestOfBytes('plan'),
      manifestDigest: manifestDigestOf(lines),
      changes: compareManifests(linesOf(before), lines),
      unsound,
      bodies: (async function* () {
        for (const digest of unsound) yield { digest, body: texts.get(digest) ?? Buffer.alloc(0) };
      })(),
      hooks: { beforeBodies: noHook, afterBodies: noHook, afterIntervals: noHook, afterMarker: noHook },
    });
    await store.activate({ fence, releaseId, seq, kind: 'activate', variables: {}, hooks: {} });
  };
  const take = async (): Promise<BackupRecord> => {
    const reading = await refresh(store, state);
    const input = { system, state, lease, store, backups, environment: 'production', releaseId: null, reading };
    const { backup } = await takeBackup(input);
    if (!backup) throw new Error('nothing was backed up');
    return backup;
  };
  return { database, state, lease, store, backups, directory, release, take };
};

// More than one query of bodies, and more than one piece of a pack would be too slow; sizes differ widely.
const first: Content = Object.fromEntries(
  Array.from({ length: 300 }, (_, n) => [`flow-${n}`, JSON.stringify({ n, pad: 'x'.repeat((n * 37) % 5000) })]),
);
const { 'flow-7': _gone, ...rest } = first;
const second: Content = { ...rest, 'flow-8': '{"changed":true}', fresh: '{}' };

describe.each(bothDatabases)('on a real place ($kind) and real files', ({ location }) => {
  test('backups are taken, proven, verified, pruned and restored byte for byte', async () => {
    const bench = await openBench(await openForTests(await location()));
    const { state, backups, lease } = bench;
    await bench.release({}, first);
    const whole = await bench.take();
    expect(whole).toMatchObject({ parent: null, bodies: 300 });

    await bench.release(first, second);
    const before = bench.database.counters();
    const delta = await bench.take();
    const spent = bench.database.counters();
    expect(delta).toMatchObject({ parent: whole.id, bodies: 2 });
    expect(spent.rowsRead - before.rowsRead).toBeLessThan(40);

    expect(await restore(backups, state, delta)).toEqual(second);
    expect(await restore(backups, state, whole)).toEqual(first);
    for (const record of [whole, delta]) await verifyBackup(asAlice(backups, state), record, { full: true });

    const retention = { keepLast: 1, maxAgeDays: undefined, neededIds: [] };
    const pruned = await pruneBackups({ system, state, lease, backups, placeId: lease.place.id, ...retention });
    expect(pruned).toEqual({ removed: [whole.id], files: 3, bytes: 0 });
    const [left] = (await state.query<{ id: string }>('select id from :schema.backup where removed_at is null')) ?? [];
    expect(left?.id).toBe(delta.id);
    const again = await bench.take();
    expect(again).toMatchObject({ id: delta.id, parent: null });
    expect(await restore(backups, state, again)).toEqual(second);
    await lease.release();
  });

  test('a damaged pack fails the proof of no other backup, and a damaged read fails its own', async () => {
    const bench = await openBench(await openForTests(await location()));
    await bench.release({}, second);
    const { read } = bench.backups;
    const misread: typeof read = async (name, range) => {
      const bytes = await read(name, range);
      if (bytes && name.endsWith('.pack')) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return bytes;
    };
    Object.assign(bench.backups, { read: misread });
    expect(await codeOf(bench.take())).toBe('backup-proof-failed');
    Object.assign(bench.backups, { read });

    // The connection is as it was, and the next backup works.
    const backup = await bench.take();
    expect(await restore(bench.backups, bench.state, backup)).toEqual(second);

    const folder = join(bench.directory, bench.lease.place.id);
    const pack = join(folder, readdirSync(folder).find((name) => name === `${backup.id}.pack`) ?? '');
    const bytes = readFileSync(pack);
    bytes[100] = (bytes[100] ?? 0) ^ 0x40;
    writeFileSync(pack, bytes);
    expect(await codeOf(verifyBackup(asAlice(bench.backups, bench.state), backup, { full: true }))).toBe(
      'backup-damaged',
    );
    await bench.lease.release();
  });
});
