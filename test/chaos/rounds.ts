import { type FailpointName, failpointNames } from '../../engine/system/index.ts';
import { cutModes } from './proxy.ts';
import type { DatabaseKind, Template } from './world.ts';

/** What a process may suffer at a fail point. */
const pointActions = ['kill9', 'throw', 'hang', 'stop', 'enospc', 'cut'] as const;

/**
 * Where a fault strikes: a fail point, the n-th COMMIT on the wire, the n-th call to a file, the n-th write to a socket, the
 * n-th pack of a backup.
 */
export interface Fault {
  readonly where: FailpointName | 'commit' | 'files' | 'socket' | 'pack';
  readonly nth: number;
  /** One of `pointActions`, of `cutModes`, `enospc` or `torn` for files, `cut` for sockets, `flip` for packs. */
  readonly action: string;
}

/** A command on a known estate: what was active before, and what is active once it has succeeded. */
export interface Story {
  readonly name: string;
  readonly template: Template;
  readonly command: string;
  /** Versions; null where nothing is active. */
  readonly before: string | null;
  readonly after: string;
  /** So many COMMITs it sends, the one that opens the state included. */
  readonly commits: number;
  /** The release fails its smoke test, so that it never ends well. */
  readonly fails?: true;
  /** What it activated stays active when it fails. */
  readonly keeps?: true;
  /** A fail point at which an earlier process is killed first, so that `command` finds something to recover. */
  readonly crashedAt?: FailpointName;
}

const apply = (version: string) => `apply --target production --version ${version} --yes`;

export const stories = {
  release: {
    name: 'release',
    template: 'one',
    command: apply('v1.1.0'),
    before: 'v1.0.0',
    after: 'v1.1.0',
    commits: 12,
  },
  first: { name: 'first', template: 'empty', command: apply('v1.0.0'), before: null, after: 'v1.0.0', commits: 20 },
  older: { name: 'older', template: 'older', command: apply('v1.1.0'), before: 'v1.0.0', after: 'v1.1.0', commits: 15 },
  failing: {
    name: 'failing',
    template: 'one',
    command: apply('v1.2.0'),
    before: 'v1.0.0',
    after: 'v1.2.0',
    commits: 15,
    fails: true,
  },
  keeping: {
    name: 'keeping',
    template: 'one',
    command: `${apply('v1.2.0')} --on-failure keep`,
    before: 'v1.0.0',
    after: 'v1.2.0',
    commits: 13,
    fails: true,
    keeps: true,
  },
  restore: {
    name: 'restore',
    template: 'two',
    command: 'backup restore LAST_BACKUP --target production --yes',
    before: 'v1.1.0',
    after: 'v1.0.0',
    commits: 13,
  },
  rollback: {
    name: 'rollback',
    template: 'two',
    command: 'rollback --target production --yes',
    before: 'v1.1.0',
    after: 'v1.0.0',
    commits: 11,
  },
  recovery: {
    name: 'recovery',
    template: 'one',
    command: 'recover',
    before: 'v1.0.0',
    after: 'v1.0.0',
    commits: 0,
    crashedAt: 'after-verifying-recorded',
  },
} as const satisfies Record<string, Story>;

const storiesOf = (point: FailpointName): readonly Story[] => {
  if (point === 'after-place-created') return [stories.first];
  if (point === 'after-migrate') return [stories.older];
  if (point.startsWith('recover-')) return [stories.recovery];
  if (point === 'after-verdict-recorded') return [stories.failing, stories.keeping];
  if (point.startsWith('activate-')) return [stories.release, stories.rollback, stories.first, stories.keeping];
  if (point.startsWith('return-') || point.includes('-return')) return [stories.failing];
  // A rollback writes nothing: it has no A.
  if (point.startsWith('write-') || point === 'after-candidate-checks')
    return [stories.release, stories.first, stories.restore];
  if (point.startsWith('backup-')) return [stories.release, stories.restore];
  return [stories.release, stories.rollback, stories.release, stories.first];
};

