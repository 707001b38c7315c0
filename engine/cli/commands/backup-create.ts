import type { Diagnostic } from '../../diagnostics/index.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { inline } from '../views/escape.ts';

export class BackupCreateCommand extends SessionCommand {
  static override usage = {
    details:
      'Every release takes its own backup; this is for one more. Only what changed since the last one is written.',
    examples: [['Before work by hand', 'm3forge backup create --target production']] as [string, string][],
  };

  readonly target = requiredFlag('--target', 'NAME', 'the publish target');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...requireFlag(this.target, '--target', 'Name the target to back up.')];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { createBackup } = await loadOperations();
    const outcome = await createBackup(context, { target: this.target ?? '', lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, ({ backup, detail }) => {
      if (this.json) output.json({ backup, detail });
      else output.result(backup ? `${inline(detail)} (${inline(backup.id)})` : inline(detail));
      return undefined;
    });
  }
}
