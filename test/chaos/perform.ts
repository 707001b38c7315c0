import { afterAll, expect, inject } from 'vitest';
import { reproduction, type Task } from './tasks.ts';
import { createWorlds, type Worlds, type WorldsOptions } from './worlds.ts';

/** The worlds of one test file, on the server of this run. */
export const worldsForTests = (options?: () => Promise<WorldsOptions>): (() => Promise<Worlds>) => {
  let worlds: Promise<Worlds> | undefined;
  afterAll(async () => (await worlds)?.close());
  return () => {
    worlds ??= (async () => createWorlds(inject('serverUrl'), await options?.()))();
    return worlds;
  };
};

/** Performs a task and expects every promise to be kept; a failure names the command that repeats it. */
export const expectKept = async (worlds: Worlds, task: Task) => {
  const outcome = await worlds.lend(task.database, (world) => task.perform(world));
  expect(outcome.violations, reproduction(task)).toEqual([]);
  return outcome;
};
