import { type CommandDescription, flagTitle, isGlobal } from '../command-description.ts';
import type { Flag } from '../flags.ts';
import type { Style } from './style.ts';

/** Where the second column of a list begins. */
const column = 32;

const entryLine = (left: string, right: string, style: Style): string =>
  left.length + 2 > column
    ? `  ${style.cyan(left)}\n${' '.repeat(column + 2)}${right}`
    : `  ${style.cyan(left)}${' '.repeat(column - left.length)}${right}`;

/** The list of commands, by group. */
export const overview = (
  entries: readonly Pick<CommandDescription, 'path' | 'group' | 'summary'>[],
  style: Style,
): string => {
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

const flagList = (title: string, flags: readonly Flag[], style: Style): readonly string[] =>
  flags.length === 0
    ? []
    : [[style.bold(title), ...flags.map((flag) => entryLine(flagTitle(flag), flag.description, style))].join('\n')];

const exampleList = (examples: CommandDescription['examples'], style: Style): readonly string[] =>
  examples.length === 0
    ? []
    : [[style.bold('Examples'), ...examples.map(([what, how]) => `  ${what}:\n    ${how}`)].join('\n')];

/** What a command does, how it is called, its flags, and examples. */
export const commandHelp = (description: CommandDescription, style: Style): string => {
  const { summary, synopsis, details, flags, examples } = description;
  return [
    `${summary}.`,
    `${style.bold('Usage')}\n  ${synopsis} [FLAGS]`,
    ...(details === '' ? [] : [details]),
    ...flagList(
      'Flags',
      flags.filter((flag) => !isGlobal(flag)),
      style,
    ),
    ...flagList('Flags of every command', flags.filter(isGlobal), style),
    ...exampleList(examples, style),
  ].join('\n\n');
};
