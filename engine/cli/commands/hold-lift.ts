import type { Diagnostic } from '../../diagnostics/index.ts';
import { checkVersion } from '../check-version.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { inline } from '../views/escape.ts';

export class HoldLiftCommand extends SessionCommand {
  static override usage = {
    details: 'Recorded with its reason in the audit trail.',
    examples: [
      ['After the cause was found', 'm3forge hold lift --target production --version v1.2.0 --reason "disk was full"'],
    ] as [string, string][],
  };

  readonly target = requiredFlag('--target', 'NAME', 'the publish target');
  readonly version = requiredFlag('--version', 'VERSION', 'the avoided version');
  readonly reason = requiredFlag('--reason', 'TEXT', 'why it may run again');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...requireFlag(this.target, '--target', 'Name the target that avoids the version.'),
      ...requireFlag(this.version, '--version', 'Name the version; "m3forge hold list" shows them.'),
      ...checkVersion('--version', this.version),
      ...requireFlag(this.reason, '--reason', 'Say why it may run again.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { liftHold } = await loadOperations();
    const { target = '', version = '', reason = '' } = this;
    const outcome = await liftHold(context, { target, version, reason, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (lifted) => {
      if (this.json) output.json(lifted);
      else output.result(`${inline(target)} may go to ${inline(version)} again.`);
      return undefined;
    });
  }
}
