import { logLevels } from '../../system/index.ts';
import type { CommandDescription } from '../command-description.ts';
import type { Flag } from '../flags.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What may stand somewhere on a command line: nothing that is known, a path, a target's name, or one of these words. */
export type Candidates = 'unknown' | 'file' | 'directory' | 'target' | readonly string[];

export interface CompletedFlag {
  /** As it is typed: `--input=false` where the value cannot stand alone. */
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly value: Candidates;
}

export interface CompletedCommand {
  readonly path: string;
  readonly summary: string;
  readonly argument: Candidates;
  readonly flags: readonly CompletedFlag[];
}

const candidatesFor = (name: string, value: string): Candidates => {
  if (name === '--target') return 'target';
  if (value === 'LEVEL') return logLevels;
  if (value === 'DIR') return 'directory';
  if (value === 'FILE') return 'file';
  return value.includes('|') ? value.split('|') : 'unknown';
};

const completedFlags = ({ names, value, bound, description }: Flag): readonly CompletedFlag[] =>
  names.map((name) => ({
    name: bound ? `${name}=${value}` : name,
    description,
    takesValue: value !== undefined && !bound,
    value: value === undefined || bound ? 'unknown' : candidatesFor(name, value),
  }));

/** What the argument of a command may be, by the word that its synopsis has for it. */
const argumentOf = ({ path, synopsis }: CommandDescription): Candidates => {
  const word = /[<[](.*)[>\]]/.exec(synopsis.slice(`m3forge ${path}`.length))?.[1] ?? '';
  if (word === 'SHELL') return shells;
  if (word === 'DIR') return 'directory';
  return word.includes('FILE') ? 'file' : 'unknown';
};

/** What a shell needs to know of the commands. */
export const completedCommands = (commands: readonly CommandDescription[]): readonly CompletedCommand[] =>
  commands.map((command) => ({
    path: command.path,
    summary: command.summary,
    argument: argumentOf(command),
    flags: command.flags.flatMap(completedFlags),
  }));

/** The words that may follow others: the first words of all commands after none, the second words after a first one. */
export const wordsAfter = (commands: readonly CompletedCommand[]): ReadonlyMap<string, readonly string[]> => {
  const words = new Map<string, string[]>();
  for (const { path } of commands) {
    const [first = '', second] = path.split(' ');
    for (const [before, word] of [['', first] as const, ...(second ? [[first, second] as const] : [])]) {
      const known = words.get(before) ?? [];
      if (!known.includes(word)) known.push(word);
      words.set(before, known);
    }
  }
  return words;
};

/** The flags of all commands that take a value, each name once. */
export const valueFlags = (commands: readonly CompletedCommand[]): readonly CompletedFlag[] => {
  const flags = commands.flatMap((command) => command.flags.filter(({ takesValue }) => takesValue));
  return [...new Map(flags.map((flag) => [flag.name, flag])).values()];
};
