import type { Diagnostic } from '../../diagnostics/index.ts';
import { counted } from '../../values/index.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { byteSize } from '../views/words.ts';

export class BackupPruneCommand extends SessionCommand {
  static override usage = {
    details: `Keeps what backups.retention says, what is active, and what a rollback can go back to. Sequences of the place
that nothing needs go with the backups.`,
    examples: [['One target', 'm3forge backup prune --target production']] as [string, string][],
  };

  readonly target = requiredFlag('--target', 'NAME', 'the publish target');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...requireFlag(this.target, '--target', 'Name the target to prune.')];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { prune } = await loadOperations();
    const outcome = await prune(context, { target: this.target ?? '', lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (pruned) => {
      const { backups, bytes, place } = pruned;
      if (this.json) output.json(pruned);
      else {
        output.result(
          `Removed ${counted(backups.length, 'backup')} (${byteSize(bytes)}), ${counted(place.sequences, 'sequence')} and ${counted(place.bodies, 'body', 'bodies')} of the place.`,
        );
      }
      return undefined;
    });
  }
}
