import { listFlag, switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { reviewList } from '../views/reviews.ts';

export class ReviewListCommand extends SessionCommand {
  static override usage = {
    details: `A release in an emergency leaves a review: the gates that it skipped have to pass against what runs. While it is
open, plans for its place say so, and no ordinary release begins there.`,
    examples: [
      ['What is open', 'm3forge review list'],
      ['How those at one target ended', 'm3forge review list --target hotfix --all'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'only emergencies at this publish target');
  readonly all = switchFlag('--all', 'also those that are closed');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listReviews } = await loadOperations();
    const request = { targets: this.target, all: this.all, lockTimeoutMs: this.lockTimeoutMs };
    const outcome = await listReviews(context, request);
    return present(invocation, outcome, this.json, (rows) => {
      if (this.json) output.json(rows);
      else output.result(reviewList(rows, output.style));
      return undefined;
    });
  }
}
