import { exitCodeOf } from '../../diagnostics/index.ts';
import { listFlag, switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { outcomeJson, trialList } from '../views/notifications.ts';

export class NotifyTestCommand extends ForgeCommand {
  static override usage = {
    details: `Sends a message that is marked as a test to everyone under "notifications" of the targets, at once, and says what
came of each. No database is opened, and nothing is recorded. PagerDuty gets it as a change, which calls nobody. Exit code 1
where one did not get through.`,
    examples: [
      ['Everyone who is told', 'm3forge notify test'],
      ['Those of one target', 'm3forge notify test --target production'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { notDelivered, testNotifications } = await loadOperations();
    const outcome = await testNotifications(context, { targets: this.target });
    return present(invocation, outcome, this.json, (trials) => {
      if (this.json) output.json(trials.map(outcomeJson));
      else output.result(trialList(trials, output.style));
      const { diagnostics } = notDelivered(trials);
      output.diagnostics(diagnostics);
      return exitCodeOf(diagnostics);
    });
  }
}
