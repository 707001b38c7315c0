import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { failpointNames } from '../../engine/system/index.ts';
import { memoryDirectory } from '../support/memory-directory.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { campaign, fingerprint } from './campaign.ts';
import { buildPlanted, planting } from './planted-build.ts';
import { plants } from './plants.ts';
import { summarise } from './summary.ts';
import { huntTask, type Outcome, parseTask, reproduction, type Task } from './tasks.ts';
import type { DatabaseKind } from './world.ts';
import { createWorlds, inParallel, type Worlds, type WorldsOptions } from './worlds.ts';

/**
 * The long form of the harness; `npm test` carries a short one.
 *
 *     npm run chaos                                         everything, resumed where it stopped
 *     npm run chaos -- --seed 5 --rounds 3 --database server
 *     npm run chaos -- --plants                             the planted bugs alone
 *     npm run chaos -- --task server/release/after-intent@1=kill9/3 [--plant fence-not-compared]
 */
const cache = join(import.meta.dirname, '../../node_modules/.cache/m3forge-chaos');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string' },
    database: { type: 'string' },
    task: { type: 'string' },
    plant: { type: 'string' },
    plants: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
  },
});

/** A finished task, as it is kept for a later run to go on from. */
type Record = Outcome & { readonly name: string };

const readRecords = (file: string): readonly Record[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

const performAll = async (worlds: Worlds, tasks: readonly Task[], file: string, done: Map<string, Record>) => {
  const left = tasks.filter(({ name }) => !done.has(name));
  say(`${tasks.length} tasks, ${tasks.length - left.length} of them done before`);
  let count = 0;
  await inParallel(left, Number(values.workers), async (task) => {
    const outcome = await worlds.lend(task.database, (world) => task.perform(world, values.plant));
    const record = { name: task.name, ...outcome };
    done.set(task.name, record);
    appendFileSync(file, `${JSON.stringify(record)}\n`);
    count += 1;
    if (count % 50 === 0) say(`${count} of ${left.length}`);
    if (outcome.violations.length === 0) return;
    say(`\nVIOLATION in ${task.name}\n  ${reproduction(task, values.plant)}`);
    for (const { invariant, seen } of outcome.violations) say(`  ${invariant}: ${seen.replaceAll('\n', '\n      ')}`);
  });
};

const planted = async (): Promise<WorldsOptions> => ({
  program: await buildPlanted(join(cache, 'planted')),
  plugins: [planting().plugin],
});

/** Looks for each planted bug, seed by seed, until the harness finds it; returns those that it never found. */
const huntPlants = async (serverUrl: string, file: string): Promise<readonly string[]> => {
  const worlds = createWorlds(serverUrl, await planted());
  const known = new Map(readRecords(file).map((record) => [record.name, record]));
  const missed: string[] = [];
  await inParallel(plants, Number(values.workers), async ({ name: plant, meaning }) => {
    if (known.has(plant)) return;
    const first = Number(values.seed);
    for (let seed = first; seed < first + 200; seed += 1) {
      const task = huntTask(seed);
      const outcome = await worlds.lend('server', (world) => task.perform(world, plant));
      const [violation] = outcome.violations;
      if (!violation) continue;
      appendFileSync(file, `${JSON.stringify({ ...outcome, name: plant })}\n`);
      say(`caught ${plant} (${meaning}) at seed ${seed}: ${violation.invariant}, ${task.name}`);
      return;
    }
    missed.push(plant);
    say(`NOT CAUGHT: ${plant} (${meaning})`);
  });
  await worlds.close();
  return missed;
};

const onlyTask = (name: string): readonly Task[] => {
  const task = parseTask(name);
  if (!task) throw new Error(`"${name}" is the name of no task`);
  return [task];
};

const main = async (): Promise<number> => {
  const began = performance.now();
  // The server too: a fifth of the time went into looking for free inodes of databases that live for a second.
  process.env.TMPDIR = memoryDirectory();
  const server = await startPostgres();
  const worlds = createWorlds(server.url, values.plant ? await planted() : { measures: true });
  const wanted = {
    seed: Number(values.seed),
    rounds: values.rounds,
    database: values.database as DatabaseKind | undefined,
  };
  const tasks = values.task ? onlyTask(values.task) : values.plants ? [] : await campaign(worlds, wanted);
  const whole = !values.task && !values.rounds && !values.database;
  const file = join(cache, `${await fingerprint(tasks)}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  if (values.fresh || values.task) rmSync(file, { force: true });
  const done = new Map(readRecords(file).map((record) => [record.name, record]));
  try {
    await performAll(worlds, tasks, file, done);
    const missed = whole ? await huntPlants(server.url, `${file}.plants`) : [];
    const outcomes = tasks.flatMap(({ name }) => done.get(name) ?? []);
    const pointsExpected = values.task || values.plants ? [] : failpointNames;
    const { text, failed } = summarise(outcomes, pointsExpected, missed, whole ? plants.length : 0);
    say(`\n${text}\n${Math.round((performance.now() - began) / 1000)} s`);
    return failed ? 1 : 0;
  } finally {
    await worlds.close();
    await server.stop();
  }
};

// Not by exitCode: a hook that the PostgreSQL of the tests installs would end the process with 0.
process.exit(await main());
