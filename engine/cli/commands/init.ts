import { Option } from 'clipanion';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { inline } from '../views/escape.ts';
import { initialisedText, nextSteps } from '../views/initialised.ts';

export class InitCommand extends ForgeCommand {
  static override usage = {
    details: `Writes m3forge.yaml with comments, an example workflow, a .gitignore and, where the project has not installed the
package, the schema by which editors complete and check m3forge.yaml. What is there already is never overwritten.`,
    examples: [
      ['In this directory', 'm3forge init'],
      ['In a new one', 'm3forge init invoices'],
      ['The schema for editors alone, after an update of m3forge', 'm3forge init --schema'],
    ] as [string, string][],
  };

  readonly directory = Option.String({ name: 'DIR', required: false });
  readonly schema = switchFlag('--schema', 'only write the schema for editors, over an older edition of it');
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    return this.config === undefined
      ? []
      : [problem('usage-flags-conflict', { detail: 'init writes m3forge.yaml; --config names another file.' })];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { init } = await loadOperations();
    const cwd = context.system.cwd();
    const request = { directory: invocation.pathOf(this.directory ?? '.'), schemaOnly: this.schema };
    return present(invocation, await init(context, request), this.json, (made) => {
      if (this.json) output.json({ ...made, next: this.schema ? [] : nextSteps(made, cwd) });
      else if (this.schema) output.result(`Written: ${inline(made.created.join(', '))}`);
      else output.result(initialisedText(made, cwd, output.style));
      return undefined;
    });
  }
}
