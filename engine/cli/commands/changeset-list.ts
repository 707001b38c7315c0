import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import type { ChangeSetView } from '../../operations/index.ts';
import { numberOf, numberProblems, wordProblems } from '../change-flags.ts';
import { listFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { changeSetList, pullRequestText } from '../views/change-sets.ts';

type State = ChangeSetView['state'];

const states: readonly string[] = ['draft', 'ready', 'versioned'] satisfies readonly State[];

export class ChangesetListCommand extends SessionCommand {
  static override usage = {
    details: `The newest first. With --pull-request, what became of one pull request: its change set, the versions that have it,
and the releases that carried it to targets or took it back from there; also where it is in no change set.`,
    examples: [
      ['What can become a version', 'm3forge changeset list --state ready'],
      ['Where a pull request is', 'm3forge changeset list --pull-request 342'],
    ] as [string, string][],
  };

  readonly state = listFlag('--state', 'STATE', 'only those in this state: draft, ready or versioned');
  readonly pullRequest = valueFlag('--pull-request', 'NUMBER', 'follow this pull request');
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    const { state, pullRequest } = this;
    return [
      ...super.problems(),
      ...state.flatMap((word) => wordProblems('--state', word, states)),
      ...(pullRequest === undefined ? [] : numberProblems([pullRequest])),
      ...(pullRequest !== undefined && state.length > 0
        ? [
            problem('usage-flags-conflict', {
              detail: '--pull-request follows one pull request, whatever the state of its change set.',
              hint: 'Leave one of the two out.',
            }),
          ]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { followPullRequest, listChangeSets } = await loadOperations();
    const { lockTimeoutMs } = this;
    const number = this.pullRequest === undefined ? undefined : numberOf(this.pullRequest);
    if (number !== undefined) {
      const followed = await followPullRequest(context, { pullRequest: number, lockTimeoutMs });
      return present(invocation, followed, this.json, (lineage) => {
        if (this.json) output.json(lineage);
        else output.result(pullRequestText(lineage, output.style));
        return undefined;
      });
    }
    const outcome = await listChangeSets(context, { states: this.state as readonly State[], lockTimeoutMs });
    return present(invocation, outcome, this.json, (sets) => {
      if (this.json) output.json(sets);
      else output.result(changeSetList(sets, output.style));
      return undefined;
    });
  }
}
