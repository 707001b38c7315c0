import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { carryOut } from '../carry-out.ts';
import { requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { checkReason, requireAnswer, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';

export class BackupRestoreCommand extends SessionCommand {
  static override usage = {
    details: 'The backup must be of the place that the target releases into.',
    examples: [['Restore what was backed up', 'm3forge backup restore 3f2a91c0 --target production']] as [
      string,
      string,
    ][],
  };

  readonly id = Option.String({ name: 'ID' });
  readonly target = requiredFlag('--target', 'NAME', 'the publish target');
  readonly reason = valueFlag('--reason', 'TEXT', 'why, for the history');
  readonly overrideWindows = valueFlag('--override-windows', 'REASON', 'begin although a window is closed, and why');
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...requireFlag(this.target, '--target', 'Name the target to restore.'),
      ...checkReason('--override-windows', this.overrideWindows),
      ...requireAnswer(this, 'Add --yes.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { restoreBackup } = await loadOperations();
    const question = 'Do you want to bring this content back?';
    return carryOut(invocation, { json: this.json, yes: this.yes, question, instead: 'Use --yes.' }, (hooks) =>
      restoreBackup(invocation.context, {
        ...hooks,
        id: this.id,
        target: this.target ?? '',
        reason: this.reason ?? null,
        overrideWindows: this.overrideWindows,
        lockTimeoutMs: this.lockTimeoutMs,
      }),
    );
  }
}
