import { Cli } from 'clipanion';
import type { CommandDescription } from './command-description.ts';
import type { CommandEntry } from './command-entry.ts';
import { commandTable } from './command-table.ts';
import { flagsOf } from './flags.ts';
import type { ForgeContext } from './forge-command.ts';

/** A command that was loaded, and nothing else registered beside it. */
export interface LoadedCommand {
  readonly cli: Cli<ForgeContext>;
  readonly description: CommandDescription;
}

export const loadCommand = async ({ path, group, summary, load }: CommandEntry): Promise<LoadedCommand> => {
  const command = await load();
  const cli = new Cli<ForgeContext>({ binaryName: 'm3forge' });
  command.paths = [path.split(' ')];
  cli.register(command);
  const [definition] = cli.definitions();
  const { details = '', examples = [] } = command.usage ?? {};
  return {
    cli,
    description: {
      path,
      group,
      summary,
      synopsis: definition?.usage ?? '',
      details: details.trim(),
      examples,
      flags: flagsOf(definition?.options ?? []),
    },
  };
};

/** All commands, in the order in which help lists them. */
export const describeCommands = async (): Promise<readonly CommandDescription[]> => {
  const loaded = await Promise.all(commandTable.map(loadCommand));
  return loaded.map(({ description }) => description);
};
