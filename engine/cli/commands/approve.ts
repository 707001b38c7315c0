import { Option } from 'clipanion';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { decidedText } from '../views/approvals.ts';

/** What a digest begins with, enough of it not to be mistaken for another. */
const beginningOfDigest = /^[0-9a-f]{8,64}$/;

export class ApproveCommand extends SessionCommand {
  static override usage = {
    details: `RELEASE is an id of "m3forge history", or its first four characters or more. The approval is for exactly what the
release would do now, and counts for nothing else: what moved since it was asked for is refused. With --digest it is given
only where that is what you looked at.`,
    examples: [
      ['Agree to a release', 'm3forge approve 3f2a91c0 --comment "totals checked"'],
      ['Only to what was looked at', 'm3forge approve 3f2a91c0 --digest 9b1c44d2'],
    ] as [string, string][],
  };

  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly comment = valueFlag('--comment', 'TEXT', 'what to keep with it');
  readonly digest = valueFlag('--digest', 'DIGEST', 'the digest of the plan, or its first eight characters or more');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const isDigest = this.digest === undefined || beginningOfDigest.test(this.digest);
    const detail = `--digest cannot be "${this.digest ?? ''}".`;
    const hint = 'Write the digest that "m3forge show" prints, or its first eight characters or more.';
    return [...super.problems(), ...(isDigest ? [] : [problem('usage-flag-value', { detail, hint })])];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { approve } = await loadOperations();
    const { release: id, comment = null, digest, lockTimeoutMs } = this;
    const outcome = await approve(context, { id, comment, digest, lockTimeoutMs });
    return present(invocation, outcome, this.json, (decided) => {
      if (this.json) output.json(decided);
      else output.result(decidedText(decided));
      return undefined;
    });
  }
}
