import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { inline } from '../views/escape.ts';

export class VersionDeprecateCommand extends SessionCommand {
  static override usage = {
    details: `Ranges, "latest" and "from" skip a deprecated version. Named exactly it can still be released, and where it
runs it goes on. Versions are never deleted, and this is not undone. Recorded with its reason in the audit trail.`,
    examples: [['After a fault was found in it', 'm3forge version deprecate v1.1.0 --reason "rounds totals down"']] as [
      string,
      string,
    ][],
  };

  readonly version = Option.String({ name: 'VERSION' });
  readonly reason = requiredFlag('--reason', 'TEXT', 'why nobody should choose it any more');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const given = this.reason?.trim() ? this.reason : undefined;
    return [...super.problems(), ...requireFlag(given, '--reason', 'Say why nobody should choose it any more.')];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { deprecateVersion } = await loadOperations();
    const { version, reason = '' } = this;
    const outcome = await deprecateVersion(context, { version, reason, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (entry) => {
      if (this.json) output.json(entry);
      else {
        const runs = entry.released_to.length > 0 ? ` It goes on running at ${entry.released_to.join(', ')}.` : '';
        output.result(`${inline(entry.name)} is deprecated: nothing goes to it by itself any more.${inline(runs)}`);
      }
      return undefined;
    });
  }
}
