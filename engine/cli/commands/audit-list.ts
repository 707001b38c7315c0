import { AuditCommand } from '../audit-flags.ts';
import { switchFlag } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { auditJson, auditList } from '../views/audit.ts';

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

  protected perform(invocation: Invocation): Promise<number> {
    return this.print(invocation, this.json, this.json ? auditJson() : auditList(invocation.output.style));
  }
}
