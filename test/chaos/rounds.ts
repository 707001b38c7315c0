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
  readonly where: FailpointName | 'commit' | 'files' | 'reads' | 'socket' | 'pack';
  readonly nth: number;
  /** One of `pointActions`, of `cutModes`, `enospc` or `torn` for files, `eio` for reads, `cut` for sockets, `flip` for packs. */
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
  /** A command and the fail point at which it is killed first, so that `command` finds something to recover. */
  readonly crashed?: { readonly command: string; readonly point: FailpointName };
}

const apply = (version: string) => `apply --target production --version ${version} --yes`;

export const stories = {
  release: {
    name: 'release',
    template: 'one',
    command: apply('v1.1.0'),
    before: 'v1.0.0',
    after: 'v1.1.0',
    commits: 13,
  },
  first: { name: 'first', template: 'empty', command: apply('v1.0.0'), before: null, after: 'v1.0.0', commits: 33 },
  older: { name: 'older', template: 'older', command: apply('v1.1.0'), before: 'v1.0.0', after: 'v1.1.0', commits: 16 },
  failing: {
    name: 'failing',
    template: 'one',
    command: apply('v1.2.0'),
    before: 'v1.0.0',
    after: 'v1.2.0',
    commits: 16,
    fails: true,
  },
  keeping: {
    name: 'keeping',
    template: 'one',
    command: `${apply('v1.2.0')} --on-failure keep`,
    before: 'v1.0.0',
    after: 'v1.2.0',
    commits: 14,
    fails: true,
    keeps: true,
  },
  restore: {
    name: 'restore',
    template: 'two',
    command: 'backup restore LAST_BACKUP --target production --yes',
    before: 'v1.1.0',
    after: 'v1.0.0',
    commits: 14,
  },
  rollback: {
    name: 'rollback',
    template: 'two',
    command: 'rollback --target production --yes',
    before: 'v1.1.0',
    after: 'v1.0.0',
    commits: 12,
  },
  // What recovery may find, by what it decides then: to go back, that nothing was activated, that it has gone back already,
  // that what failed stays, that a way back is finished.
  recovery: {
    ...{ name: 'recovery', template: 'one', command: 'recover', before: 'v1.0.0', after: 'v1.0.0', commits: 6 },
    crashed: { command: apply('v1.1.0'), point: 'after-verifying-recorded' },
  },
  recoverunseen: {
    ...{ name: 'recoverunseen', template: 'one', command: 'recover', before: 'v1.0.0', after: 'v1.0.0', commits: 5 },
    crashed: { command: apply('v1.1.0'), point: 'after-intent' },
  },
  recoverreturned: {
    ...{ name: 'recoverreturned', template: 'one', command: 'recover', before: 'v1.0.0', after: 'v1.0.0', commits: 5 },
    crashed: { command: apply('v1.2.0'), point: 'return-after-commit' },
  },
  recoverkept: {
    ...{ name: 'recoverkept', template: 'one', command: 'recover', before: 'v1.0.0', after: 'v1.2.0', commits: 5 },
    crashed: { command: `${apply('v1.2.0')} --on-failure keep`, point: 'after-verdict-recorded' },
    keeps: true,
  },
  recoverback: {
    ...{ name: 'recoverback', template: 'two', command: 'recover', before: 'v1.1.0', after: 'v1.0.0', commits: 5 },
    crashed: { command: 'rollback --target production --yes', point: 'activate-after-commit' },
  },
} as const satisfies Record<string, Story>;

const recoveries = Object.values(stories).filter((story: Story) => story.crashed !== undefined);

/** What recovery passes as a release does. */
const passedByRecovery: readonly FailpointName[] = [
  ...(['before-lease', 'after-lease', 'before-fence-raised', 'after-fence'] as const),
  ...(['before-lease-released', 'after-lease-released'] as const),
];

