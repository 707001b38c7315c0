import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { carryOut } from '../carry-out.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { checkReason, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';

export class ResumeCommand extends SessionCommand {
  static override usage = {
    details: `Carries out a release that waited, once it has its approvals. Nobody is asked again, and nothing of it can be
changed: where something that it rests on has moved, it is refused.`,
    examples: [['Carry out what was approved', 'm3forge resume 3f2a91c0']] as [string, string][],
  };

  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly overrideWindows = valueFlag('--override-windows', 'REASON', 'begin although a window is closed, and why');
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...checkReason('--override-windows', this.overrideWindows)];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { resume } = await loadOperations();
    const { release: id, lockTimeoutMs, overrideWindows } = this;
    const manner = { json: this.json, yes: true, question: '', instead: '' };
    return carryOut(invocation, manner, ({ report }) =>
      resume(invocation.context, { id, lockTimeoutMs, overrideWindows, report }),
    );
  }
}
