import { Option } from 'clipanion';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { lockReleased } from '../views/locks.ts';

export class LockReleaseCommand extends SessionCommand {
  static override usage = {
    details:
      'Rarely needed: a dead process frees its lease at once, and a vanished host after 30 seconds. Refused while the holder may be at work; what it does after a forced release fails, and nothing more of it is written. Recorded in the audit trail.',
    examples: [
      ['By the beginning of its id', 'm3forge lock release 3f2a91c0'],
      ['From a holder that hangs', 'm3forge lock release 3f2a91c0 --force --reason "the runner hangs"'],
    ] as [string, string][],
  };

  readonly lease = Option.String({ name: 'LEASE' });
  readonly force = switchFlag('--force', 'take it from a holder that may be at work, too');
  readonly reason = valueFlag('--reason', 'TEXT', 'why, for the audit trail');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { releaseLock } = await loadOperations();
    const outcome = await releaseLock(context, {
      id: this.lease,
      force: this.force,
      reason: this.reason ?? null,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (released) => {
      if (this.json) output.json(released);
      else output.result(lockReleased(released));
      return undefined;
    });
  }
}
