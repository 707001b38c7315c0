import { exitCodeOf } from '../../diagnostics/index.ts';
import { listFlag, switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { diagnosticJson } from '../views/diagnostics.ts';
import { gatewayList } from '../views/gateways.ts';

export class GatewayCheckCommand extends ForgeCommand {
  static override usage = {
    details: `Asks every gateway of the configuration for health, version, executors, capacity and latency, and proves its
token. Opens no database and runs nothing. Exit code 1 where one cannot be asked, 6 where versions differ.`,
    examples: [
      ['All gateways', 'm3forge gateway check'],
      ['Those of one target, for a program', 'm3forge gateway check --target production --json'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only the gateways of this publish target');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { checkGateways } = await loadOperations();
    const outcome = await checkGateways(context, { targets: this.target });
    return present(invocation, outcome, this.json, ({ gateways, problems }) => {
      if (this.json) {
        output.json({ format_version: '1.0', gateways, diagnostics: problems.map(diagnosticJson) });
      } else output.result(gatewayList(gateways, output.style));
      output.diagnostics(problems);
      return exitCodeOf(problems);
    });
  }
}
