import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { valueFlag } from './flags.ts';
import { present, SessionCommand } from './forge-command.ts';
import { type Invocation, loadOperations } from './invocation.ts';
import type { AuditPrinter } from './views/audit.ts';

type Bound = '--start' | '--end';

const dayMs = 86_400_000;
const written = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A moment in UTC, as the trail writes it; undefined for what is no time. A day alone, as an end, is wanted to its last moment. */
export const momentOf = (text: string, bound: Bound): string | undefined => {
  const time = written.test(text) ? Date.parse(text) : Number.NaN;
  const day = text.slice(0, 10);
  // Without this, 30 February would be 2 March.
  const exists = !Number.isNaN(time) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  if (!exists) return undefined;
  const moment = new Date(bound === '--end' && text.length === day.length ? time + dayMs : time).toISOString();
  // Moments are compared as text: years have four digits.
  return /^\d{4}-/.test(moment) ? moment : undefined;
};

const noTime = (text: string, bound: Bound): Diagnostic =>
  problem('usage-flag-value', {
    detail: `${bound} is "${text}", which is no time.`,
    hint: `Write a day, or a day and a time with its offset:\n\n    ${bound} 2026-03-01\n    ${bound} 2026-03-01T09:30:00+01:00`,
  });

const noNumber = (text: string): Diagnostic =>
  problem('usage-flag-value', {
    detail: `--limit is "${text}", which is no number of entries.`,
    hint: 'Write a whole number above 0, such as --limit 20.',
  });

/** A command about what was done in a time, and in an environment. */
export abstract class PeriodCommand extends SessionCommand {
  readonly environment = valueFlag('--environment', 'NAME', 'only what was done in this environment');
  readonly start = valueFlag('--start', 'TIME', 'from then on: 2026-03-01, or 2026-03-01T09:30:00Z');
  readonly end = valueFlag('--end', 'TIME', 'before then; a day alone is wanted to its end');

  protected override problems(): readonly Diagnostic[] {
    const { start, end } = this.period;
    const wrong: Diagnostic[] = [];
    if (this.start !== undefined && start === undefined) wrong.push(noTime(this.start, '--start'));
    if (this.end !== undefined && end === undefined) wrong.push(noTime(this.end, '--end'));
    if (start !== undefined && end !== undefined && end <= start) {
      const detail = `Nothing lies between --start ${this.start} and --end ${this.end}.`;
      wrong.push(problem('usage-flags-conflict', { detail, hint: 'The end must be after the start.' }));
    }
    return [...super.problems(), ...wrong];
  }

  protected get period() {
    const { environment, lockTimeoutMs } = this;
    return {
      ...{ environment, lockTimeoutMs },
      start: this.start === undefined ? undefined : momentOf(this.start, '--start'),
      end: this.end === undefined ? undefined : momentOf(this.end, '--end'),
    };
  }
}

/** A command that chooses entries of the audit trail. */
export abstract class AuditCommand extends PeriodCommand {
  readonly action = valueFlag('--action', 'NAME', 'only these: release.started, or release for all that begin with it');
  readonly actor = valueFlag('--actor', 'NAME', 'only what this one did');
  readonly limit = valueFlag('--limit', 'NUMBER', 'at most so many, the newest');

  protected override problems(): readonly Diagnostic[] {
    const { limit } = this;
    const isWrong = limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit);
    return [...super.problems(), ...(isWrong ? [noNumber(limit)] : [])];
  }

  /** Prints entries as they come. Once something of them stands there, an error is told on standard error alone. */
  protected async print(invocation: Invocation, json: boolean, printer: AuditPrinter): Promise<number> {
    const { output, context } = invocation;
    const { listAudit } = await loadOperations();
    const show = (text: string | undefined): void => {
      if (text !== undefined) output.result(text);
    };
    let isBegun = false;
    const outcome = await listAudit(context, this.wanted, (entries) => {
      isBegun = true;
      show(printer.part(entries));
      return output.taken();
    });
    return present(invocation, outcome, json && !isBegun, () => {
      show(printer.end());
      return undefined;
    });
  }

  protected get wanted() {
    const { action, actor } = this;
    return { ...this.period, action, actor, limit: this.limit === undefined ? undefined : Number(this.limit) };
  }
}
