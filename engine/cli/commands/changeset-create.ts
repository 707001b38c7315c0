import { Option } from 'clipanion';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { type ChangeSetType, changeSetTypes } from '../../values/index.ts';
import { commitFlag, labelFlag, numberProblems, numbersOf, pullRequestFlag, wordProblems } from '../change-flags.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { changeSetAndNext } from '../views/change-sets.ts';

export class ChangesetCreateCommand extends SessionCommand {
  static override usage = {
    details: `A change set is what is released together as one version: merged pull requests, found by their numbers in what
the hosts write into merges and squashed commits, and other commits of the branch. It begins empty or with what is named,
or with all pull requests that are in none yet, and is a draft until it is ready. Recorded in the audit trail.`,
    examples: [
      [
        'Two pull requests that belong together',
        'm3forge changeset create "Invoice processing v2" --pull-request 342 --pull-request 341',
      ],
      [
        'All that was merged since the last version and is in none',
        'm3forge changeset create "Release 12" --unclaimed',
      ],
      ['Empty, for what is still to be merged', 'm3forge changeset create Onboarding --type bugfix'],
    ] as [string, string][],
  };

  readonly name = Option.String({ name: 'NAME' });
  readonly description = valueFlag('--description', 'TEXT', 'what it is about');
  readonly type = valueFlag('--type', 'TYPE', 'feature (default), bugfix, hotfix, performance or other');
  readonly branch = valueFlag('--branch', 'BRANCH', 'where it was merged; default the main branch');
  readonly pullRequest = pullRequestFlag();
  readonly commit = commitFlag();
  readonly unclaimed = switchFlag(
    '--unclaimed',
    'every merged pull request since the last version that is in no change set',
  );
  readonly label = labelFlag();
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const isEmpty = this.pullRequest.length === 0 && this.commit.length === 0 && !this.unclaimed;
    return [
      ...super.problems(),
      ...numberProblems(this.pullRequest),
      ...wordProblems('--type', this.type, changeSetTypes),
      ...(this.label.length > 0 && isEmpty
        ? [
            problem('usage-flags-conflict', {
              detail: '--label is for what --pull-request, --commit and --unclaimed name.',
            }),
          ]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { createChangeSet } = await loadOperations();
    const outcome = await createChangeSet(context, {
      name: this.name,
      description: this.description ?? '',
      type: (this.type as ChangeSetType | undefined) ?? 'feature',
      branch: this.branch,
      pullRequests: numbersOf(this.pullRequest),
      commits: this.commit,
      unclaimed: this.unclaimed,
      labels: this.label,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (set) => {
      if (this.json) output.json(set);
      else output.result(changeSetAndNext(set));
      return undefined;
    });
  }
}
