import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes } from '../../engine/values/index.ts';
import { commandOf, crash } from './play.ts';
import { type Story, spoiledCommitCount, stories } from './rounds.ts';
import {
  besideOthers,
  callTasks,
  contestTasks,
  cutTasks,
  flipTasks,
  historyTasks,
  mainPoints,
  pointTasks,
  type Task,
  wakeTasks,
} from './tasks.ts';
import type { DatabaseKind } from './world.ts';
import type { Worlds } from './worlds.ts';

/** Which calls fail: all, or those with the same remainder by `step`, another one with each seed. */
interface Sweep {
  readonly database: DatabaseKind;
  readonly where: 'files' | 'reads' | 'socket';
  readonly action: 'enospc' | 'torn' | 'eio' | 'cut';
  readonly story?: Story;
  readonly step?: number;
  readonly seed?: number;
}

/** How many calls a story makes, seen by counting them once. */
const countCalls = (worlds: Worlds, { database, where, story = stories.release }: Sweep): Promise<number> =>
  worlds.lend(database, async (world) => {
    await world.restore(story.template);
    const command = commandOf(story, world.known(story.template));
    return (await world.run(command, { fault: `${where}@0=none` })).calls;
  });

/** Fails the n-th call of a story for every n, or for every so many-th. */
export const sweep = async (worlds: Worlds, wanted: Sweep): Promise<readonly Task[]> => {
  const { database, story, step = 1, seed = 0 } = wanted;
  const last = await countCalls(worlds, wanted);
  const numbers = Array.from({ length: last }, (_, index) => index + 1).filter((nth) => nth % step === seed % step);
  return callTasks(database, wanted, numbers, story);
};

/** Everywhere that a call can fail: all calls of a release, every tenth write to a socket of what goes back and of a restore. */
const sweeps = ({ seed }: { readonly seed: number }): readonly Sweep[] => [
  { database: 'server', where: 'socket', action: 'cut' },
  { database: 'server', where: 'socket', action: 'cut', story: stories.failing, step: 10, seed },
  { database: 'server', where: 'socket', action: 'cut', story: stories.restore, step: 10, seed },
  { database: 'server', where: 'files', action: 'enospc' },
  { database: 'server', where: 'files', action: 'enospc', story: stories.restore },
  { database: 'server', where: 'reads', action: 'eio' },
  { database: 'embedded', where: 'files', action: 'enospc', step: 7, seed },
  { database: 'embedded', where: 'files', action: 'torn', step: 7, seed },
];

/** That each story sends as many COMMITs as are spoiled in turn: of one more, nobody would know. */
const countCommits = (worlds: Worlds): Promise<void> =>
  worlds.lend('server', async (world) => {
    for (const story of Object.values(stories)) {
      await world.restore(story.template);
      await crash(world, story);
      world.proxy?.arm(undefined);
      await world.follow(commandOf(story, world.known(story.template)));
      const sent = world.proxy?.commits();
      if (sent !== story.commits) throw new Error(`"${story.name}" sends ${sent} COMMITs, not ${story.commits}`);
    }
  });

/** Everything that a long run does; with `rounds`, fail points only. */
export const campaign = async (
  worlds: Worlds,
  wanted: { readonly seed: number; readonly rounds: string | undefined; readonly database: DatabaseKind | undefined },
): Promise<readonly Task[]> => {
  const databases = wanted.database ? [wanted.database] : (['server', 'embedded'] as const);
  const rounds = Number(wanted.rounds ?? '20');
  const points = databases.flatMap((database) => [
    ...pointTasks(database, rounds, wanted.seed, mainPoints),
    // A round takes three times as long on the embedded database; what comes right beside another point is played less there.
    ...pointTasks(database, database === 'embedded' ? Math.ceil(rounds / 4) : rounds, wanted.seed, besideOthers),
  ]);
  if (wanted.rounds || wanted.database) return points;
  await countCommits(worlds);
  const swept: Task[] = [];
  for (const one of sweeps(wanted)) swept.push(...(await sweep(worlds, one)));
  const { seed } = wanted;
  return [
    ...points,
    ...cutTasks(Math.max(600, spoiledCommitCount), seed),
    ...wakeTasks(50, seed),
    ...flipTasks(10, seed),
    ...swept,
    ...historyTasks('server', 40, seed),
    ...historyTasks('embedded', 3, seed),
    ...contestTasks(200, 16, seed),
  ];
};

const filesIn = async (directory: string, isPart: (name: string) => boolean): Promise<readonly Buffer[]> =>
  (await readdir(directory))
    .filter(isPart)
    .sort()
    .map((name) => readFileSync(join(directory, name)));

/** Another program, another harness or other tasks are another run: what was found before says nothing about it. */
export const fingerprint = async (tasks: readonly Task[]): Promise<string> => {
  const dist = join(import.meta.dirname, '../../dist');
  const program = await Promise.all(['program', 'chunks'].map((folder) => filesIn(join(dist, folder), () => true)));
  const harness = await filesIn(import.meta.dirname, (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return digestOfBytes(
    Buffer.concat([...program.flat(), ...harness, Buffer.from(tasks.map(({ name }) => name).join('\n'))]),
  ).slice(0, 16);
};
