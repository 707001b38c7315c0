import { existsSync } from 'node:fs';
import { Option } from 'clipanion';
import { type Diagnostic, failure, type Outcome, problem } from '../../diagnostics/index.ts';
import type { ReleaseDetails } from '../../operations/index.ts';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { filterPlan } from '../views/plan-filter.ts';
import { planMarkdown } from '../views/plan-markdown.ts';
import { planText } from '../views/plan-text.ts';
import { planOrigin, releaseMarkdown, releaseText } from '../views/release.ts';

const everything = { select: [], exclude: [] };

const looksLikeRelease = (text: string): boolean => /^[0-9a-f-]{4,36}$/.test(text);

const looksLikePath = (text: string): boolean => /[/\\.]/.test(text);

const neither = (subject: string): Diagnostic =>
  problem('release-unknown', {
    detail: /^[0-9a-f-]{1,3}$/.test(subject)
      ? `"${subject}" is neither a plan file nor a release: of an id at least the first 4 characters are needed.`
      : `"${subject}" is neither a plan file nor a release.`,
    hint: 'Releases and their ids are listed by:\n\n    m3forge history',
  });

export class ShowCommand extends SessionCommand {
  static override usage = {
    details: `A file is shown as a saved plan, which needs no database and no provider. Anything else is taken for the id of a
release or the beginning of one; without an argument the newest release is shown.`,
    examples: [
      ['A saved plan, with all differences', 'm3forge show plan.json'],
      ['A release', 'm3forge show 3f2a91c0'],
    ] as [string, string][],
  };

  readonly subject = Option.String({ name: 'PLANFILE|RELEASE', required: false });
  readonly json = switchFlag('--json', 'the plan document, or the release, as JSON');
  readonly markdown = switchFlag('--markdown', 'as Markdown, for a comment');

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...(this.json && this.markdown
        ? [problem('usage-flags-conflict', { detail: '--json and --markdown do not go together.' })]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { subject } = this;
    if (subject === undefined) return this.showRelease(invocation);
    if (existsSync(invocation.pathOf(subject)) || looksLikePath(subject)) return this.showPlan(invocation, subject);
    if (looksLikeRelease(subject)) return this.showRelease(invocation);
    return present(invocation, failure([neither(subject)]), this.json, () => undefined);
  }

  private async showPlan(invocation: Invocation, file: string): Promise<number> {
    const { output } = invocation;
    const { showPlan } = await loadOperations();
    return present(invocation, await showPlan(invocation.pathOf(file)), this.json, (document) => {
      const shown = filterPlan(document, everything);
      if (this.json) output.json(document);
      else if (this.markdown) output.result(planMarkdown(shown).trimEnd());
      else {
        output.diagnostics(document.diagnostics);
        const text = planText(shown, { style: output.style, detail: true });
        output.result(`${planOrigin(document, output.style)}\n\n${text}`);
      }
      return undefined;
    });
  }

  private async findRelease({ context }: Invocation): Promise<Outcome<ReleaseDetails>> {
    const { history, showRelease } = await loadOperations();
    const { lockTimeoutMs } = this;
    const { subject } = this;
    if (subject !== undefined) {
      const found = await showRelease(context, { id: subject, lockTimeoutMs });
      const unknown = !found.ok && found.diagnostics.some(({ code }) => code === 'release-unknown');
      return unknown ? failure([neither(subject)]) : found;
    }
    const releases = await history(context, { targets: [], lockTimeoutMs });
    if (!releases.ok) return releases;
    const newest = releases.value[0];
    return newest
      ? showRelease(context, { id: newest.id, lockTimeoutMs })
      : failure([problem('release-unknown', { detail: 'Nothing was released yet.' })]);
  }

  private async showRelease(invocation: Invocation): Promise<number> {
    const { output } = invocation;
    return present(invocation, await this.findRelease(invocation), this.json, (details) => {
      if (this.json) output.json(details);
      else if (this.markdown) output.result(releaseMarkdown(details).trimEnd());
      else output.result(releaseText(details, output.style));
      return undefined;
    });
  }
}
