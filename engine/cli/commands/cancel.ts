import { type End, EndWaitingCommand } from '../end-waiting-command.ts';

export class CancelCommand extends EndWaitingCommand {
  static override usage = {
    details: `Takes back a release that waits for approvals and has not begun. It is ended, and its approvals with it.`,
    examples: [['Take back what was asked for', 'm3forge cancel 3f2a91c0 --reason "not today"']] as [string, string][],
  };

  protected override readonly end: End = ({ cancel }, ...asked) => cancel(...asked);
}
