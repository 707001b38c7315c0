import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { wordProblems } from '../change-flags.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { pullRequestList } from '../views/pull-requests.ts';

const states = ['open', 'merged', 'closed', 'all'] as const;
const usualLimit = 20;
const mostListed = 200;

const limitOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return usualLimit;
  const limit = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  return limit > 0 && limit <= mostListed ? limit : undefined;
};

export class PrListCommand extends ForgeCommand {
  static override usage = {
    details: `Asks the host that source_control names, the newest first. Of each it says which workflows, agents and processors
it touches, by the globs of the configuration, and how many of the checks of its head have passed. No database is opened.`,
    examples: [
      ['What is open', 'm3forge pr list'],
      ['What was merged and has a label', 'm3forge pr list --state merged --label feature --limit 50'],
      ['For a program', 'm3forge pr list --state all --author alice --json'],
    ] as [string, string][],
  };

  readonly state = valueFlag('--state', 'STATE', 'open (default), merged, closed or all');
  readonly author = valueFlag('--author', 'LOGIN', 'only those that this one opened');
  readonly label = valueFlag('--label', 'LABEL', 'only those that have this label');
  readonly limit = valueFlag('--limit', 'COUNT', `at most so many; default ${usualLimit}, at most ${mostListed}`);
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...wordProblems('--state', this.state, states),
      ...(limitOf(this.limit) === undefined
        ? [
            problem('usage-flag-value', {
              detail: `--limit is "${this.limit}".`,
              hint: `Write a number from 1 to ${mostListed}.`,
            }),
          ]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listPullRequests } = await loadOperations();
    const outcome = await listPullRequests(context, {
      state: states.find((one) => one === this.state) ?? 'open',
      author: this.author,
      label: this.label,
      limit: limitOf(this.limit) ?? usualLimit,
    });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(pullRequestList(rows, output.style));
      return undefined;
    });
  }
}
