import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkAtRest, type Violation } from './invariants.ts';
import { randomOf } from './rounds.ts';
import type { Run } from './run-program.ts';
import type { World } from './world.ts';

const seen = (invariant: string, text: string): Violation => ({ invariant, seen: text });

/** While one place is held, another one is free, and a second target of the same place is told who holds it. */
const checkNeighbours = async (world: World, plant: string | undefined): Promise<readonly Violation[]> => {
  const meanwhile = Promise.withResolvers<{ readonly other: Run; readonly same: Run }>();
  const holder = world.run('apply --target production --version v1.1.0 --yes', {
    failpoints: 'after-lease=hang',
    plant,
    onHit: (child) => {
      const ask = async () => ({
        other: await world.run('apply --target other --version v1.0.0 --yes', { plant }),
        same: await world.run('apply --target hotfix --version v1.1.0 --yes', { plant }),
      });
      ask()
        .then(meanwhile.resolve, meanwhile.reject)
        .finally(() => child.kill('SIGKILL'));
    },
  });
  const { other, same } = await meanwhile.promise;
  await holder;
  // The embedded database is one: whoever has it open has all places in it.
  const expected = world.kind === 'server' ? 0 : 4;
  return [
    ...(other.exit === expected
      ? []
      : [seen('another place', `"${other.command}" ended with ${other.exit}:\n${other.output}`)]),
    ...(same.exit === 4 && /pid \d+|process \d+/.test(same.output)
      ? []
      : [seen('the same place', `"${same.command}" ended with ${same.exit}:\n${same.output}`)]),
  ];
};

interface Field {
  readonly contenders: number;
  readonly seed: number;
}

/** Who wants what, and how long after the first; the seed decides. */
const contendersOf = ({ contenders, seed }: Field) => {
  const random = randomOf(seed);
  return Array.from({ length: contenders }, () => ({
    target: random() < 0.5 ? 'production' : 'hotfix',
    version: random() < 0.6 ? 'v1.1.0' : 'v1.3.0',
    afterMs: random() < 0.5 ? 0 : Math.floor(random() * 400),
  }));
};

/** Many want the same place at once: one after the other has it, and what they leave is in order. */
const checkRace = async (world: World, field: Field, plant: string | undefined): Promise<readonly Violation[]> => {
  writeFileSync(join(world.directory, 'watched'), '');
  const runs = await Promise.all(
    contendersOf(field).map(async ({ target, version, afterMs }) => {
      await delay(afterMs);
      return world.run(`apply --target ${target} --version ${version} --lock-timeout 120s --yes`, { plant });
    }),
  );
  // Whoever planned before another one activated is refused as stale; nobody fails in any other way.
  const failed = runs.filter(({ exit }) => exit !== 0 && exit !== 5);
  const atRest = checkAtRest('after the race', await world.observe());
  return [
    ...failed.map(({ command, exit, output }) => seen('race', `"${command}" ended with ${exit}:\n${output}`)),
    ...(runs.some(({ exit }) => exit === 0) ? [] : [seen('race', 'nobody had the place')]),
    ...(existsSync(join(world.directory, 'overlaps')) ? [seen('race', 'two were in the place at the same time')] : []),
    ...atRest,
  ];
};

/** Who waits for whom; every fifth seed on a server also asks for the places beside. */
export const contest = async (world: World, field: Field, plant?: string): Promise<readonly Violation[]> => {
  await world.restore('one');
  const asksBeside = world.kind === 'embedded' || field.seed % 5 === 0;
  const beside = asksBeside ? await checkNeighbours(world, plant) : [];
  return [...beside, ...(await checkRace(world, field, plant))];
};
