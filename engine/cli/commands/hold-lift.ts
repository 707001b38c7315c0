import { Option } from 'clipanion';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { checkVersion } from '../check-version.ts';
import { requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { liftedText } from '../views/holds.ts';

export class HoldLiftCommand extends SessionCommand {
  static override usage = {
    details: `HOLD is an id of "m3forge hold list", or its first four characters or more; an avoided version is named by its
target and itself. Recorded with its reason in the audit trail.`,
    examples: [
      ['Let releases go on', 'm3forge hold lift 3f2a91c0 --reason "fixed in v1.3.1"'],
      ['After the cause was found', 'm3forge hold lift --target production --version v1.2.0 --reason "disk was full"'],
    ] as [string, string][],
  };

  readonly hold = Option.String({ name: 'HOLD', required: false });
  readonly target = valueFlag('--target', 'NAME', 'the publish target that avoids a version');
  readonly version = valueFlag('--version', 'VERSION', 'the avoided version');
  readonly reason = requiredFlag('--reason', 'TEXT', 'why it may run again');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const given = this.reason?.trim() ? this.reason : undefined;
    const reason = requireFlag(given, '--reason', 'Say why it may run again.');
    const both = this.hold !== undefined && (this.target !== undefined || this.version !== undefined);
    if (both) {
      const detail = 'HOLD names a hold, and --target with --version an avoided version.';
      return [
        ...super.problems(),
        problem('usage-flags-conflict', { detail, hint: 'Lift one after the other.' }),
        ...reason,
      ];
    }
    if (this.hold !== undefined) return [...super.problems(), ...reason];
    return [
      ...super.problems(),
      ...requireFlag(this.target, '--target', 'Name a hold, or the target that avoids the version.'),
      ...requireFlag(this.version, '--version', 'Name the version; "m3forge hold list" shows them.'),
      ...checkVersion('--version', this.version),
      ...reason,
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { liftHold } = await loadOperations();
    const { hold, target = '', version = '', reason = '' } = this;
    const lift = hold === undefined ? { target, version } : { hold };
    const outcome = await liftHold(context, { lift, reason, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (lifted) => {
      if (this.json) output.json(lifted);
      else output.result(liftedText(lifted));
      return undefined;
    });
  }
}
