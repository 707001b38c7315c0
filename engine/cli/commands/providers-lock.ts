import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { lockedProviders } from '../views/providers.ts';

export class ProvidersLockCommand extends ForgeCommand {
  static override usage = {
    details:
      'Writes m3forge.lock beside the configuration, with the version and a digest over all files of each provider. Commit it: a provider that is not the one that was locked is refused. Look at what changed before you lock it again.',
    examples: [
      ['All that the configuration names', 'm3forge providers lock'],
      ['After an update of one', 'm3forge providers lock acme'],
    ] as [string, string][],
  };

  readonly provider = Option.String({ name: 'NAME', required: false });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { lockProviders } = await loadOperations();
    const names = this.provider === undefined ? [] : [this.provider];
    return present(invocation, await lockProviders(context, { names }), this.json, (locked) => {
      if (this.json) output.json(locked);
      else output.result(lockedProviders(locked, output.style));
      return undefined;
    });
  }
}
