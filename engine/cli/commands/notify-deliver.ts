import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { deliveryList, outcomeJson } from '../views/notifications.ts';

export class NotifyDeliverCommand extends SessionCommand {
  static override usage = {
    details: `Sends all that waits, also what is not due yet, to each place in the order in which it happened. For cron, where days
may pass between two commands that write. Exit code 1 where something still waits.`,
    examples: [
      ['All that waits', 'm3forge notify deliver'],
      ['What was given up as well, after a key was set right', 'm3forge notify deliver --given-up'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only to those who wait for news of this publish target');
  readonly givenUp = switchFlag('--given-up', 'what was given up as well, once more');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { deliverNotifications, deliveryWarnings } = await loadOperations();
    const { target: targets, givenUp, lockTimeoutMs } = this;
    const outcome = await deliverNotifications(context, { targets, givenUp, lockTimeoutMs });
    return present(invocation, outcome, this.json, (deliveries) => {
      if (this.json) output.json(deliveries.map(outcomeJson));
      else output.result(deliveryList(deliveries, output.style));
      output.diagnostics(deliveries.flatMap(deliveryWarnings));
      return deliveries.every((one) => one.outcome === 'delivered') ? 0 : 1;
    });
  }
}
