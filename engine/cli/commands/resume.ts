import { Option } from 'clipanion';
import { carryOut } from '../carry-out.ts';
import { switchFlag } from '../flags.ts';
import { SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';

export class ResumeCommand extends SessionCommand {
  static override usage = {
    details: `Carries out a release that waited, once it has its approvals. Nobody is asked again, and nothing of it can be
changed: where something that it rests on has moved, it is refused.`,
    examples: [['Carry out what was approved', 'm3forge resume 3f2a91c0']] as [string, string][],
  };

  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected async perform(invocation: Invocation): Promise<number> {
    const { resume } = await loadOperations();
    const { release: id, lockTimeoutMs } = this;
    const manner = { json: this.json, yes: true, question: '', instead: '' };
    return carryOut(invocation, manner, ({ report }) => resume(invocation.context, { id, lockTimeoutMs, report }));
  }
}
