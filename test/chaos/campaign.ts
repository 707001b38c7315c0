import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes } from '../../engine/values/index.ts';
import { stories } from './rounds.ts';
import { callTasks, contestTask, cutTasks, flipTasks, pointTasks, type Task, wakeTasks } from './tasks.ts';
import type { DatabaseKind } from './world.ts';
import type { Worlds } from './worlds.ts';

const from1 = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

/** How many calls a release makes, seen by counting them once. */
const countCalls = (worlds: Worlds, database: DatabaseKind, where: 'files' | 'socket'): Promise<number> =>
  worlds.lend(database, async (world) => {
    await world.restore(stories.release.template);
    return (await world.run(stories.release.command, { fault: `${where}@0=none` })).calls;
  });

/** Fails the n-th call of a release for every n; `step` leaves some out. */
export const sweep = async (
  worlds: Worlds,
  database: DatabaseKind,
  where: 'files' | 'socket',
  action: string,
  step = 1,
): Promise<readonly Task[]> => {
  const last = await countCalls(worlds, database, where);
  const numbers = from1(last).filter((nth) => nth % step === 0);
  return callTasks(database, where, action, numbers);
};

/** Everything that a long run does; with `rounds`, fail points only. */
export const campaign = async (
  worlds: Worlds,
  wanted: { readonly seed: number; readonly rounds: string | undefined; readonly database: DatabaseKind | undefined },
): Promise<readonly Task[]> => {
  const databases = wanted.database ? [wanted.database] : (['server', 'embedded'] as const);
  const rounds = Number(wanted.rounds ?? '20');
  const points = databases.flatMap((database) => pointTasks(database, rounds, wanted.seed));
  if (wanted.rounds || wanted.database) return points;
  return [
    ...points,
    ...cutTasks(600),
    ...wakeTasks(50),
    ...flipTasks(10),
    ...(await sweep(worlds, 'server', 'socket', 'cut')),
    ...(await sweep(worlds, 'server', 'files', 'enospc')),
    ...(await sweep(worlds, 'embedded', 'files', 'enospc', 7)),
    ...(await sweep(worlds, 'embedded', 'files', 'torn', 7)),
    ...from1(200).map((seed) => contestTask('server', 16, seed)),
  ];
};

/** Another program, or other tasks, is another run: what was found before says nothing about it. */
export const fingerprint = async (tasks: readonly Task[]): Promise<string> => {
  const dist = join(import.meta.dirname, '../../dist');
  const parts = (await readdir(join(dist, 'chunks'))).sort().map((name) => readFileSync(join(dist, 'chunks', name)));
  return digestOfBytes(Buffer.concat([...parts, Buffer.from(tasks.map(({ name }) => name).join('\n'))])).slice(0, 16);
};
