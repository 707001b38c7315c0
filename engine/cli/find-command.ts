import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import type { CommandEntry } from './command-entry.ts';
import { commandTable } from './command-table.ts';

/** The command that the arguments call, and the arguments that are left for it. */
export interface Call {
  readonly entry: CommandEntry;
  readonly args: readonly string[];
}

/** Global flags that may stand before the command and have a value of their own. */
const valueFlags = new Set(['--chdir', '--config', '--as', '--log-level']);

/** How many arguments at the beginning are global flags with their values. */
const leadingFlags = (args: readonly string[]): number => {
  let index = 0;
  while (index < args.length && args[index]?.startsWith('-')) index += valueFlags.has(args[index] ?? '') ? 2 : 1;
  return index;
};

const unknownCommand = (words: readonly string[]): Diagnostic => {
  const [first = '', second] = words;
  const members = commandTable.filter(({ path }) => path.startsWith(`${first} `)).map(({ path }) => path);
  if (members.length > 0) {
    const typed = second?.startsWith('-') ? undefined : second;
    const near = typed && closest(`${first} ${typed}`, members);
    return problem('usage-command-unknown', {
      detail: typed ? `There is no command "m3forge ${first} ${typed}".` : `"m3forge ${first}" is not complete.`,
      hint: near
        ? `Did you mean "m3forge ${near}"?`
        : `There are:\n\n${members.map((path) => `    m3forge ${path}`).join('\n')}`,
    });
  }
  const near = closest(first, new Set(commandTable.map(({ path }) => path.split(' ')[0] ?? path)));
  return problem('usage-command-unknown', {
    detail: `There is no command "m3forge ${first}".`,
    hint: near ? `Did you mean "m3forge ${near}"?` : 'All commands are listed by:\n\n    m3forge --help',
  });
};

/**
 * Finds the command. Global flags may stand before it; they are handed on behind it. Undefined where no command is named
 * at all. Pure.
 */
export const findCommand = (args: readonly string[]): Outcome<Call | undefined> => {
  const start = leadingFlags(args);
  const words = args.slice(start, start + 2);
  if (words.length === 0) return success(undefined);
  const entry =
    commandTable.find(({ path }) => path === words.join(' ')) ?? commandTable.find(({ path }) => path === words[0]);
  if (!entry) return failure([unknownCommand(words)]);
  const used = entry.path.split(' ').length;
  return success({ entry, args: [...args.slice(0, start), ...args.slice(start + used)] });
};
