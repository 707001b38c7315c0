import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';

export class StateExportCommand extends SessionCommand {
  static override usage = {
    details: `One JSON document of plain values: places, versions, releases with their steps and gates, avoided versions,
backups and the audit trail, as they were at one moment. Bodies of artifacts are not recorded, and secrets are not either.`,
    examples: [['For an archive', 'm3forge state export > state.json']] as [string, string][],
  };

  readonly json = switchFlag('--json', 'accepted for the sake of uniformity: it is JSON in any case');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { exportState } = await loadOperations();
    const outcome = await exportState(context, { lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, true, (document) => {
      output.json(document);
      return undefined;
    });
  }
}
