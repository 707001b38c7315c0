import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { changesMissing, commitFlag, numberProblems, numbersOf, pullRequestFlag } from '../change-flags.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { changeSetLine } from '../views/change-sets.ts';

export class ChangesetRemoveCommand extends SessionCommand {
  static override usage = {
    details: `For what was added by mistake, or was taken back before it was released. A change set that was ready is a draft
again. What became a version stays what it is. Recorded with its reason in the audit trail.`,
    examples: [
      [
        'A pull request that was reverted',
        'm3forge changeset remove "Invoice processing v2" --pull-request 339 --reason "reverted"',
      ],
    ] as [string, string][],
  };

  readonly changeSet = Option.String({ name: 'CHANGESET' });
  readonly pullRequest = pullRequestFlag();
  readonly commit = commitFlag();
  readonly reason = requiredFlag('--reason', 'TEXT', 'why it does not belong there');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const given = this.reason?.trim() ? this.reason : undefined;
    return [
      ...super.problems(),
      ...changesMissing(this, 'Name what is to be taken out.'),
      ...numberProblems(this.pullRequest),
      ...requireFlag(given, '--reason', 'Say why it does not belong there.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { removeFromChangeSet } = await loadOperations();
    const outcome = await removeFromChangeSet(context, {
      changeSet: this.changeSet,
      pullRequests: numbersOf(this.pullRequest),
      commits: this.commit,
      reason: this.reason ?? '',
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (set) => {
      if (this.json) output.json(set);
      else output.result(changeSetLine(set));
      return undefined;
    });
  }
}
