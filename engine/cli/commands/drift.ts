import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { noTargetEnabled } from '../no-targets.ts';
import { driftText } from '../views/lists.ts';

export class DriftCommand extends SessionCommand {
  static override usage = {
    details:
      'Compares each place with what was recorded. Exit code 2 where something was changed by hand; applying heals it. It only looks; with --notify, those who want to hear of "drift" are told, once for each finding.',
    examples: [
      ['All enabled targets', 'm3forge drift'],
      ['Regularly, in CI', 'm3forge drift --notify'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target');
  readonly notify = switchFlag(
    '--notify',
    'tell those who want to know, once for each finding; recorded in the audit trail',
  );
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { drift } = await loadOperations();
    const outcome = await drift(context, {
      targets: this.target,
      notify: this.notify,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    const empty = outcome.ok && outcome.value.length === 0;
    const instead = empty && !this.json ? await noTargetEnabled(invocation) : undefined;
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(instead ?? driftText(rows, output.style));
      return rows.some(({ drift: found }) => found.length > 0) ? 2 : 0;
    });
  }
}
