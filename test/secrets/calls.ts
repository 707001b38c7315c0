import { expect } from 'vitest';
import { commandTable } from '../../engine/cli/command-table.ts';
import type { SecretsProject } from './project.ts';

/** The command of a call: the words of the table with which it begins. */
const commandOf = (args: readonly string[]): string | undefined =>
  commandTable
    .map(({ path }) => path)
    .filter((path) => args.slice(0, path.split(' ').length).join(' ') === path)
    .sort((a, b) => b.length - a.length)[0];

/** A command, how it must end, and variables of its own. */
export type Call = readonly [exit: number, args: readonly string[], variables?: Readonly<Record<string, string>>];

/** Runs calls one after the other; each must end as it is said, so that none fails before it comes to what matters. */
export const runAll = async ({ run }: SecretsProject, called: Set<string>, calls: readonly Call[]): Promise<void> => {
  for (const [exit, args, variables] of calls) {
    const ended = await run(args, variables);
    expect(ended, args.join(' ')).toMatchObject({ exit });
    called.add(commandOf(args) ?? args.join(' '));
  }
};

/** The same for calls that change nothing, together. */
export const lookAll = async (project: SecretsProject, called: Set<string>, calls: readonly Call[]): Promise<void> => {
  await Promise.all(calls.map((call) => runAll(project, called, [call])));
};
