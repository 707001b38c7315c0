import type { Diagnostic } from '../../diagnostics/index.ts';
import { listFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { boundProblems, boundsOf } from '../time-bounds.ts';
import { metricsTable } from '../views/metrics.ts';

export class MetricsCommand extends SessionCommand {
  static override usage = {
    details: `Success rate, working time to publish, rollback rate, approval wait, lead time, versions and deployments of the
releases that ended in a period: the last 30 days, unless --start or --end says otherwise.`,
    examples: [
      ['The last 30 days', 'm3forge metrics'],
      ['Production in March', 'm3forge metrics --environment production --start 2026-03-01 --end 2026-03-31'],
      ['One target, for a program', 'm3forge metrics --target production --json'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only releases to this publish target');
  readonly environment = valueFlag('--environment', 'NAME', 'only releases to this environment');
  readonly start = valueFlag('--start', 'TIME', 'from then on: 2026-03-01, or 2026-03-01T09:30:00Z');
  readonly end = valueFlag('--end', 'TIME', 'before then; a day alone is wanted to its end');
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...boundProblems(this)];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { metrics } = await loadOperations();
    const { target: targets, environment, lockTimeoutMs } = this;
    const outcome = await metrics(context, { targets, environment, lockTimeoutMs, ...boundsOf(this) });
    return present(invocation, outcome, this.json, (report) => {
      if (this.json) output.json({ format_version: '1.0', ...report });
      else output.result(metricsTable(report, output.style));
      return undefined;
    });
  }
}
