import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { auditAnchored } from '../views/audit.ts';

export class AuditAnchorCommand extends SessionCommand {
  static override usage = {
    details: `Verifies the trail, also against what FILE says already, and adds a line to it: the number and the hash of the
last entry. Keep the file where those who can write to the database cannot change it, in a protected Git repository for
instance.`,
    examples: [['After each release, in CI', 'm3forge audit anchor audit-anchors.jsonl']] as [string, string][],
  };

  readonly file = Option.String({ name: 'FILE' });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context, pathOf } = invocation;
    const { anchorAudit } = await loadOperations();
    const file = { path: pathOf(this.file), shown: this.file };
    const outcome = await anchorAudit(context, { file, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (anchored) => {
      if (this.json) output.json(anchored);
      else output.result(auditAnchored(anchored));
      return undefined;
    });
  }
}
