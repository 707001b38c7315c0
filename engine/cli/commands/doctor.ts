import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { diagnosisText } from '../views/diagnosis.ts';

export class DoctorCommand extends SessionCommand {
  static override usage = {
    details: `Node and Git, the configuration and its environment variables, the source, the databases with their schemas, clocks
and permissions, leases and releases that were left, the audit trail, and the backup store, which is tried by writing and
removing a file; third-party providers, compared with what was locked; and gateways, which are asked and run nothing. Exit
code 1 where something is broken; a warning is none.`,
    examples: [
      ['Is everything in order?', 'm3forge doctor'],
      ['For a program', 'm3forge doctor --json'],
    ] as [string, string][],
  };

  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { doctor } = await loadOperations();
    const outcome = await doctor(context, { lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (diagnosis) => {
      if (this.json) output.json({ format_version: '1.0', ...diagnosis });
      else output.result(diagnosisText(diagnosis, output.style));
      return diagnosis.healthy ? undefined : 1;
    });
  }
}
