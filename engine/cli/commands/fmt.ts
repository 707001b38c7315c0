import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { inline } from '../views/escape.ts';

export class FmtCommand extends ForgeCommand {
  static override usage = {
    details: `Indents by two spaces, keeps one empty line where there were more, and writes quotes and lists in one way. Values,
their order and comments stay. Prints the files that it changes. The YAML language server formats in the same way.`,
    examples: [
      ['The configuration and what it includes', 'm3forge fmt'],
      ['In CI, where exit code 2 says that something would change', 'm3forge fmt --check'],
    ] as [string, string][],
  };

  readonly check = switchFlag('--check', 'change nothing; exit code 2 where something would change');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { format } = await loadOperations();
    const outcome = await format(context, { check: this.check });
    return present(invocation, outcome, this.json, (files) => {
      const changed = files.filter((file) => file.changed);
      if (this.json) output.json(files);
      else for (const { file } of changed) output.result(inline(file));
      return this.check && changed.length > 0 ? 2 : undefined;
    });
  }
}
