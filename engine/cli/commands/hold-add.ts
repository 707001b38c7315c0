import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { listFlag, requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { momentOf } from '../time-bounds.ts';
import { holdAdded } from '../views/holds.ts';

export class HoldAddCommand extends SessionCommand {
  static override usage = {
    details: `Nothing new is released until it is lifted, or until the time that it names: apply ends with exit code 6, or 7
where the hold ends by itself. A release that is under way goes on, and a rollback stays possible. Recorded in the audit
trail.`,
    examples: [
      ['Stop the line', 'm3forge hold add --reason "totals are wrong everywhere"'],
      [
        'One target, until a time',
        'm3forge hold add --target production --until 2099-01-04T08:00:00Z --reason "year end"',
      ],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target; without it every one');
  readonly reason = requiredFlag('--reason', 'TEXT', 'why nothing may be released');
  readonly until = valueFlag('--until', 'TIME', 'when it ends by itself: 2026-12-27, or 2026-12-27T08:00:00+01:00');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  private get moment(): string | undefined {
    return this.until === undefined ? undefined : momentOf(this.until, '--start');
  }

  protected override problems(): readonly Diagnostic[] {
    const given = this.reason?.trim() ? this.reason : undefined;
    const noTime = this.until !== undefined && this.moment === undefined;
    return [
      ...super.problems(),
      ...requireFlag(given, '--reason', 'Say why nothing may be released.'),
      ...(noTime
        ? [
            problem('usage-flag-value', {
              detail: `--until is "${this.until}", which is no time.`,
              hint: 'Write a day, whose beginning in UTC is meant, or a day and a time with its offset:\n\n    --until 2026-12-27T08:00:00+01:00',
            }),
          ]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { addHold } = await loadOperations();
    const outcome = await addHold(context, {
      targets: this.target,
      reason: this.reason ?? '',
      until: this.moment === undefined ? null : new Date(this.moment),
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (holds) => {
      if (this.json) output.json(holds);
      else output.result(holdAdded(holds));
      return undefined;
    });
  }
}
