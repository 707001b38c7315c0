import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld, type DatabaseKind, type World } from './world.ts';

/** Worlds that are lent to one task at a time; each is made when it is first needed. */
export interface Worlds {
  readonly lend: <T>(database: DatabaseKind, work: (world: World) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export const createWorlds = (serverUrl: string | undefined, program?: string): Worlds => {
  const parent = mkdtempSync(join(tmpdir(), 'm3forge-chaos-'));
  const free = new Map<DatabaseKind, World[]>();
  const all: World[] = [];
  let made = 0;
  const make = async (kind: DatabaseKind): Promise<World> => {
    made += 1;
    const world = await createWorld({ kind, directory: join(parent, String(made)), serverUrl, program });
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
      rmSync(parent, { recursive: true, force: true });
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
