import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { numberOf, pullRequestProblems, wordProblems } from '../change-flags.ts';
import { askForYes } from '../confirm.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, requireAnswer, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { mergedText, pullRequestDetails } from '../views/pull-requests.ts';

const methods = ['merge', 'squash', 'rebase'] as const;

export class PrMergeCommand extends SessionCommand {
  static override usage = {
    details: `Shows the pull request, asks, and lets the host merge it: only while its head is the one that was shown, and only
where each of its checks has passed; otherwise exit code 6. What the host asks for besides, such as reviews, it asks for
itself. For those who may make versions. Recorded in the audit trail.`,
    examples: [
      ['After a look at it', 'm3forge pr merge 342'],
      ['Its commits as one, without a question', 'm3forge pr merge 342 --method squash --yes'],
    ] as [string, string][],
  };

  readonly pullRequest = Option.String({ name: 'NUMBER' });
  readonly method = valueFlag('--method', 'METHOD', 'merge (default), squash or rebase');
  readonly yes = switchFlag('--yes', 'without a question');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...pullRequestProblems(this.pullRequest),
      ...wordProblems('--method', this.method, methods),
      ...requireAnswer(this, 'Add --yes.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { mergePullRequest } = await loadOperations();
    const outcome = await mergePullRequest(context, {
      number: numberOf(this.pullRequest) ?? 0,
      method: methods.find((one) => one === this.method) ?? 'merge',
      confirm: async (one) => {
        if (this.yes) return true;
        output.result(pullRequestDetails(one, output.style));
        return askForYes(invocation, `Do you want to merge pull request ${one.number}?`, 'Use --yes.');
      },
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (merged) => {
      if (this.json) output.json(merged);
      else output.result(mergedText(merged));
      return undefined;
    });
  }
}
