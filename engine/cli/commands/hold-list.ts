import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { holdList } from '../views/holds.ts';

export class HoldListCommand extends SessionCommand {
  static override usage = {
    details: `Holds stop releases until they are lifted, or until their time. A version that failed at a target, or was rolled
away from, is avoided: ranges and "latest" skip it until it is lifted.`,
    examples: [
      ['Everywhere', 'm3forge hold list'],
      ['With those of before', 'm3forge hold list --all'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target');
  readonly all = switchFlag('--all', 'also what was lifted, and what is over');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listHolds } = await loadOperations();
    const outcome = await listHolds(context, {
      targets: this.target,
      all: this.all,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(holdList(rows, output.style, this.all));
      return undefined;
    });
  }
}
