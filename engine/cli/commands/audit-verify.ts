import type { Diagnostic } from '../../diagnostics/index.ts';
import { keptRefProblems } from '../audit-flags.ts';
import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { auditVerified } from '../views/audit.ts';

export class AuditVerifyCommand extends SessionCommand {
  static override usage = {
    details: `Each entry names the hash of the one before it: a changed, added or removed entry breaks the chain, and the first
one that does not belong there is named. Whoever can write to the database could cut the end off, or write all of it anew:
that shows against checkpoints, which "m3forge audit anchor" writes outside.`,
    examples: [
      ['The chain', 'm3forge audit verify'],
      ['And against what was written outside', 'm3forge audit verify --anchor audit-anchors.jsonl'],
      ['The same in Git', 'm3forge audit verify --git refs/m3forge/audit'],
    ] as [string, string][],
  };

  readonly anchor = listFlag('--anchor', 'FILE', 'checkpoints that the trail must agree with');
  readonly git = listFlag('--git', 'REF', 'checkpoints under a ref of the source repository');
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...keptRefProblems(this.git)];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context, pathOf } = invocation;
    const { verifyAudit } = await loadOperations();
    const files = this.anchor.map((shown) => ({ path: pathOf(shown), shown }));
    const kept = [...files, ...this.git.map((ref) => ({ ref }))];
    const outcome = await verifyAudit(context, { kept, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (verified) => {
      if (this.json) output.json({ valid: true, ...verified });
      else output.result(auditVerified(verified));
      return undefined;
    });
  }
}
