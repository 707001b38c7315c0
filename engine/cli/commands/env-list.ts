import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { environmentList, parityText } from '../views/environments.ts';

export class EnvListCommand extends SessionCommand {
  static override usage = {
    details: `Shows each environment with its targets, what its places run, and the version of their schema. With --compare,
what two environments should have in common and have not: versions of gateways, schema, variables, limits.`,
    examples: [
      ['All of them', 'm3forge env list'],
      ['What works in staging may not work in production', 'm3forge env list --compare staging production'],
    ] as [string, string][],
  };

  readonly compare = Option.String('--compare', { arity: 2, description: 'A B: what differs between these two' });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { compareEnvironments, listEnvironments } = await loadOperations();
    const { lockTimeoutMs } = this;
    if (this.compare === undefined) {
      return present(invocation, await listEnvironments(context, { lockTimeoutMs }), this.json, (rows) => {
        if (this.json) output.json(rows);
        else output.result(environmentList(rows, output.style));
        return undefined;
      });
    }
    const [left, right] = this.compare;
    const outcome = await compareEnvironments(context, { left, right, lockTimeoutMs });
    return present(invocation, outcome, this.json, (parity) => {
      if (this.json) output.json(parity);
      else output.result(parityText(parity, output.style));
      return undefined;
    });
  }
}
