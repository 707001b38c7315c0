import { Option } from 'clipanion';
import { type Diagnostic, exitCodeOf, problem, refuse } from '../../diagnostics/index.ts';
import type { VersionDraft } from '../../operations/index.ts';
import { changesMissing, commitFlag, labelFlag, numberProblems, numbersOf, pullRequestFlag } from '../change-flags.ts';
import { askForYes } from '../confirm.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { changesAdded } from '../views/change-sets.ts';
import { versionDraft } from '../views/versions.ts';

const tooMuch = ({ version, demanded, change_sets: sets }: VersionDraft): Error =>
  refuse('version-bump-too-low', {
    detail: `What changed demands a ${demanded} version, ${version}, and its rule allows less by itself. No version was made; the change set is ready.`,
    hint: `See why, and make it:\n\n    m3forge version create --changeset ${sets[0]?.id.slice(0, 8) ?? 'ID'}`,
  });

export class ChangesetAddCommand extends SessionCommand {
  static override usage = {
    details: `CHANGESET is an id, its first four characters or more, or a name. Without it the rules of the configuration,
auto_changeset_rules, choose one by the labels, make it where none is open, and make a version of it where the rule says
auto_version. What is in it already is passed over. A change set that was ready is a draft again. Recorded in the audit trail.`,
    examples: [
      ['One more pull request', 'm3forge changeset add "Invoice processing v2" --pull-request 339'],
      ['After a merge, in CI: where the rules say', 'm3forge changeset add --pull-request 345 --label hotfix --push'],
    ] as [string, string][],
  };

  readonly changeSet = Option.String({ name: 'CHANGESET', required: false });
  readonly pullRequest = pullRequestFlag();
  readonly commit = commitFlag();
  readonly label = labelFlag();
  readonly branch = valueFlag('--branch', 'BRANCH', 'where it was merged, for a rule; default the main branch');
  readonly push = switchFlag('--push', 'hand the tag of a version over that a rule makes');
  readonly remote = valueFlag('--remote', 'NAME', 'that remote; default origin');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    const { changeSet, label, branch, push, remote } = this;
    const conflict = (detail: string, hint: string): Diagnostic => problem('usage-flags-conflict', { detail, hint });
    return [
      ...super.problems(),
      ...changesMissing(this, 'Name what was merged.'),
      ...numberProblems(this.pullRequest),
      ...(changeSet === undefined && label.length === 0
        ? [
            problem('usage-flag-missing', {
              detail: 'Neither CHANGESET nor --label says where it goes.',
              hint: 'Name a change set, or the labels by which a rule chooses one.',
            }),
          ]
        : []),
      ...(changeSet !== undefined && push
        ? [conflict('--push is for versions that a rule makes, and CHANGESET leaves rules out.', 'Leave one out.')]
        : []),
      ...(changeSet !== undefined && branch !== undefined
        ? [conflict('--branch is for what a rule chooses, and CHANGESET has its own.', 'Leave one out.')]
        : []),
      ...(remote !== undefined && !push ? [conflict('--remote needs --push.', 'Add --push, or leave it out.')] : []),
    ];
  }

  /** The rule allows less than the content demands: whoever sits here decides, and in CI nobody does. */
  private async confirmMore(invocation: Invocation, draft: VersionDraft): Promise<boolean> {
    const { output, context, settings, terminal } = invocation;
    const isAsked = settings.input && !context.system.env('CI') && terminal.stdin.isTTY === true && !this.json;
    if (!isAsked) throw tooMuch(draft);
    output.result(versionDraft(draft, output.style));
    const question = `The rule allows less than the content demands. Do you want to make ${draft.version}?`;
    if (await askForYes(invocation, question, 'Make it with version create.')) return true;
    throw tooMuch(draft);
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { addToChangeSet } = await loadOperations();
    const outcome = await addToChangeSet(context, {
      changeSet: this.changeSet,
      pullRequests: numbersOf(this.pullRequest),
      commits: this.commit,
      labels: this.label,
      branch: this.branch,
      push: this.push ? (this.remote ?? 'origin') : undefined,
      confirmMore: (draft) => this.confirmMore(invocation, draft),
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (added) => {
      if (this.json) output.json(added);
      else if (added.change_set) output.result(changesAdded(added.change_set, added, output.style));
      // What was added stays, also where its version could not be made.
      return exitCodeOf(outcome.diagnostics);
    });
  }
}
