import { switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { backupList } from '../views/lists.ts';

export class BackupListCommand extends SessionCommand {
  static override usage = {
    details: 'Newest first. A backup is named by its id or the beginning of it.',
    examples: [['Of one target', 'm3forge backup list --target production']] as [string, string][],
  };

  readonly target = valueFlag('--target', 'NAME', 'only backups of the place of this publish target');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listAllBackups } = await loadOperations();
    const outcome = await listAllBackups(context, { target: this.target, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(backupList(rows, output.style));
      return undefined;
    });
  }
}
