import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { hasWork, type PlanDocument } from '../../plan/index.ts';
import { checkVersion } from '../check-version.ts';
import { listFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { noTargetEnabled } from '../no-targets.ts';
import { inline, jsonText } from '../views/escape.ts';
import { filterPlan, matchesNothing, planJson } from '../views/plan-filter.ts';
import { planMarkdown } from '../views/plan-markdown.ts';
import { planText } from '../views/plan-text.ts';
import { shellWord } from '../views/shell-word.ts';
import { writeOutputFile } from '../write-file.ts';

/** Whether anything differs: something to do, or something that was changed by hand. */
const differs = (document: PlanDocument): boolean =>
  document.sections.some((section) => hasWork(section) || section.drift.length > 0) ||
  document.configuration !== null ||
  // What a crash left is undone by the next apply, so what is seen now does not stay.
  document.diagnostics.some(({ code }) => code === 'release-unfinished');

export class PlanCommand extends SessionCommand {
  static override usage = {
    details: `Plans all enabled targets unless --target names some. --select and --exclude only choose what is shown: a
version is applied whole or not at all. A plan saved with --out can be applied once, and only while nothing it rests
on has moved.`,
    examples: [
      ['What would change everywhere', 'm3forge plan'],
      ['Save a plan for production and apply it later', 'm3forge plan --target production --out plan.json'],
      ['What the working tree would change in development', 'm3forge plan --ref . --detail'],
      ['In CI: text in the log, files for other steps', 'm3forge plan --json-into plan.json --markdown-into plan.md'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'a publish target; default all that are enabled');
  readonly version = valueFlag(
    '--version',
    'VERSION',
    'an exact version or a range in the place of the configured one',
  );
  readonly ref = valueFlag('--ref', 'REF', 'a branch, a commit, or . for the working tree; for development targets');
  readonly allowDeletes = switchFlag('--allow-deletes', 'more deletes than the max_deletes of the target');
  readonly out = valueFlag('--out', 'FILE', 'save the whole plan, to be applied later');
  readonly select = listFlag('--select', 'GLOB', 'show only these addresses, such as "workflow.invoice-*"');
  readonly exclude = listFlag('--exclude', 'GLOB', 'do not show these addresses');
  readonly detail = switchFlag('--detail', 'also show what differs inside each artifact');
  readonly detailedExitcode = switchFlag('--detailed-exitcode', 'exit code 2 where there are changes or drift');
  readonly json = switchFlag('--json', 'the plan document as JSON in the place of text');
  readonly jsonInto = valueFlag('--json-into', 'FILE', 'write the plan document as JSON');
  readonly markdownInto = valueFlag('--markdown-into', 'FILE', 'write the plan as Markdown, for a comment');

  protected override problems(): readonly Diagnostic[] {
    const both =
      this.ref !== undefined && this.version !== undefined
        ? [
            problem('usage-flags-conflict', {
              detail: '--ref and --version do not go together: both say what to plan.',
            }),
          ]
        : [];
    const empty =
      this.ref?.trim() === ''
        ? [problem('usage-flag-value', { detail: '--ref is empty.', hint: 'Name a branch, a commit, or .' })]
        : [];
    return [...super.problems(), ...checkVersion('--version', this.version), ...both, ...empty];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { plan } = await loadOperations();
    const outcome = await plan(invocation.context, {
      targets: this.target,
      version: this.version,
      ref: this.ref,
      saves: this.out !== undefined,
      allowDeletes: this.allowDeletes,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    if (outcome.ok) await this.writeFiles(invocation, outcome.value);
    const empty = outcome.ok && outcome.value.sections.length === 0;
    const instead = empty && !this.json ? await noTargetEnabled(invocation) : undefined;
    return present(invocation, outcome, this.json, (document) => {
      this.show(invocation, document, instead);
      return this.detailedExitcode && differs(document) ? 2 : 0;
    });
  }

  private async writeFiles(invocation: Invocation, document: PlanDocument): Promise<void> {
    const shown = filterPlan(document, this);
    if (this.out !== undefined) await writeOutputFile(invocation, this.out, 'plan', `${jsonText(document)}\n`);
    if (this.jsonInto !== undefined) {
      await writeOutputFile(invocation, this.jsonInto, 'plan', `${jsonText(planJson(shown))}\n`);
    }
    if (this.markdownInto !== undefined) {
      await writeOutputFile(invocation, this.markdownInto, 'markdown', planMarkdown(shown));
    }
  }

  /** `instead` stands in the place of the sections, where there is none. */
  private show({ output }: Invocation, document: PlanDocument, instead: string | undefined): void {
    const shown = filterPlan(document, this);
    if (this.json) output.json(planJson(shown));
    else if (instead !== undefined && document.configuration === null) output.result(instead);
    else {
      if (instead !== undefined) output.result(`${instead}\n`);
      output.result(planText(shown, { style: output.style, detail: this.detail }));
    }
    if (matchesNothing(document, this.select)) {
      output.message('Warning: --select matches no address of this plan.');
    }
    if (this.out === undefined) return;
    const global = [
      ...(this.chdir === undefined ? [] : ['--chdir', this.chdir]),
      ...(this.config === undefined ? [] : ['--config', this.config]),
    ];
    const command = ['m3forge', 'apply', ...global, this.out].map((word) => inline(shellWord(word))).join(' ');
    output.notice(`\nThe plan is saved. To apply exactly this:\n\n    ${command}`);
  }
}
