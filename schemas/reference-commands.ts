import { type CommandDescription, describeCommands, flagTitle, isGlobal } from '../engine/cli/index.ts';
import { code, page, table } from './markdown.ts';
import type { Output } from './output.ts';

const flagTable = (flags: CommandDescription['flags']): string =>
  table(
    ['flag', 'meaning'],
    flags.map((flag) => [code(flagTitle(flag)), flag.description]),
  );

const commandText = ({ path, summary, synopsis, details, flags, examples }: CommandDescription): string => {
  const own = flags.filter((flag) => !isGlobal(flag));
  return [
    `## ${code(`m3forge ${path}`)}`,
    `${summary}.${details === '' ? '' : ` ${details.replaceAll(/\s*\n\s*/g, ' ')}`}`,
    `    ${synopsis} [FLAGS]`,
    ...(own.length > 0 ? [flagTable(own)] : []),
    ...examples.map(([what, how]) => `${what}:\n\n    ${how}`),
  ].join('\n\n');
};

/** Every command with its flags and examples. */
export const commandReference = async (): Promise<Output> => {
  const commands = await describeCommands();
  const global = commands[0]?.flags.filter(isGlobal) ?? [];
  return {
    path: 'docs/reference/commands.md',
    text: page([
      '# Commands',
      'What `m3forge COMMAND --help` says. Exit codes, machine output and more about each is in [The command line](../cli.md).',
      ...commands.map(commandText),
      '## Flags of every command',
      flagTable(global),
    ]),
  };
};
