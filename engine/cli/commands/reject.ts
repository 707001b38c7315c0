import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { decidedText } from '../views/approvals.ts';

export class RejectCommand extends SessionCommand {
  static override usage = {
    details: `Whoever may approve a release may reject it; that ends it. What it would have done can be asked for again.`,
    examples: [['Stop a release that should not be', 'm3forge reject 3f2a91c0 --reason "wrong totals"']] as [
      string,
      string,
    ][],
  };

  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly reason = requiredFlag('--reason', 'TEXT', 'why, for the history and the audit trail');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const given = this.reason?.trim() ? this.reason : undefined;
    return [...super.problems(), ...requireFlag(given, '--reason', 'Say why.')];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { reject } = await loadOperations();
    const { release: id, reason = '', lockTimeoutMs } = this;
    return present(invocation, await reject(context, { id, reason, lockTimeoutMs }), this.json, (decided) => {
      if (this.json) output.json(decided);
      else output.result(decidedText(decided));
      return undefined;
    });
  }
}
