import { type End, EndWaitingCommand } from '../end-waiting-command.ts';

export class RejectCommand extends EndWaitingCommand {
  static override usage = {
    details: `Whoever may approve a release may reject it; that ends it. What it would have done can be asked for again.`,
    examples: [['Stop a release that should not be', 'm3forge reject 3f2a91c0 --reason "wrong totals"']] as [
      string,
      string,
    ][],
  };

  protected override readonly end: End = ({ reject }, ...asked) => reject(...asked);
}
