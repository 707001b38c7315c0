import { Option } from 'clipanion';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { keptRefProblems } from '../audit-flags.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { auditAnchored } from '../views/audit.ts';

export class AuditAnchorCommand extends SessionCommand {
  static override usage = {
    details: `Verifies the trail, also against what FILE says already, and adds a line to it: the number and the hash of the
last entry. With --git, the line is kept by a commit under a ref of the source repository, beside all branches and tags, and
handed over with --push. Keep the file where those who can write to the database cannot change it, in a protected Git repository for
instance. One that is not there, or has no line, is refused without --create: a file that was taken away would else be begun
anew, and nothing would be compared.`,
    examples: [
      ['The first time', 'm3forge audit anchor audit-anchors.jsonl --create'],
      ['After each release, in CI', 'm3forge audit anchor audit-anchors.jsonl'],
      ['In Git', 'm3forge audit anchor --git refs/m3forge/audit --create --push'],
    ] as [string, string][],
  };

  readonly file = Option.String({ name: 'FILE', required: false });
  readonly git = valueFlag(
    '--git',
    'REF',
    'a ref of the source repository in the place of FILE, such as refs/m3forge/audit',
  );
  readonly push = switchFlag('--push', 'hand the ref over to the remote');
  readonly remote = valueFlag('--remote', 'NAME', 'another remote than origin');
  readonly create = switchFlag('--create', 'begin where there are no checkpoints; what has some is used as it is');
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    const conflict = (detail: string, hint: string) => problem('usage-flags-conflict', { detail, hint });
    return [
      ...super.problems(),
      ...((this.file === undefined) === (this.git === undefined)
        ? [conflict('A checkpoint goes to one place.', 'Name a FILE, or a ref with --git.')]
        : []),
      ...keptRefProblems(this.git === undefined ? [] : [this.git]),
      ...(this.push && this.git === undefined ? [conflict('--push hands a ref over.', 'Name it with --git.')] : []),
      ...(this.remote !== undefined && !this.push
        ? [conflict('--remote needs --push.', 'Add --push, or leave it out.')]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context, pathOf } = invocation;
    const { anchorAudit } = await loadOperations();
    const { create, lockTimeoutMs, file = '', git, remote = 'origin' } = this;
    const at = git === undefined ? { path: pathOf(file), shown: file } : { ref: git };
    const push = this.push ? remote : undefined;
    const outcome = await anchorAudit(context, { at, create, push, lockTimeoutMs });
    return present(invocation, outcome, this.json, (anchored) => {
      if (this.json) output.json(anchored);
      else output.result(auditAnchored(anchored));
      return undefined;
    });
  }
}
