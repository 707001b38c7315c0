import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { faultOfKeptRef } from '../values/index.ts';
import { valueFlag } from './flags.ts';
import { present, SessionCommand } from './forge-command.ts';
import { type Invocation, loadOperations } from './invocation.ts';
import { boundProblems, boundsOf } from './time-bounds.ts';
import type { AuditPrinter } from './views/audit.ts';

const noNumber = (text: string): Diagnostic =>
  problem('usage-flag-value', {
    detail: `--limit is "${text}", which is no number of entries.`,
    hint: 'Write a whole number above 0, such as --limit 20.',
  });

/** Refs that checkpoints cannot be kept under. */
export const keptRefProblems = (refs: readonly string[]): readonly Diagnostic[] =>
  refs.flatMap((ref) => {
    const fault = faultOfKeptRef(ref);
    return fault === undefined
      ? []
      : [
          problem('usage-flag-value', {
            detail: `--git is "${ref}", and no checkpoint can be kept there: ${fault}.`,
            hint: 'Write a ref beside branches and tags, such as --git refs/m3forge/audit.',
          }),
        ];
  });

/** A command about what was done in a time, and in an environment. */
export abstract class PeriodCommand extends SessionCommand {
  readonly environment = valueFlag('--environment', 'NAME', 'only what was done in this environment');
  readonly start = valueFlag('--start', 'TIME', 'from then on: 2026-03-01, or 2026-03-01T09:30:00Z');
  readonly end = valueFlag('--end', 'TIME', 'before then; a day alone is wanted to its end');

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...boundProblems(this)];
  }

  protected get period() {
    const { environment, lockTimeoutMs } = this;
    return {
      ...{ environment, lockTimeoutMs },
      ...boundsOf(this),
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
