import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { historyList } from '../views/lists.ts';

export class HistoryCommand extends SessionCommand {
  static override usage = {
    details: 'Newest first. A release is named by its id or the beginning of it.',
    examples: [
      ['What happened at a target', 'm3forge history --target production'],
      ['And how the gates ended', 'm3forge history --gates'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target');
  readonly gates = switchFlag('--gates', 'also how each gate ended, and how long it took');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { history } = await loadOperations();
    const outcome = await history(context, { targets: this.target, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(historyList(rows, output.style, this.gates));
      return undefined;
    });
  }
}
