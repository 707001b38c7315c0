import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { providerList } from '../views/providers.ts';

export class ProvidersListCommand extends ForgeCommand {
  static override usage = {
    details:
      'Shows what each can do, where the configuration uses it, and whether it is the one that m3forge.lock pins. Executes nothing of them.',
    examples: [['All of them', 'm3forge providers list']] as [string, string][],
  };

  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listProviders } = await loadOperations();
    return present(invocation, await listProviders(context), this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(providerList(rows, output.style));
      return undefined;
    });
  }
}
