import type { Usage } from 'clipanion';
import type { CommandEntry } from '../command-table.ts';
import type { Flag } from '../flags.ts';
import type { Style } from './style.ts';

/** Where the second column of a list begins. */
const column = 32;

const entryLine = (left: string, right: string, style: Style): string =>
  left.length + 2 > column
    ? `  ${style.cyan(left)}\n${' '.repeat(column + 2)}${right}`
    : `  ${style.cyan(left)}${' '.repeat(column - left.length)}${right}`;

/** The list of commands, by group. */
export const overview = (entries: readonly CommandEntry[], style: Style): string => {
  const groups = [...new Set(entries.map(({ group }) => group))];
  const lists = groups.map((group) => {
    const lines = entries
      .filter((entry) => entry.group === group)
      .map(({ path, summary }) => entryLine(path, summary, style));
    return [style.bold(group), ...lines].join('\n');
  });
  return [
    'm3forge: plan and apply for AI workflows.',
    `${style.bold('Usage')}\n  m3forge COMMAND [FLAGS]\n  m3forge COMMAND --help\n  m3forge --version`,
    ...lists,
  ].join('\n\n');
};

const globalNames = new Set(['--chdir', '--config', '--as', '--log-level', '--input', '--quiet', '--no-color']);

/** `--target NAME…`, `--yes, --auto-approve`, `--input=false` */
export const flagTitle = ({ names, value, bound, repeatable }: Flag): string =>
  `${names.join(', ')}${value === undefined ? '' : `${bound ? '=' : ' '}${value}`}${repeatable ? '…' : ''}`;

const flagList = (title: string, flags: readonly Flag[], style: Style): readonly string[] =>
  flags.length === 0
    ? []
    : [[style.bold(title), ...flags.map((flag) => entryLine(flagTitle(flag), flag.description, style))].join('\n')];

/** Everything about one command. */
export interface CommandHelp {
  readonly entry: CommandEntry;
  readonly flags: readonly Flag[];
  readonly usage: Usage | undefined;
  /** The command with its arguments, as clipanion writes it. */
  readonly synopsis: string;
}

const examples = (usage: Usage | undefined, style: Style): readonly string[] => {
  const list = usage?.examples ?? [];
  if (list.length === 0) return [];
  return [[style.bold('Examples'), ...list.map(([what, how]) => `  ${what}:\n    ${how}`)].join('\n')];
};

/** What a command does, how it is called, its flags, and examples. */
export const commandHelp = ({ entry, flags, usage, synopsis }: CommandHelp, style: Style): string => {
  const isGlobal = ({ names }: Flag): boolean => globalNames.has(names[0] ?? '');
  return [
    `${entry.summary}.`,
    `${style.bold('Usage')}\n  ${synopsis} [FLAGS]`,
    ...(usage?.details ? [usage.details.trim()] : []),
    ...flagList(
      'Flags',
      flags.filter((flag) => !isGlobal(flag)),
      style,
    ),
    ...flagList('Flags of every command', flags.filter(isGlobal), style),
    ...examples(usage, style),
  ].join('\n\n');
};
