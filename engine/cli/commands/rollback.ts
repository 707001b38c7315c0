import type { Diagnostic } from '../../diagnostics/index.ts';
import { carryOut } from '../carry-out.ts';
import { checkVersion } from '../check-version.ts';
import { requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { requireAnswer, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';

export class RollbackCommand extends SessionCommand {
  static override usage = {
    details: `A rollback is a release of its own. The version it leaves is avoided afterwards: ranges and "latest" skip it
until "m3forge hold lift".`,
    examples: [
      ['Back to the previous version', 'm3forge rollback --target production --reason "wrong totals"'],
      ['Back to a certain version', 'm3forge rollback --target production --to v1.0.0'],
    ] as [string, string][],
  };

  readonly target = requiredFlag('--target', 'NAME', 'the publish target');
  readonly to = valueFlag('--to', 'VERSION', 'a version that succeeded there; default the previous one');
  readonly reason = valueFlag('--reason', 'TEXT', 'why, for the history');
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...requireFlag(this.target, '--target', 'Name the target that is to go back.'),
      ...checkVersion('--to', this.to),
      ...requireAnswer(this, 'Add --yes.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { rollback } = await loadOperations();
    const question = 'Do you want to go back?';
    return carryOut(invocation, { json: this.json, yes: this.yes, question, instead: 'Use --yes.' }, (hooks) =>
      rollback(invocation.context, {
        ...hooks,
        target: this.target ?? '',
        to: this.to,
        reason: this.reason ?? null,
        lockTimeoutMs: this.lockTimeoutMs,
      }),
    );
  }
}
