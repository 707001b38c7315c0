import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { recordDetails } from '../views/records.ts';

export class StateShowCommand extends SessionCommand {
  static override usage = {
    details: `An address is one of "m3forge state list", or its beginning with at least 4 characters of the id. A place is also
found by its environment, where that has one place only.`,
    examples: [
      ['A place, with the artifacts of its version', 'm3forge state show place.production'],
      ['The rules that hold for a target', 'm3forge state show target.production'],
      ['A version', 'm3forge state show version.v1.2.0 --json'],
    ] as [string, string][],
  };

  readonly address = Option.String({ name: 'ADDRESS' });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { showRecord } = await loadOperations();
    const outcome = await showRecord(context, { address: this.address, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (details) => {
      if (this.json) output.json(details);
      else output.result(recordDetails(details, output.style));
      return undefined;
    });
  }
}
