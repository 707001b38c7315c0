import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { valueFlag } from './flags.ts';
import { SessionCommand } from './forge-command.ts';
import { boundProblems, boundsOf } from './time-bounds.ts';

const noNumber = (text: string): Diagnostic =>
  problem('usage-flag-value', {
    detail: `--limit is "${text}", which is no number of entries.`,
    hint: 'Write a whole number above 0, such as --limit 20.',
  });

/** A command that chooses entries of the audit trail. */
export abstract class AuditCommand extends SessionCommand {
  readonly action = valueFlag('--action', 'NAME', 'only these: release.started, or release for all that begin with it');
  readonly environment = valueFlag('--environment', 'NAME', 'only what was done in this environment');
  readonly actor = valueFlag('--actor', 'NAME', 'only what this one did');
  readonly start = valueFlag('--start', 'TIME', 'from then on: 2026-03-01, or 2026-03-01T09:30:00Z');
  readonly end = valueFlag('--end', 'TIME', 'before then; a day alone is wanted to its end');
  readonly limit = valueFlag('--limit', 'NUMBER', 'at most so many, the newest');

  protected override problems(): readonly Diagnostic[] {
    const wrong = [...boundProblems(this)];
    if (this.limit !== undefined && !/^[1-9]\d{0,8}$/.test(this.limit)) wrong.push(noNumber(this.limit));
    return [...super.problems(), ...wrong];
  }

  protected get wanted() {
    const { action, environment, actor, lockTimeoutMs } = this;
    return {
      ...{ action, environment, actor, lockTimeoutMs },
      ...boundsOf(this),
      limit: this.limit === undefined ? undefined : Number(this.limit),
    };
  }
}