/** One run of the program that suffers one fault, and everything that follows from it. */
export interface Round {
  readonly database: DatabaseKind;
  readonly story: Story;
  readonly fault: Fault;
  readonly seed: number;
  /** Also restores the last backup at the end, and verifies all of them. */
  readonly restores: boolean;
}

/** Small, seeded and the same on every machine (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const pick = <T>(values: readonly T[], random: () => number): T => values[Math.floor(random() * values.length)] as T;

/** Connections can be cut only where there are any. */
const actionsOf = (database: DatabaseKind): readonly string[] => {
  const possible = database === 'embedded' ? pointActions.filter((action) => action !== 'cut') : pointActions;
  return ['kill9', 'kill9', ...possible];
};

/** The round of a fail point and a seed. */
export const roundAt = (database: DatabaseKind, point: FailpointName, seed: number): Round => {
  const random = randomOf(seed * 1009 + failpointNames.indexOf(point));
  const story = pick(storiesOf(point), random);
  const fault = { where: point, nth: 1, action: pick(actionsOf(database), random) };
  return { database, story, fault, seed, restores: random() < 0.15 };
};

/** A round with a spoiled COMMIT; the server only. */
export const cutRound = (seed: number): Round => {
  const random = randomOf(seed * 7919);
  const { release, first, failing, keeping, restore, rollback } = stories;
  const story = pick([release, release, first, failing, rollback, keeping, restore], random);
  const action = cutModes[seed % cutModes.length] ?? 'cut-after';
  const nth = 1 + Math.floor(random() * story.commits);
  const fault = { where: 'commit', nth, action } as const;
  return { database: 'server', story, fault, seed, restores: false };
};

/** A round in which the disk changes what was written of a backup; it ends with a restore. */
export const flipRound = (seed: number): Round => ({
  database: seed % 2 === 0 ? 'embedded' : 'server',
  story: seed % 3 === 0 ? stories.restore : stories.release,
  fault: { where: 'pack', nth: 1, action: 'flip' },
  seed,
  restores: true,
});

/** A round with a failing call. */
export const callRound = (database: DatabaseKind, fault: Fault): Round => ({
  database,
  story: stories.release,
  fault,
  seed: fault.nth,
  restores: false,
});

/** Points at which a release has its lease and may still write. */
const holdingPoints = failpointNames
  .slice(failpointNames.indexOf('after-lease'), failpointNames.indexOf('before-return'))
  .filter((name) => name !== 'after-place-created' && name !== 'after-migrate');

/** A holder that is stopped, outlived, and woken; the points in turn. */
export const wakeRound = (seed: number): Round => {
  const round = roundAt('server', holdingPoints[seed % holdingPoints.length] ?? 'after-lease', seed);
  return { ...round, fault: { ...round.fault, action: 'stop' } };
};

/** Rounds of all kinds on a server, every point in turn, for looking for bugs that were planted. */
export const anyRound = (seed: number): Round => {
  if (seed % 4 === 0) return cutRound(seed);
  if (seed % 4 === 1) return wakeRound(seed >> 2);
  const turn = 2 * (seed >> 2) + (seed % 4) - 2;
  return roundAt('server', failpointNames[turn % failpointNames.length] ?? 'after-intent', seed);
};

/** `server/release/after-intent@1=kill9/3`: says everything about a round in one word. */
export const nameRound = ({ database, story, fault, seed, restores }: Round): string =>
  [database, story.name, `${fault.where}@${fault.nth}=${fault.action}`, `${seed}${restores ? '+restore' : ''}`].join(
    '/',
  );

/** The round of a name; undefined where it is none. */
export const parseRound = (name: string): Round | undefined => {
  const [, database, story, where, nth, action, seed, restores] =
    /^(server|embedded)\/([a-z]+)\/([a-z0-9-]+)@(\d+)=([a-z0-9-]+)\/(\d+)(\+restore)?$/.exec(name) ?? [];
  if (!database || !story || !Object.hasOwn(stories, story) || !where || !action) return undefined;
  return {
    database: database as DatabaseKind,
    story: stories[story as keyof typeof stories],
    fault: { where: where as Fault['where'], nth: Number(nth), action },
    seed: Number(seed),
    restores: restores !== undefined,
  };
};
