import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { recordList } from '../views/records.ts';

export class StateListCommand extends SessionCommand {
  static override usage = {
    details: `Places, versions, releases, backups, and the configuration that is in effect, each with the address by which
"m3forge state show" finds it.`,
    examples: [
      ['Everything', 'm3forge state list'],
      ['Targets as they are recorded', `m3forge state list --select 'target.*'`],
      ['Places and versions', `m3forge state list --select 'place.*' --select 'version.*'`],
    ] as [string, string][],
  };

  readonly select = listFlag('--select', 'GLOB', 'only these addresses, such as release.*');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listRecords } = await loadOperations();
    const outcome = await listRecords(context, { select: this.select, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else if (rows.length === 0 && this.select.length > 0) output.result('Nothing that is recorded matches.');
      else output.result(recordList(rows, output.style));
      return undefined;
    });
  }
}
