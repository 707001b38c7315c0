import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { explanationText } from '../views/approvals.ts';

export class ExplainCommand extends SessionCommand {
  static override usage = {
    details: `What is missing, who may give it, and when the release can go on at the earliest. It is planned anew for that, so
what moved since it was asked for is told, too. Changes nothing.`,
    examples: [['Why does it wait?', 'm3forge explain 3f2a91c0']] as [string, string][],
  };

  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { explain } = await loadOperations();
    const { release: id, lockTimeoutMs } = this;
    return present(invocation, await explain(context, { id, lockTimeoutMs }), this.json, (explanation) => {
      if (this.json) output.json(explanation);
      else output.result(explanationText(explanation, output.style));
      return undefined;
    });
  }
}
