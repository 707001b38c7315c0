import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { lockList } from '../views/locks.ts';

export class LockListCommand extends SessionCommand {
  static override usage = {
    details: 'A lease of a dead process is taken over by the next command that needs it.',
    examples: [['Who is working', 'm3forge lock list']] as [string, string][],
  };

  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listLocks } = await loadOperations();
    const outcome = await listLocks(context, { lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(lockList(rows, output.style));
      return undefined;
    });
  }
}
