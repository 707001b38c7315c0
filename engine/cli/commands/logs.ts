import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { type LogLineView, logLine } from '../views/log-line.ts';

export class LogsCommand extends SessionCommand {
  static override usage = {
    details: 'With --json the document is printed at the end, so with --follow when the release has ended.',
    examples: [
      ['By the beginning of its id', 'm3forge logs 3f2a91c0'],
      ['Watch a release of somebody else', 'm3forge logs 3f2a91c0 --follow'],
    ] as [string, string][],
  };

  readonly release = Option.String({ name: 'RELEASE' });
  readonly follow = switchFlag('--follow', 'also what is still to come, until the release has ended');
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { logs } = await loadOperations();
    const lines: LogLineView[] = [];
    const outcome = await logs(context, {
      id: this.release,
      follow: this.follow,
      lockTimeoutMs: this.lockTimeoutMs,
      line: ({ at, level, message }) => {
        const line = { at: at.toISOString(), level, message };
        if (this.json) lines.push(line);
        else output.result(logLine(line, output.style));
      },
    });
    return present(invocation, outcome, this.json, (release) => {
      if (this.json) output.json({ release, lines });
      return undefined;
    });
  }
}
