import { Option } from 'clipanion';
import { type Diagnostic, exitCodeOf } from '../../diagnostics/index.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { checkReason, present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { diagnosticJson } from '../views/diagnostics.ts';
import { eventMessage } from '../views/events.ts';
import { reviewedText } from '../views/reviews.ts';

export class ReviewCloseCommand extends SessionCommand {
  static override usage = {
    details: `RELEASE is the emergency, by its id of "m3forge review list" or its first four characters or more. Judges what runs
now by the gates that are asked for, and closes the review where all of them pass; otherwise it stays open, with exit code 6.
Where the target asks for approvals, somebody else closes it than whoever declared the emergency.`,
    examples: [
      ['Have the skipped gates judged', 'm3forge review close 3f2a91c0'],
      ['With a word about it', 'm3forge review close 3f2a91c0 --comment "totals are right again"'],
    ] as [string, string][],
  };

  readonly release = Option.String({ name: 'RELEASE', required: true });
  readonly comment = valueFlag('--comment', 'TEXT', 'what there is to say about it');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...checkReason('--comment', this.comment)];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { closeReview } = await loadOperations();
    const outcome = await closeReview(context, {
      id: this.release,
      comment: this.comment ?? null,
      lockTimeoutMs: this.lockTimeoutMs,
      report: (target, { result }) =>
        this.json ? undefined : output.notice(`${target}: ${eventMessage({ type: 'gate_result', result }).message}`),
    });
    return present(invocation, outcome, this.json, (report) => {
      const { review, gates, problems } = report;
      if (this.json) output.json({ format_version: '1.0', review, gates, diagnostics: problems.map(diagnosticJson) });
      else output.result(reviewedText(report, output.style));
      output.diagnostics(problems);
      return exitCodeOf(problems);
    });
  }
}
