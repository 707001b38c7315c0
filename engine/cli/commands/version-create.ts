import { Option } from 'clipanion';
import type { Bump } from '../../artifacts/index.ts';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import type { VersionDraft } from '../../operations/index.ts';
import { askForYes } from '../confirm.ts';
import { listFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, requireAnswer, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { versionDraft, versionMade } from '../views/versions.ts';

const bumps: readonly string[] = ['major', 'minor', 'patch'] satisfies readonly Bump[];

const conflict = (detail: string, hint: string): Diagnostic => problem('usage-flags-conflict', { detail, hint });

export class VersionCreateCommand extends SessionCommand {
  static override usage = {
    details: `Without VERSION the content gives the number: what was taken from those who use the artifacts makes it major, what
was added minor, anything else patch. Records the version with its release notes, makes an annotated tag, and hands it over
with --push, in this order; run again, it goes on where it stopped. A version never changes afterwards.`,
    examples: [
      ['What the next version would be, and why', 'm3forge version create --dry-run'],
      ['Make it of what is committed, and push its tag', 'm3forge version create --yes --push'],
      ['Of a change set, with all that belongs to it', 'm3forge version create --changeset "Receipts" --dry-run'],
      ['A number of your own, for an older commit', 'm3forge version create v1.4.0 --ref HEAD~1'],
    ] as [string, string][],
  };

  readonly version = Option.String({ name: 'VERSION', required: false });
  readonly ref = valueFlag('--ref', 'REF', 'the branch, tag or commit that becomes a version; default HEAD');
  readonly changeSet = listFlag('--changeset', 'CHANGESET', 'make it of this change set, by id or name');
  readonly bump = valueFlag('--bump', 'PART', 'how far the number rises: major, minor or patch');
  readonly notes = valueFlag('--notes', 'FILE', 'release notes as Markdown, in the place of those from the commits');
  readonly allowBreaking = switchFlag('--allow-breaking', 'take a number that rises less than the content demands');
  readonly reason = valueFlag('--reason', 'TEXT', 'why that is right, with --allow-breaking');
  readonly push = switchFlag('--push', 'hand the tag over to the remote');
  readonly remote = valueFlag('--remote', 'NAME', 'that remote; default origin');
  readonly dryRun = switchFlag('--dry-run', 'say what would be made, and make nothing');
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const { version, bump, allowBreaking, reason, push, remote, dryRun } = this;
    const known = bump === undefined || bumps.includes(bump);
    return [
      ...super.problems(),
      ...(known
        ? []
        : [problem('usage-flag-value', { detail: `--bump is "${bump}".`, hint: 'Write major, minor or patch.' })]),
      ...(version !== undefined && bump !== undefined
        ? [conflict('--bump and VERSION both say how far the number rises.', 'Leave one of them out.')]
        : []),
      ...(allowBreaking && !reason?.trim()
        ? [
            problem('usage-flag-missing', {
              detail: '--reason is missing.',
              hint: 'Say why the lower number is right.',
            }),
          ]
        : []),
      ...(reason !== undefined && !allowBreaking
        ? [conflict('--reason says why a lower number is right.', 'Add --allow-breaking, or leave it out.')]
        : []),
      ...(remote !== undefined && !push ? [conflict('--remote needs --push.', 'Add --push, or leave it out.')] : []),
      ...(push && dryRun ? [conflict('--dry-run makes nothing that --push could hand over.', 'Leave one out.')] : []),
      ...(dryRun ? [] : requireAnswer(this, 'Add --yes or --dry-run.')),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context, pathOf } = invocation;
    const { createVersion } = await loadOperations();
    let shown = false;
    const told = new Set<Diagnostic>();
    const confirm = async (draft: VersionDraft, warnings: readonly Diagnostic[]): Promise<boolean> => {
      // Whoever decides knows them before.
      output.diagnostics(warnings);
      for (const one of warnings) told.add(one);
      if (this.json) return true;
      shown = true;
      output.result(versionDraft(draft, output.style));
      return this.yes || askForYes(invocation, `Do you want to make ${draft.version}?`, 'Use --yes or --dry-run.');
    };
    const outcome = await createVersion(context, {
      ref: this.ref,
      changeSets: this.changeSet,
      version: this.version,
      bump: this.bump as Bump | undefined,
      allowBreaking: this.allowBreaking,
      reason: this.reason ?? null,
      notes: this.notes === undefined ? undefined : { path: pathOf(this.notes), shown: this.notes },
      push: this.push ? (this.remote ?? 'origin') : undefined,
      dryRun: this.dryRun,
      confirm,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    const untold = { ...outcome, diagnostics: outcome.diagnostics.filter((one) => !told.has(one)) };
    return present(invocation, untold, this.json, (made) => {
      if (this.json) output.json(made);
      else {
        const draft = made.outcome === 'drafted' && !shown ? [versionDraft(made, output.style)] : [];
        output.result([...draft, versionMade(made, output.style)].join('\n'));
      }
      return undefined;
    });
  }
}
