import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { statusList } from '../views/lists.ts';

export class StatusCommand extends SessionCommand {
  static override usage = {
    details: 'Looks into every place, and says where it differs from what was recorded.',
    examples: [
      ['Everything', 'm3forge status'],
      ['One target, for a program', 'm3forge status --target production --json'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { status } = await loadOperations();
    const outcome = await status(context, { targets: this.target, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(statusList(rows, output.style));
      return undefined;
    });
  }
}
