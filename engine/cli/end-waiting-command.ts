import { Option } from 'clipanion';
import type { Diagnostic, Outcome } from '../diagnostics/index.ts';
import type { Decided } from '../operations/index.ts';
import { requiredFlag, switchFlag } from './flags.ts';
import { present, requireFlag, SessionCommand } from './forge-command.ts';
import { type Invocation, loadOperations } from './invocation.ts';
import { decidedText } from './views/approvals.ts';

type Operations = Awaited<ReturnType<typeof loadOperations>>;

/** The operation that ends it. */
export type End = (operations: Operations, ...asked: Parameters<Operations['reject']>) => Promise<Outcome<Decided>>;

/** A command that ends a release that waits, with a reason. */
export abstract class EndWaitingCommand extends SessionCommand {
  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly reason = requiredFlag('--reason', 'TEXT', 'why, for the history and the audit trail');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected abstract readonly end: End;

  protected override problems(): readonly Diagnostic[] {
    const given = this.reason?.trim() ? this.reason : undefined;
    return [...super.problems(), ...requireFlag(given, '--reason', 'Say why.')];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { release: id, reason = '', lockTimeoutMs } = this;
    const outcome = await this.end(await loadOperations(), context, { id, reason, lockTimeoutMs });
    return present(invocation, outcome, this.json, (decided) => {
      if (this.json) output.json(decided);
      else output.result(decidedText(decided));
      return undefined;
    });
  }
}
