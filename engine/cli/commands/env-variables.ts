import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { variableList } from '../views/environments.ts';

export class EnvVariablesCommand extends ForgeCommand {
  static override usage = {
    details: `Shows each variable that the workflows of an environment see, and where its value comes from: the environment,
or the global defaults. What a workflow sets for itself comes before both, and the fallback written in a node after both.
Only the file is read: what a place still has otherwise is shown by plan and drift.`,
    examples: [['Of production', 'm3forge env variables production']] as [string, string][],
  };

  readonly environment = Option.String({ name: 'ENV' });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { environmentVariables } = await loadOperations();
    const outcome = await environmentVariables(context, { environment: this.environment });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(variableList(rows, output.style));
      return undefined;
    });
  }
}
