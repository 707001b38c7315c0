import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { changeSetDetails } from '../views/change-sets.ts';

export class ChangesetShowCommand extends SessionCommand {
  static override usage = {
    details: `Its changes with the artifacts that they touch, who made it and said that it is ready, the versions that have it,
and the releases that carried it to targets or took it back from there.`,
    examples: [['All about one change set', 'm3forge changeset show "Invoice processing v2"']] as [string, string][],
  };

  readonly changeSet = Option.String({ name: 'CHANGESET' });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { showChangeSet } = await loadOperations();
    const { changeSet, lockTimeoutMs } = this;
    return present(invocation, await showChangeSet(context, { changeSet, lockTimeoutMs }), this.json, (details) => {
      if (this.json) output.json(details);
      else output.result(changeSetDetails(details, output.style));
      return undefined;
    });
  }
}
