import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import type { PreviewDocument } from '../../operations/index.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { annotationsOfPreview } from '../views/annotations.ts';
import { jsonText } from '../views/escape.ts';
import { markerOf, previewComment } from '../views/preview-markdown.ts';
import { previewText } from '../views/preview-text.ts';
import { writeOutputFile } from '../write-file.ts';

export class PreviewCommand extends SessionCommand {
  static override usage = {
    details: `Compares two commits, and says what merging the head into the base would bring to each target. Reads Git alone:
no database, no gateway, no secret, and nothing of the head is run; the configuration is that of the base. With --state the
targets are compared with what they really run.`,
    examples: [
      ['What would this branch bring?', 'm3forge preview --base main --head HEAD'],
      ['The same for a program', 'm3forge preview --base main --head HEAD --json'],
    ] as [string, string][],
  };

  readonly base = valueFlag('--base', 'REF', 'the branch, tag or commit that the head is to be merged into');
  readonly head = valueFlag('--head', 'REF', 'the branch, tag or commit with the changes');
  readonly state = switchFlag('--state', 'compare with what the targets run, as the state and the places say');
  readonly detail = switchFlag('--detail', 'also show what differs inside each artifact');
  readonly json = switchFlag('--json', 'the preview as JSON in the place of text');
  readonly jsonInto = valueFlag('--json-into', 'FILE', 'write the preview as JSON');
  readonly markdownInto = valueFlag('--markdown-into', 'FILE', 'write the preview as Markdown, for a comment');

  protected override problems(): readonly Diagnostic[] {
    const hint = 'Name both commits:\n\n    m3forge preview --base main --head HEAD';
    const empty = (['base', 'head'] as const).filter((name) => this[name]?.trim() === '');
    return [
      ...super.problems(),
      ...requireFlag(this.base, '--base', hint),
      ...requireFlag(this.head, '--head', hint),
      ...empty.map((name) => problem('usage-flag-value', { detail: `--${name} is empty.`, hint })),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { preview } = await loadOperations();
    const request = { base: this.base ?? '', head: this.head ?? '', withState: this.state };
    const outcome = await preview(context, { ...request, lockTimeoutMs: this.lockTimeoutMs });
    if (outcome.ok) await this.writeFiles(invocation, outcome.value);
    return present(invocation, outcome, this.json, (document) => {
      if (this.json) output.json(document);
      else output.result(previewText(document, { detail: this.detail, style: output.style }));
      output.annotate(annotationsOfPreview(document.problems));
      return 0;
    });
  }

  private async writeFiles(invocation: Invocation, document: PreviewDocument): Promise<void> {
    if (this.jsonInto !== undefined) {
      await writeOutputFile(invocation, this.jsonInto, 'preview', `${jsonText(document)}\n`);
    }
    if (this.markdownInto !== undefined) {
      const comment = previewComment(document, { marker: markerOf(`m3forge:plan:${document.project}`) });
      await writeOutputFile(invocation, this.markdownInto, 'comment', comment);
    }
  }
}
