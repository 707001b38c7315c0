import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { numberOf, pullRequestProblems } from '../change-flags.ts';
import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { pullRequestDetails } from '../views/pull-requests.ts';

export class PrShowCommand extends ForgeCommand {
  static override usage = {
    details: `NUMBER is that of the host. Shows what it touches of the artifacts, every check of its head, and the command that
leads on. What people wrote is shown as they wrote it, and commands nothing. No database is opened.`,
    examples: [
      ['One of them', 'm3forge pr show 342'],
      ['For a program', 'm3forge pr show 342 --json'],
    ] as [string, string][],
  };

  readonly pullRequest = Option.String({ name: 'NUMBER' });
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...pullRequestProblems(this.pullRequest)];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { showPullRequest } = await loadOperations();
    const outcome = await showPullRequest(context, { number: numberOf(this.pullRequest) ?? 0 });
    return present(invocation, outcome, this.json, (one) => {
      if (this.json) output.json(one);
      else output.result(pullRequestDetails(one, output.style));
      return undefined;
    });
  }
}
