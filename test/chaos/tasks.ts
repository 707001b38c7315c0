import { type FailpointName, failpointNames } from '../../engine/system/index.ts';
import { contest } from './contest.ts';
import { playHistory } from './history.ts';
import { checkInvariants, type Violation } from './invariants.ts';
import { hasRecovered, play } from './play.ts';
import {
  anyRound,
  callRound,
  cutRound,
  type Fault,
  flipRound,
  nameRound,
  parseRound,
  type Round,
  roundAt,
  type Story,
  wakeRound,
} from './rounds.ts';
import type { DatabaseKind, World } from './world.ts';

/** What came of one task. */
export interface Outcome {
  readonly violations: readonly Violation[];
  /** The fail points that acted. */
  readonly hits: readonly string[];
  /** How long recovery took, the start of the process included; undefined where nothing had to be recovered. */
  readonly recoveryMs: number | undefined;
  /** What else is worth knowing, such as that a COMMIT was never sent. */
  readonly struck: boolean;
}

/** Something that the harness does, named so that it can be done again. */
export interface Task {
  readonly name: string;
  readonly database: DatabaseKind;
  readonly perform: (world: World, plant?: string) => Promise<Outcome>;
}

export const roundTask = (round: Round): Task => ({
  name: nameRound(round),
  database: round.database,
  perform: async (world, plant) => {
    const evidence = await play(world, round, plant);
    return {
      violations: checkInvariants(evidence, world.canary),
      hits: evidence.run.hits,
      recoveryMs: hasRecovered(evidence.recovered) ? evidence.recovered.milliseconds : undefined,
      struck: evidence.struck,
    };
  },
});

export const contestTask = (database: DatabaseKind, contenders: number, seed: number): Task => ({
  name: `${database}/contest/${contenders}/${seed}`,
  database,
  perform: async (world, plant) => ({
    violations: await contest(world, { contenders, seed }, plant),
    hits: ['after-lease'],
    recoveryMs: undefined,
    struck: true,
  }),
});

/** A random history of commands, crashes and edits by hand. */
export const historyTask = (database: DatabaseKind, seed: number): Task => ({
  name: `${database}/history/${seed}`,
  database,
  perform: async (world, plant) => ({
    violations: await playHistory(world, seed, plant),
    hits: [],
    recoveryMs: undefined,
    struck: true,
  }),
});

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

export const pointTasks = (
  database: DatabaseKind,
  seeds: number,
  firstSeed = 1,
  points: readonly FailpointName[] = failpointNames,
): readonly Task[] =>
  upTo(seeds).flatMap((seed) => points.map((point) => roundTask(roundAt(database, point, firstSeed + seed - 1))));

/** Points that come right before or after another one, with nothing written between the two. */
export const besideOthers: readonly FailpointName[] = [
  ...([
    'before-lease',
    'before-fence-raised',
    'before-start-recorded',
    'write-before-bodies',
    'write-after-intervals',
  ] as const),
  ...(['after-candidate-checks', 'activate-before-notify', 'return-before-notify', 'recover-decided'] as const),
  ...(['before-lease-released', 'after-lease-released'] as const),
];

/** All others. */
export const mainPoints: readonly FailpointName[] = failpointNames.filter((name) => !besideOthers.includes(name));

/**
 * The points that tests play where playing all of them on both databases would take too long: thirty on each, and each point
 * on one of the two at least. The long form leaves none out.
 */
export const pointsInTests: Readonly<Record<DatabaseKind, readonly FailpointName[]>> = {
  server: mainPoints,
  embedded: [...besideOthers, ...mainPoints.slice(besideOthers.length)],
};

const from = (first: number, count: number): readonly number[] => upTo(count).map((nth) => first + nth - 1);

export const cutTasks = (count: number, first = 1): readonly Task[] =>
  from(first, count).map((seed) => roundTask(cutRound(seed)));

export const wakeTasks = (count: number, first = 1): readonly Task[] =>
  from(first, count).map((seed) => roundTask(wakeRound(seed)));

/** A byte of a pack changes between write and proof. */
export const flipTasks = (count: number, first = 1): readonly Task[] =>
  from(first, count).map((seed) => roundTask(flipRound(seed)));

export const historyTasks = (database: DatabaseKind, count: number, first = 1): readonly Task[] =>
  from(first, count).map((seed) => historyTask(database, seed));

export const contestTasks = (count: number, contenders: number, first = 1): readonly Task[] =>
  from(first, count).map((seed) => contestTask('server', contenders, seed));

export const callTasks = (
  database: DatabaseKind,
  { where, action }: Pick<Fault, 'where' | 'action'>,
  numbers: readonly number[],
  story?: Story,
): readonly Task[] => numbers.map((nth) => roundTask(callRound(database, { where, nth, action }, story)));

/** Every tenth seed sees how holders wait for one another, every twentieth a disk that changes a backup; all others are rounds. */
export const huntTask = (seed: number): Task => {
  if (seed % 10 === 0) return contestTask('server', 4, seed);
  return roundTask(seed % 20 === 7 ? flipRound(seed) : anyRound(seed));
};

/** The task of a name that `Task.name` gave; undefined where it is none. */
export const parseTask = (name: string): Task | undefined => {
  const [, database, contenders, seed] = /^(server|embedded)\/contest\/(\d+)\/(\d+)$/.exec(name) ?? [];
  if (database) return contestTask(database as DatabaseKind, Number(contenders), Number(seed));
  const [, kind, history] = /^(server|embedded)\/history\/(\d+)$/.exec(name) ?? [];
  if (kind) return historyTask(kind as DatabaseKind, Number(history));
  const round = parseRound(name);
  return round && roundTask(round);
};

/** The command that does it again. */
export const reproduction = ({ name }: Task, plant?: string): string =>
  `npm run chaos -- --task ${name}${plant ? ` --plant ${plant}` : ''}`;
