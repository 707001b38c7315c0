import { AuditCommand } from '../audit-flags.ts';
import { switchFlag } from '../flags.ts';
import { present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { auditList } from '../views/audit.ts';

export class AuditListCommand extends AuditCommand {
  static override usage = {
    details:
      'Oldest first. Every change that m3forge makes has its entry, written in the same transaction as the change. With --json also what was changed, and the hashes that chain the entries.',
    examples: [
      ['The last twenty', 'm3forge audit list --limit 20'],
      [
        'Releases to production in March',
        'm3forge audit list --action release --environment production --start 2026-03-01 --end 2026-03-31',
      ],
      ['What one person did, as JSON', 'm3forge audit list --actor alice --json'],
    ] as [string, string][],
  };

  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listAudit } = await loadOperations();
    return present(invocation, await listAudit(context, this.wanted), this.json, (entries) => {
      if (this.json) output.json(entries);
      else output.result(auditList(entries, output.style));
      return undefined;
    });
  }
}
