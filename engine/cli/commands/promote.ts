import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { carryOut } from '../carry-out.ts';
import { checkVersion } from '../check-version.ts';
import { requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { checkReason, requireAnswer, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { checkJustification, justificationFlag } from '../justification.ts';

export class PromoteCommand extends SessionCommand {
  static override usage = {
    details: `Brings to one target what another one runs: the same artifacts, byte for byte, under the rules of the target they come
to. Refused where the source was changed by hand, where its release did not succeed, and where it runs something else than
--version. A version that the target avoids needs --reason: once the plan is agreed to, it is avoided no more.`,
    examples: [
      ['What staging runs', 'm3forge promote --from staging --to production'],
      ['Only if that is v1.1.0', 'm3forge promote --version v1.1.0 --from staging --to production --yes'],
    ] as [string, string][],
  };

  readonly from = requiredFlag('--from', 'TARGET', 'the target that runs it');
  readonly to = requiredFlag('--to', 'TARGET', 'the target that it comes to');
  readonly version = valueFlag('--version', 'VERSION', 'what must run at the source; default whatever does');
  readonly reason = valueFlag('--reason', 'TEXT', 'why, for the history; needed where the version is avoided');
  readonly overrideWindows = valueFlag('--override-windows', 'REASON', 'begin although a window is closed, and why');
  readonly justification = justificationFlag();
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const isSame = this.from !== undefined && this.from === this.to;
    return [
      ...super.problems(),
      ...requireFlag(this.from, '--from', 'Name the target that runs it.'),
      ...requireFlag(this.to, '--to', 'Name the target that it comes to.'),
      ...(isSame ? [problem('usage-flags-conflict', { detail: '--from and --to name one target.' })] : []),
      ...checkVersion('--version', this.version),
      ...checkReason('--override-windows', this.overrideWindows),
      ...checkJustification(this.justification),
      ...requireAnswer(this, 'Add --yes.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { promote } = await loadOperations();
    const question = 'Do you want to promote this?';
    const { from = '', to = '', version, overrideWindows, justification, lockTimeoutMs } = this;
    return carryOut(invocation, { json: this.json, yes: this.yes, question, instead: 'Use --yes.' }, (hooks) =>
      promote(invocation.context, {
        ...hooks,
        ...{ from, to, version, overrideWindows, justification, lockTimeoutMs },
        reason: this.reason?.trim() ? this.reason : null,
      }),
    );
  }
}
