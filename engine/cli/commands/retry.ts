import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { carryOut } from '../carry-out.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { checkReason, requireAnswer, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { checkJustification, justificationFlag } from '../justification.ts';

export class RetryCommand extends SessionCommand {
  static override usage = {
    details: `Plans the version of a release that did not succeed anew, for the same target, and applies it as a release of its
own. A version that the target avoids since then needs --reason: once the plan is agreed to, it is avoided no more.`,
    examples: [
      ['After the cause was found', 'm3forge retry 3f2a91c0 --reason "the disk was full"'],
      ['Without being asked', 'm3forge retry 3f2a91c0 --yes'],
    ] as [string, string][],
  };

  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly reason = valueFlag('--reason', 'TEXT', 'why it may be tried again');
  readonly overrideWindows = valueFlag('--override-windows', 'REASON', 'begin although a window is closed, and why');
  readonly justification = justificationFlag();
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...checkReason('--override-windows', this.overrideWindows),
      ...checkJustification(this.justification),
      ...requireAnswer(this, 'Add --yes.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { retry } = await loadOperations();
    const question = 'Do you want to try this again?';
    const { release: id, lockTimeoutMs, overrideWindows, justification } = this;
    const reason = this.reason?.trim() ? this.reason : null;
    return carryOut(invocation, { json: this.json, yes: this.yes, question, instead: 'Use --yes.' }, (hooks) =>
      retry(invocation.context, { ...hooks, id, reason, overrideWindows, justification, lockTimeoutMs }),
    );
  }
}
