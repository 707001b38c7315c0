import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { memoryDirectory } from '../support/memory-directory.ts';
import { buildFollower } from './follow.ts';
import { createWorld, type DatabaseKind, type World } from './world.ts';

/** Worlds that are lent to one task at a time; each is made when it is first needed. */
export interface Worlds {
  readonly lend: <T>(database: DatabaseKind, work: (world: World) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

const cache = join(import.meta.dirname, '../../node_modules/.cache/m3forge-chaos');
const built = join(import.meta.dirname, '../../dist/main.js');

/** What is loaded beside the program, as JavaScript: every run would take its types out again. */
const buildFaults = async (directory: string): Promise<string> => {
  const build = await rolldown({ input: join(import.meta.dirname, 'faults.ts'), platform: 'node' });
  await build.write({ file: join(directory, 'faults.mjs'), format: 'esm' });
  await build.close();
  return join(directory, 'faults.mjs');
};

export interface WorldsOptions {
  /** The program under test; what was built, where it is not given. With `plugins` its bugs are planted into the follower too. */
  readonly program?: string | undefined;
  readonly plugins?: readonly Plugin[];
  /** Whether each recovery is a process of its own, so that its time can be measured. */
  readonly measures?: boolean;
}

export const createWorlds = (
  serverUrl: string | undefined,
  { program = built, plugins = [], measures = false }: WorldsOptions = {},
): Worlds => {
  const parent = mkdtempSync(join(memoryDirectory(), 'm3forge-chaos-'));
  // Beside the packages that it imports.
  mkdirSync(cache, { recursive: true });
  const bundle = mkdtempSync(join(cache, 'follower-'));
  const files = Promise.all([buildFaults(parent), buildFollower(bundle, plugins)]);
  const free = new Map<DatabaseKind, World[]>();
  const all: World[] = [];
  let made = 0;
  const make = async (kind: DatabaseKind): Promise<World> => {
    made += 1;
    const directory = join(parent, String(made));
    const [faults, follower] = await files;
    const world = await createWorld({ kind, directory, serverUrl, program, faults, follower, measures });
    all.push(world);
    return world;
  };
  return {
    lend: async (database, work) => {
      const world = free.get(database)?.pop() ?? (await make(database));
      const result = await work(world);
      free.set(database, [...(free.get(database) ?? []), world]);
      return result;
    },
    close: async () => {
      for (const world of all) await world.close();
      for (const directory of [parent, bundle]) rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** Runs `work` over `items`, so many at a time, in order. */
export const inParallel = async <T>(items: readonly T[], width: number, work: (item: T) => Promise<void>) => {
  const left = [...items];
  const next = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, next));
};
