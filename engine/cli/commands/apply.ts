import { Option } from 'clipanion';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { carryOut } from '../carry-out.ts';
import { checkVersion } from '../check-version.ts';
import { listFlag, switchFlag, valueFlag } from '../flags.ts';
import { checkReason, requireAnswer, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { checkJustification, justificationFlag } from '../justification.ts';

const onFailureChoices = ['rollback', 'keep'] as const;

export class ApplyCommand extends SessionCommand {
  static override usage = {
    details: `Plans and asks; or takes a saved plan without asking. Only the full word "yes" confirms. Without a saved plan
and without --target it is refused where more than one target is enabled. When the verification of a release fails, the
previous version becomes active again by itself, unless --on-failure keep. Where nothing is to be released, gateways that
lack what is active get it again, without a question. At a target of the type emergency --justification stands for gates
and approvals; everything else is as ever.`,
    examples: [
      ['Plan one target, ask, and apply', 'm3forge apply --target staging'],
      ['Apply a saved plan', 'm3forge apply plan.json'],
      ['In an emergency', 'm3forge apply --target hotfix --justification "invoices are lost since 9:40"'],
      ['In CI, watched by a program', 'm3forge apply --target staging --yes --json'],
    ] as [string, string][],
  };

  readonly planFile = Option.String({ name: 'PLANFILE', required: false });
  readonly target = listFlag('--target', 'NAME', 'a publish target');
  readonly version = valueFlag(
    '--version',
    'VERSION',
    'an exact version or a range in the place of the configured one',
  );
  readonly justification = justificationFlag();
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly onFailure = valueFlag('--on-failure', 'rollback|keep', 'what to do when the verification fails');
  readonly overrideWindows = valueFlag('--override-windows', 'REASON', 'begin although a window is closed, and why');
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const found = [
      ...super.problems(),
      ...checkVersion('--version', this.version),
      ...checkReason('--override-windows', this.overrideWindows),
      ...checkJustification(this.justification),
    ];
    if (this.onFailure !== undefined && !onFailureChoices.some((choice) => choice === this.onFailure)) {
      found.push(
        problem('usage-flag-value', {
          detail: `--on-failure is "${this.onFailure}".`,
          hint: 'It can be rollback or keep.',
        }),
      );
    }
    if (this.planFile !== undefined && (this.target.length > 0 || this.version !== undefined)) {
      found.push(
        problem('usage-flags-conflict', {
          detail: 'A saved plan says which targets and versions are meant; --target and --version do not go with it.',
          hint: `Apply it as it is:\n\n    m3forge apply ${this.planFile}`,
        }),
      );
    }
    if (this.planFile === undefined) found.push(...requireAnswer(this, 'Add --yes, or apply a saved plan.'));
    return found;
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { apply, showPlan } = await loadOperations();
    const planFile = this.planFile === undefined ? undefined : invocation.pathOf(this.planFile);
    const saved = planFile === undefined ? undefined : await showPlan(planFile);
    const question = 'Do you want to apply this plan?';
    const instead = 'Use --yes, or save the plan and apply that:\n\n    m3forge plan --out plan.json';
    return carryOut(invocation, { json: this.json, yes: this.yes, question, instead, saved }, (hooks) =>
      apply(invocation.context, {
        ...hooks,
        planFile,
        targets: this.target,
        version: this.version,
        reason: null,
        overrideWindows: this.overrideWindows,
        justification: this.justification,
        onFailure: onFailureChoices.find((choice) => choice === this.onFailure),
        lockTimeoutMs: this.lockTimeoutMs,
      }),
    );
  }
}
