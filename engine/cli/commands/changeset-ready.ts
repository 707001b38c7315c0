import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { changeSetAndNext } from '../views/change-sets.ts';

export class ChangesetReadyCommand extends SessionCommand {
  static override usage = {
    details: `Only what is ready becomes a version, and whatever is added or taken out afterwards makes it a draft again: so
what becomes a version is what somebody looked at. Recorded in the audit trail.`,
    examples: [['All that belongs to it was merged', 'm3forge changeset ready "Invoice processing v2"']] as [
      string,
      string,
    ][],
  };

  readonly changeSet = Option.String({ name: 'CHANGESET' });
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { readyChangeSet } = await loadOperations();
    const { changeSet, lockTimeoutMs } = this;
    return present(invocation, await readyChangeSet(context, { changeSet, lockTimeoutMs }), this.json, (set) => {
      if (this.json) output.json(set);
      else output.result(changeSetAndNext(set));
      return undefined;
    });
  }
}
