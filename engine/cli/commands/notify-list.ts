import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { messageList } from '../views/notifications.ts';

export class NotifyListCommand extends SessionCommand {
  static override usage = {
    details: `What is told is recorded with what it tells, and sent afterwards. What could not be sent waits: the next command that
writes tries it again, and so does "m3forge notify deliver". After three days it is given up. What was sent can be looked up
for 90 days.`,
    examples: [
      ['What waits, and why', 'm3forge notify list'],
      ['All that was told of a target', 'm3forge notify list --target production --delivered --json'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only what is about this publish target');
  readonly delivered = switchFlag('--delivered', 'what was sent as well');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listNotifications } = await loadOperations();
    const { target: targets, delivered, lockTimeoutMs } = this;
    const outcome = await listNotifications(context, { targets, delivered, lockTimeoutMs });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(messageList(rows, output.style));
      return undefined;
    });
  }
}
