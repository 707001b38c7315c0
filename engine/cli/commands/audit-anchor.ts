import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { auditAnchored } from '../views/audit.ts';

export class AuditAnchorCommand extends SessionCommand {
  static override usage = {
    details: `Verifies the trail, also against what FILE says already, and adds a line to it: the number and the hash of the
last entry. Keep the file where those who can write to the database cannot change it, in a protected Git repository for
instance. One that is not there, or has no line, is refused without --create: a file that was taken away would else be begun
anew, and nothing would be compared.`,
    examples: [
      ['The first time', 'm3forge audit anchor audit-anchors.jsonl --create'],
      ['After each release, in CI', 'm3forge audit anchor audit-anchors.jsonl'],
    ] as [string, string][],
  };

  readonly file = Option.String({ name: 'FILE' });
  readonly create = switchFlag('--create', 'begin FILE where it has no checkpoints; one that has is used as it is');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context, pathOf } = invocation;
    const { anchorAudit } = await loadOperations();
    const file = { path: pathOf(this.file), shown: this.file };
    const { create, lockTimeoutMs } = this;
    const outcome = await anchorAudit(context, { file, create, lockTimeoutMs });
    return present(invocation, outcome, this.json, (anchored) => {
      if (this.json) output.json(anchored);
      else output.result(auditAnchored(anchored));
      return undefined;
    });
  }
}
