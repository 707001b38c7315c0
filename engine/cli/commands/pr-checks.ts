import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { numberOf, pullRequestProblems } from '../change-flags.ts';
import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { checkList } from '../views/pull-requests.ts';

export class PrChecksCommand extends ForgeCommand {
  static override usage = {
    details: `Lists the checks of the head of a pull request: statuses that programs set, such as m3forge/plan, and runs of apps,
such as jobs of GitHub Actions. Exit code 1 where one failed, 7 where one has not ended. No database is opened.`,
    examples: [
      ['Those of one', 'm3forge pr checks 342'],
      ['For a program', 'm3forge pr checks 342 --json'],
    ] as [string, string][],
  };

  readonly pullRequest = Option.String({ name: 'NUMBER' });
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...pullRequestProblems(this.pullRequest)];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { pullRequestChecks } = await loadOperations();
    const outcome = await pullRequestChecks(context, { number: numberOf(this.pullRequest) ?? 0 });
    return present(invocation, outcome, this.json, (checks) => {
      if (this.json) output.json(checks);
      else output.result(checkList(checks, output.style));
      return checks.failed > 0 ? 1 : checks.pending > 0 ? 7 : 0;
    });
  }
}
