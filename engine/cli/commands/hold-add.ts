import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { listFlag, requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { momentOf } from '../time-bounds.ts';
import { holdAdded } from '../views/holds.ts';

const momentIn = (text: string | undefined): Date | undefined => {
  const moment = text === undefined ? undefined : momentOf(text, '--start');
  return moment === undefined ? undefined : new Date(moment);
};

const noTime = (flag: '--from' | '--until', text: string | undefined): readonly Diagnostic[] =>
  text === undefined || momentIn(text)
    ? []
    : [
        problem('usage-flag-value', {
          detail: `${flag} is "${text}", which is no time.`,
          hint: `Write a day, whose beginning in UTC is meant, or a day and a time with its offset:\n\n    ${flag} 2026-12-27T08:00:00+01:00`,
        }),
      ];

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
      [
        'A freeze of an environment, from some day on',
        'm3forge hold add --environment production --from 2098-12-20 --until 2099-01-04 --reason "year end"',
      ],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only this publish target; without it every one');
  readonly environment = valueFlag('--environment', 'NAME', 'every target of this environment, later ones too');
  readonly reason = requiredFlag('--reason', 'TEXT', 'why nothing may be released');
  readonly from = valueFlag(
    '--from',
    'TIME',
    'when it begins: 2026-12-20, or 2026-12-20T18:00:00+01:00; at once without it',
  );
  readonly until = valueFlag('--until', 'TIME', 'when it ends by itself: 2026-12-27, or 2026-12-27T08:00:00+01:00');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const given = this.reason?.trim() ? this.reason : undefined;
    return [
      ...super.problems(),
      ...requireFlag(given, '--reason', 'Say why nothing may be released.'),
      ...noTime('--from', this.from),
      ...noTime('--until', this.until),
      ...this.conflicts(),
    ];
  }

  private conflicts(): readonly Diagnostic[] {
    const [from, until] = [momentIn(this.from), momentIn(this.until)];
    const conflict = (detail: string, hint: string) => [problem('usage-flags-conflict', { detail, hint })];
    return [
      ...(this.environment !== undefined && this.target.length > 0
        ? conflict('--environment stops all its targets, and --target one.', 'Name one of the two.')
        : []),
      ...(from !== undefined && until !== undefined && until <= from
        ? conflict(
            `Nothing lies between --from ${this.from} and --until ${this.until}.`,
            'The end must be after the beginning.',
          )
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { addHold } = await loadOperations();
    const outcome = await addHold(context, {
      targets: this.target,
      environment: this.environment,
      reason: this.reason ?? '',
      from: momentIn(this.from),
      until: momentIn(this.until) ?? null,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (holds) => {
      if (this.json) output.json(holds);
      else output.result(holdAdded(holds));
      return undefined;
    });
  }
}
