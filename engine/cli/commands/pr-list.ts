import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { wordProblems } from '../change-flags.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { claimText, pullRequestList } from '../views/pull-requests.ts';

const states = ['open', 'merged', 'closed', 'all'] as const;
const usualLimit = 20;
const mostListed = 200;

const limitOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return usualLimit;
  const limit = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  return limit > 0 && limit <= mostListed ? limit : undefined;
};

export class PrListCommand extends SessionCommand {
  static override usage = {
    details: `Asks the host that source_control names, the newest first. Of each it says which workflows, agents and processors
it touches, by the globs of the configuration, and how many of the checks of its head have passed. No database is opened,
but with --unclaimed, which leaves those that were merged and are in no change set and in no version yet.`,
    examples: [
      ['What is open', 'm3forge pr list'],
      ['What was merged and has a label', 'm3forge pr list --state merged --label feature --limit 50'],
      ['What was merged and is in no change set', 'm3forge pr list --unclaimed --base main'],
      ['For a program', 'm3forge pr list --state all --author alice --json'],
    ] as [string, string][],
  };

  readonly state = valueFlag('--state', 'STATE', 'open (default), merged, closed or all');
  readonly author = valueFlag('--author', 'LOGIN', 'only those that this one opened');
  readonly label = valueFlag('--label', 'LABEL', 'only those that have this label');
  readonly base = valueFlag('--base', 'BRANCH', 'only those that are to be merged into this branch, or were');
  readonly unclaimed = switchFlag('--unclaimed', 'only those that were merged and are in no change set and no version');
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
      ...(this.base?.trim() === ''
        ? [problem('usage-flag-value', { detail: '--base is empty.', hint: 'Name a branch.' })]
        : []),
      ...(this.unclaimed && this.state !== undefined && this.state !== 'merged'
        ? [
            problem('usage-flags-conflict', {
              detail: `--unclaimed is about what was merged, and --state is "${this.state}".`,
              hint: 'Leave one of the two out.',
            }),
          ]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listPullRequests, listUnclaimedPullRequests } = await loadOperations();
    const { author, label, base, unclaimed, lockTimeoutMs } = this;
    const filter = { author, label, base, limit: limitOf(this.limit) ?? usualLimit };
    const outcome = unclaimed
      ? await listUnclaimedPullRequests(context, { ...filter, lockTimeoutMs })
      : await listPullRequests(context, { ...filter, state: states.find((one) => one === this.state) ?? 'open' });
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(pullRequestList(rows, output.style));
      if (!this.json && unclaimed && rows.length > 0) output.result(claimText(rows, { author, label, base }));
      return undefined;
    });
  }
}
