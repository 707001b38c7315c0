import { type Diagnostic, exitCodeOf, problem } from '../../diagnostics/index.ts';
import { closest } from '../../documents/index.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { ForgeCommand, present, requireFlag } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { previewText } from '../views/notifications.ts';

const unknownEvent = (event: string, known: readonly string[]): Diagnostic => {
  const near = closest(event, known);
  return problem('usage-flag-value', {
    detail: `--event is "${event}", which is no event.`,
    hint: near ? `Did you mean ${near}?` : `It can be ${known.join(', ')}.`,
  });
};

export class NotifyPreviewCommand extends ForgeCommand {
  static override usage = {
    details: `Shows, word for word, what would be sent of an event of that name, with sample values, to each of those who are told
of the target. Nothing is sent, no database is opened, and no secret is looked at: expressions stand there as they are.`,
    examples: [
      ['How a failed release is told', 'm3forge notify preview --target production --event failed'],
      ['The same for a program', 'm3forge notify preview --target production --event rolled_back --json'],
    ] as [string, string][],
  };

  readonly target = requiredFlag('--target', 'NAME', 'the publish target');
  readonly event = requiredFlag('--event', 'NAME', 'such as started, succeeded, failed, rolled_back or hold_added');
  readonly json = switchFlag('--json', 'as JSON');

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...requireFlag(this.target, '--target', 'Name the publish target.'),
      ...requireFlag(this.event, '--event', 'Name the event, such as failed.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { eventNames, previewNotification } = await loadOperations();
    const event = eventNames.find((name) => name === this.event);
    if (event === undefined) {
      const wrong = [unknownEvent(this.event ?? '', eventNames)];
      output.diagnostics(wrong);
      return exitCodeOf(wrong);
    }
    const outcome = await previewNotification(context, { target: this.target ?? '', event });
    return present(invocation, outcome, this.json, (previews) => {
      if (this.json) output.json(previews);
      else output.result(previewText(previews, event, output.style));
      return undefined;
    });
  }
}
