import { afterAll, onTestFinished } from 'vitest';
import { loadBackup, pruneBackups, takeBackup, type Verifier } from '../../engine/backups/index.ts';
import { type Database, type DatabaseLocation, openDatabase } from '../../engine/database/index.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { refresh } from '../../engine/plan/index.ts';
import {
  acquireLease,
  type BackupRecord,
  type Lease,
  listBackups,
  openState,
  type State,
} from '../../engine/state/index.ts';
import type { System } from '../../engine/system/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { type Content, createMemoryPlace, type MemoryPlace } from '../support/memory-place.ts';
import { freshDatabase, temporaryDirectory, testSystem } from '../support/servers.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';

/** One state for all tests of a file. Called where vitest collects the file, so that it is closed after them. */
export const stateOfFile = (kind: 'embedded' | 'server' = 'embedded'): (() => Promise<State>) => {
  let database: Promise<Database> | undefined;
  const directory = temporaryDirectory();
  afterAll(async () => (await database)?.close());
  const locate = async (): Promise<DatabaseLocation> =>
    kind === 'embedded' ? { kind, directory } : { kind, url: new Secret(await freshDatabase()) };
  return async () => {
    database ??= locate().then((location) => openDatabase(location, testSystem()));
    return openState(await database, 'm3forge');
  };
};

/** A place, a backup store and a lease, with the state in a real database. */
export interface Bench {
  readonly state: State;
  readonly lease: Lease;
  readonly place: MemoryPlace;
  readonly backups: MemoryStore;
  /** Backs up what is active; `changes` replaces parts of the system, such as the fail points. */
  readonly take: (changes?: Partial<System>) => ReturnType<typeof takeBackup>;
  /** Backs up and insists that there is something to back up. */
  readonly taken: () => Promise<BackupRecord>;
  readonly prune: (
    keepLast: number,
    neededIds?: readonly string[],
    more?: { readonly maxAgeDays: number; readonly now: Date },
  ) => ReturnType<typeof pruneBackups>;
  readonly records: () => Promise<readonly BackupRecord[]>;
  /** What the backup gives back: the text of each workflow by its name. */
  readonly restored: (record: BackupRecord) => Promise<Content>;
}

/** Looks at backups as alice. */
export const asAlice = (backups: Verifier['backups'], state: State): Verifier => ({
  backups,
  state,
  system: testSystem(),
  actor: 'alice',
});

/** Everything a backup holds, read as a restore would. */
export const restore = async (
  backups: Bench['backups'] | Parameters<typeof loadBackup>[0],
  state: State,
  record: BackupRecord,
): Promise<Content> => {
  const { lines, readBodies } = await loadBackup(backups, state, record);
  const bodies = new Map<string, string>();
  for await (const { digest, body } of readBodies(new Set(lines.map((line) => line.digest)))) {
    bodies.set(digest, body.toString('utf8'));
  }
  return Object.fromEntries(
    lines.flatMap(({ name, digest }) => {
      const body = bodies.get(digest);
      return body === undefined ? [] : [[name, body]];
    }),
  );
};

export const createBench = async (openTheState: () => Promise<State>): Promise<Bench> => {
  const system = testSystem();
  const state = await openTheState();
  const lease = await acquireLease(state, system, {
    address: `memory/${system.ids.uuid()}`,
    environment: 'test',
    holder: 'alice',
    operation: 'a test',
    ciRun: null,
    timeoutMs: 0,
  });
  onTestFinished(() => lease.release());
  const placeId = lease.place.id;
  const place = createMemoryPlace({ placeId, lineage: state.lineage });
  const backups = createMemoryStore();
  const take: Bench['take'] = async (changes = {}) =>
    takeBackup({
      system: { ...system, ...changes },
      state,
      lease,
      store: place.store,
      backups,
      environment: 'test',
      releaseId: null,
      reading: await refresh(place.store, state),
    });
  return {
    state,
    lease,
    place,
    backups,
    take,
    taken: async () => {
      const { backup } = await take();
      if (!backup) throw new Error('nothing was backed up');
      return backup;
    },
    prune: (keepLast, neededIds = [], more) => {
      const clock = { ...system.clock, now: () => more?.now ?? system.clock.now() };
      const policy = { keepLast, maxAgeDays: more?.maxAgeDays, neededIds };
      return pruneBackups({ system: { ...system, clock }, state, lease, backups, placeId, ...policy });
    },
    records: () => listBackups(state, placeId),
    restored: (record) => restore(backups, state, record),
  };
};

/** The code with which something is refused. */
export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostics[0]?.code ?? '';
    throw error;
  }
  return 'not refused';
};
