import { exitCodeOf } from '../../diagnostics/index.ts';
import { listFlag, switchFlag } from '../flags.ts';
import { SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { openEventStream } from '../progress/stream.ts';
import { withProgress } from '../progress/with-progress.ts';
import { recoveryText } from '../views/recovery.ts';

export class RecoverCommand extends SessionCommand {
  static override usage = {
    details: 'The same happens at the beginning of every apply and rollback. Doing it twice does no harm.',
    examples: [['Everywhere', 'm3forge recover']] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target');
  readonly json = switchFlag('--json', 'each event as one JSON object on a line');
  protected override readonly access = 'write';

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { recover } = await loadOperations();
    const { clock } = context.system;
    const stream = this.json ? openEventStream(output.jsonLine, clock, context.toolVersion) : undefined;
    const outcome = await withProgress(
      invocation,
      (report) => recover(context, { targets: this.target, lockTimeoutMs: this.lockTimeoutMs, report }),
      stream,
    );
    const exitCode = exitCodeOf(outcome.diagnostics);
    const recoveries = outcome.ok ? outcome.value : [];
    if (stream) {
      stream.diagnostics(outcome.diagnostics);
      stream.recovered(recoveries, exitCode);
    } else {
      if (outcome.ok) output.result(recoveryText(recoveries));
      output.diagnostics(outcome.diagnostics);
    }
    return exitCode;
  }
}
