import { Option } from 'clipanion';
import { exitCodeOf } from '../../diagnostics/index.ts';
import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { providerTest } from '../views/providers.ts';

export class ProvidersTestCommand extends ForgeCommand {
  static override usage = {
    details:
      'Starts the fixture that the provider brings and runs the conformance kit on it: idempotence, deadlines, honest errors, no secret in what is said. It executes the provider, whether it is locked or not. The built-in store that backups go to is tried itself, in a folder of its own whose files are removed afterwards.',
    examples: [
      ['A provider of a third party', 'm3forge providers test acme'],
      ['The bucket that backups go to', 'm3forge providers test s3'],
    ] as [string, string][],
  };

  readonly provider = Option.String({ name: 'NAME' });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { notConforming, testProvider } = await loadOperations();
    return present(invocation, await testProvider(context, { name: this.provider }), this.json, (test) => {
      if (this.json) output.json(test);
      else output.result(providerTest(test, output.style));
      if (test.passed) return undefined;
      const { diagnostics } = notConforming(test);
      output.diagnostics(diagnostics);
      return exitCodeOf(diagnostics);
    });
  }
}
