import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { verifiedList } from '../views/lists.ts';

export class BackupVerifyCommand extends SessionCommand {
  static override usage = {
    details: 'Looks at all backups unless an id is given.',
    examples: [
      ['All of them', 'm3forge backup verify'],
      ['Read every body of one', 'm3forge backup verify 3f2a91c0 --full'],
    ] as [string, string][],
  };

  readonly id = Option.String({ name: 'ID', required: false });
  readonly full = switchFlag('--full', 'read every body and compare its digest');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { verifyBackups } = await loadOperations();
    const { id, full, lockTimeoutMs } = this;
    const outcome = await verifyBackups(context, { id, full, lockTimeoutMs });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(verifiedList(rows, output.style));
      return undefined;
    });
  }
}