const storiesOf = (point: FailpointName): readonly Story[] => {
  if (point === 'after-place-created') return [stories.first];
  if (point === 'after-migrate') return [stories.older];
  if (point.startsWith('recover-')) return recoveries;
  if (point === 'after-verdict-recorded') return [stories.failing, stories.keeping];
  if (point.startsWith('activate-')) return [stories.release, stories.rollback, stories.first, stories.keeping];
  if (point.startsWith('return-')) return [stories.failing, stories.recovery];
  if (point.includes('-return')) return [stories.failing];
  // A rollback writes nothing: it has no A.
  if (point.startsWith('write-') || point === 'after-candidate-checks')
    return [stories.release, stories.first, stories.restore];
  if (point.startsWith('backup-')) return [stories.release, stories.restore];
  const usual = [stories.release, stories.rollback, stories.first];
  return passedByRecovery.includes(point) ? [...usual, ...recoveries] : usual;
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

/** Connections can be cut only where there are any. */
const actionsOf = (database: DatabaseKind): readonly string[] =>
  database === 'embedded' ? pointActions.filter((action) => action !== 'cut') : pointActions;

/**
 * The round of a fail point and a seed: seeds in a row go through every action there is, and then through it once more with
 * the next story.
 */
export const roundAt = (database: DatabaseKind, point: FailpointName, seed: number): Round => {
  const index = failpointNames.indexOf(point);
  const [actions, possible] = [actionsOf(database), storiesOf(point)];
  const turn = seed - 1 + index;
  const action = actions[turn % actions.length] ?? 'kill9';
  const story = possible[Math.floor(turn / actions.length) % possible.length] ?? stories.release;
  const ofBackup = point.startsWith('backup-') || point === 'after-backup';
  const restores = ofBackup || randomOf(seed * 1009 + index)() < 0.05;
  return { database, story, fault: { where: point, nth: 1, action }, seed, restores };
};

/** The values in an order that is the same on every machine and has no pattern. */
const shuffled = <T>(values: readonly T[]): readonly T[] => {
  const random = randomOf(1);
  return values
    .map((value) => ({ value, rank: random() }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ value }) => value);
};

/** Each COMMIT of each story, spoiled in each way. */
const spoiledCommits = shuffled(
  Object.values(stories).flatMap((story: Story) =>
    Array.from({ length: story.commits }, (_, index) => index + 1).flatMap((nth) =>
      cutModes.map((action) => ({ story, fault: { where: 'commit', nth, action } as const })),
    ),
  ),
);

/** So many seeds in a row spoil each COMMIT in each way. */
export const spoiledCommitCount = spoiledCommits.length;

/** A round with a spoiled COMMIT; the server only. */
export const cutRound = (seed: number): Round => {
  const spoiled = spoiledCommits[(seed - 1) % spoiledCommits.length];
  if (!spoiled) throw new Error('seeds begin with 1');
  return { database: 'server', ...spoiled, seed, restores: false };
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
export const callRound = (database: DatabaseKind, fault: Fault, story: Story = stories.release): Round => ({
  database,
  story,
  fault,
  seed: fault.nth,
  restores: false,
});

/** Points at which a release has its lease and may still write. */
const holdingPoints = failpointNames
  .slice(failpointNames.indexOf('after-lease'), failpointNames.indexOf('before-return'))
  .filter((name) => name !== 'after-place-created' && name !== 'after-migrate');

/** Whether a process has the place in its hands where this fault strikes. */
export const holds = ({ where }: Fault): boolean => (holdingPoints as readonly string[]).includes(where);

/** A holder that is stopped, outlived, and woken; the points in turn. */
export const wakeRound = (seed: number): Round => {
  const round = roundAt('server', holdingPoints[seed % holdingPoints.length] ?? 'after-lease', seed);
  return { ...round, fault: { ...round.fault, action: 'stop' } };
};

/** Stories that end well, with what their last COMMITs are: one moves the pointer, one records it, one gives the lease back. */
const endingWell: readonly Story[] = [stories.release, stories.first, stories.older, stories.restore, stories.rollback];

/** A round in which the COMMIT that moves the pointer is spoiled: the one after which going on and going back are both wrong. */
const pointerRound = (seed: number): Round => {
  const story = endingWell[seed % endingWell.length] ?? stories.release;
  const action = cutModes[seed % cutModes.length] ?? 'late';
  return {
    database: 'server',
    story,
    fault: { where: 'commit', nth: story.commits - 2, action },
    seed,
    restores: false,
  };
};

/** Rounds of all kinds on a server, every point in turn, for looking for bugs that were planted. */
export const anyRound = (seed: number): Round => {
  if (seed % 4 === 0) return seed % 8 === 0 ? pointerRound(seed >> 3) : cutRound(seed >> 2);
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
