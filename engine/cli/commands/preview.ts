import { type Diagnostic, exitCodeOf, type Outcome, problem, success } from '../../diagnostics/index.ts';
import type {
  CommitPreview,
  OpenPreview,
  PreviewComment,
  PreviewDocument,
  PullRequestPreview,
} from '../../operations/index.ts';
import { verdictOf } from '../../preview/index.ts';
import { digestOf } from '../../values/index.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { annotationsOfPreview } from '../views/annotations.ts';
import { diagnosticJson } from '../views/diagnostics.ts';
import { inline, jsonText } from '../views/escape.ts';
import { longestUrl, markerOf, previewComment, refusedComment } from '../views/preview-markdown.ts';
import { statusDescription } from '../views/preview-markdown-parts.ts';
import { previewText } from '../views/preview-text.ts';
import { writeOutputFile } from '../write-file.ts';

/** One for each project of a repository; letters that a marker cannot have do not make two of them one. */
const markerFor = (project: string): string =>
  markerOf(`m3forge:plan:${/^[\w.-]+$/.test(project) ? project : `${project}:${digestOf(project).slice(0, 12)}`}`);

const noPreview = 'There is no preview of this head.';
const notMade = 'The preview could not be made; the log of its run says why.';

/** In the place of a preview: why there is none. */
const refused = (project: string, why: readonly Diagnostic[]): PreviewComment => {
  const marker = markerFor(project);
  return { marker, body: refusedComment(marker, why), description: noPreview };
};

const exitCodes = { fine: 0, invalid: 3, refused: 6 } as const;

const exitOf = (document: PreviewDocument): number => exitCodes[verdictOf(document)];

const isAddress = (text: string): boolean =>
  text.length <= longestUrl && /^https?:\/\/[^\s\p{Cc}]+$/u.test(text) && URL.canParse(text);

/** 60,000 with what is put into it unseen: which commits it was made from, and when. */
const mostBytes = 59_700;

const posted = { created: 'Posted', edited: 'Brought up to date', unchanged: 'Unchanged', left: 'Left' } as const;

const sayPosted = ({ notice }: Invocation['output'], told: PullRequestPreview['posted']): void => {
  if (told?.comment?.action === 'left') {
    notice(`Not posted: a newer preview of this head is there already: ${inline(told.comment.url)}`);
  } else if (told?.comment) notice(`${posted[told.comment.action]}: ${inline(told.comment.url)}`);
  else if (told?.state === 'left') notice('Not posted: the pull request is not open any more.');
  else if (told) notice('Not posted: the head has moved on since, and its own preview says more.');
};

const sayStatus = ({ notice }: Invocation['output'], status: CommitPreview['status']): void => {
  if (status) notice(`Status ${inline(status.name)} of ${status.commit.slice(0, 12)}: ${status.state}`);
};

/** What was looked at, and what the host was told of it. */
interface Looked extends PullRequestPreview {
  readonly status: CommitPreview['status'];
}

/** A merge would be a mistake, or somebody has not been told: the first counts. */
const exitOfLooked = ({ document, unposted }: Pick<Looked, 'document' | 'unposted'>): number =>
  exitOf(document) || exitCodeOf(unposted);

/** As programs get it: `preview` is null where it failed, and `diagnostics` say why. */
const openPreviewJson = ({ number, title, outcome }: OpenPreview) => ({
  ...{ number, title, preview: outcome.ok ? outcome.value.document : null },
  diagnostics: [...outcome.diagnostics, ...(outcome.ok ? outcome.value.unposted : [])].map(diagnosticJson),
});

export class PreviewCommand extends SessionCommand {
  static override usage = {
    details: `Compares two commits, and says what merging the head into the base would bring to each target. Reads Git alone:
no database, no gateway, no secret, and nothing of the head is run; the configuration is that of the base. With --pr the two
are those of a pull request, which --post comments, and with --open those of each that is open; a merge queue is told with
--set-status. With --state the targets are compared with what they really run; then what lies on the disk must be trusted.
With --status they are compared with what status --json said of them, in a file from where that may be asked. Exit code 3
where something of the head is invalid, 6 where a gate does not pass or both sides changed something.`,
    examples: [
      ['What would this branch bring?', 'm3forge preview --base main --head HEAD'],
      ['The same for a program', 'm3forge preview --base main --head HEAD --json'],
      ['Bring the comments of all pull requests up to date', 'm3forge preview --open --post'],
      ['Tell a merge queue', 'm3forge preview --base origin/main --head HEAD --set-status'],
    ] as [string, string][],
  };

  readonly base = valueFlag('--base', 'REF', 'the branch, tag or commit that the head is to be merged into');
  readonly head = valueFlag('--head', 'REF', 'the branch, tag or commit with the changes');
  readonly pr = valueFlag('--pr', 'NUMBER', 'the two ends of this pull request, as its host says');
  readonly open = switchFlag('--open', 'every pull request that is open, the newest first, at most 100');
  readonly post = switchFlag(
    '--post',
    'put the preview into the comment of the pull request, and set its commit status',
  );
  readonly setStatus = switchFlag(
    '--set-status',
    'set the commit status of the head, as a merge queue asks for it of commits of its own',
  );
  readonly into = valueFlag(
    '--into',
    'BRANCH',
    'with --set-status: the branch it goes to, where that is not the main one',
  );
  readonly planUrl = valueFlag('--plan-url', 'URL', 'where the whole preview is, for the comment or the status');
  readonly state = switchFlag('--state', 'compare with what the targets run, as the state and the places say');
  readonly status = valueFlag('--status', 'FILE', 'compare with what this file says, which status --json wrote');
  readonly detail = switchFlag('--detail', 'also show what differs inside each artifact');
  readonly json = switchFlag('--json', 'the preview as JSON in the place of text');
  readonly jsonInto = valueFlag('--json-into', 'FILE', 'write the preview as JSON');
  readonly markdownInto = valueFlag('--markdown-into', 'FILE', 'write the preview as Markdown, for a comment');

  protected override problems(): readonly Diagnostic[] {
    const hint = this.setStatus
      ? 'Name both commits:\n\n    m3forge preview --base origin/main --head HEAD --set-status'
      : 'Name both commits, or a pull request:\n\n    m3forge preview --base main --head HEAD\n    m3forge preview --pr 12';
    const wrong = (detail: string): Diagnostic => problem('usage-flag-value', { detail, hint });
    const empty = (['base', 'head'] as const).filter((name) => this[name]?.trim() === '');
    const named = this.pr === undefined ? [] : this.problemsOfPullRequest(wrong);
    const isOfHost = this.pr !== undefined || this.open;
    return [
      ...super.problems(),
      ...(!isOfHost ? [...requireFlag(this.base, '--base', hint), ...requireFlag(this.head, '--head', hint)] : []),
      ...empty.map((name) => wrong(`--${name} is empty.`)),
      ...named,
      ...(this.open ? this.problemsOfOpen() : []),
      ...(this.post && !isOfHost
        ? [problem('usage-flag-missing', { detail: '--post needs --pr or --open.', hint })]
        : []),
      ...(this.setStatus && isOfHost
        ? [
            problem('usage-flags-conflict', {
              detail: `--set-status and ${this.open ? '--open' : '--pr'} do not go together: --post sets the status of a pull request.`,
              hint: 'Take --post in its place.',
            }),
          ]
        : []),
      ...(this.status?.trim() === '' ? [wrong('--status is empty.')] : []),
      ...(this.branch()?.trim() === '' ? [wrong('--into is empty.')] : []),
      ...(this.into !== undefined && !this.setStatus
        ? [problem('usage-flag-missing', { detail: '--into needs --set-status.', hint })]
        : []),
      ...(this.status !== undefined && this.state
        ? [
            problem('usage-flags-conflict', {
              detail: '--status and --state do not go together: both say what the targets run.',
              hint: 'Leave one of the two out.',
            }),
          ]
        : []),
      ...(this.planUrl === undefined || isAddress(this.planUrl)
        ? []
        : [wrong(`--plan-url is no https or http address of at most ${longestUrl} characters.`)]),
    ];
  }

  private problemsOfPullRequest(wrong: (detail: string) => Diagnostic): readonly Diagnostic[] {
    return [
      ...(/^[1-9]\d{0,8}$/.test(this.pr ?? '') ? [] : [wrong('--pr is no number of a pull request.')]),
      ...(this.head === undefined
        ? []
        : [
            problem('usage-flags-conflict', {
              detail: '--head and --pr do not go together: both say what the head is.',
            }),
          ]),
    ];
  }

  /** What says what is looked at, or takes one preview, cannot be said of many. */
  private problemsOfOpen(): readonly Diagnostic[] {
    const others = {
      '--pr': this.pr,
      '--head': this.head,
      '--json-into': this.jsonInto,
      '--markdown-into': this.markdownInto,
    };
    return Object.entries(others)
      .filter(([, value]) => value !== undefined)
      .map(([name]) => problem('usage-flags-conflict', { detail: `--open and ${name} do not go together.` }));
  }

  protected async perform(invocation: Invocation): Promise<number> {
    if (this.open) return this.performOpen(invocation);
    const { output } = invocation;
    const outcome = await this.look(invocation);
    if (outcome.ok) await this.writeFiles(invocation, outcome.value.document);
    return present(invocation, outcome, this.json, ({ document, posted: told, status, unposted }) => {
      if (this.json) output.json(document);
      else output.result(previewText(document, { detail: this.detail, style: output.style }));
      output.annotate(annotationsOfPreview(document.problems));
      sayPosted(output, told);
      sayStatus(output, status);
      output.diagnostics(unposted);
      return exitOfLooked({ document, unposted });
    });
  }

  /** Of the first that failed the exit code counts, once all of them have had their turn. */
  private async performOpen(invocation: Invocation): Promise<number> {
    const { context, output } = invocation;
    const { previewOpenPullRequests } = await loadOperations();
    const outcome = await previewOpenPullRequests(context, this.manner());
    return present(invocation, outcome, this.json, (previews) => {
      if (this.json) output.json(previews.map(openPreviewJson));
      else if (previews.length === 0) output.result('No pull request is open.');
      for (const one of previews) this.showOpen(invocation, one);
      const codes = previews.map(({ outcome: one }) =>
        one.ok ? exitOfLooked(one.value) : exitCodeOf(one.diagnostics),
      );
      return codes.find((code) => code !== 0) ?? 0;
    });
  }

  private showOpen({ output }: Invocation, { number, title, outcome }: OpenPreview): void {
    const { style } = output;
    if (!this.json) output.result(style.bold(`Pull request ${number}: ${inline(title)}`));
    // Each says whose it is: standard error is read by itself.
    const all = [...outcome.diagnostics, ...(outcome.ok ? outcome.value.unposted : [])];
    output.diagnostics(all.map((one) => ({ ...one, detail: `Pull request ${number}: ${one.detail}` })));
    if (!outcome.ok) return;
    if (!this.json) output.result(`${previewText(outcome.value.document, { detail: this.detail, style })}\n`);
    sayPosted(output, outcome.value.posted);
  }

  /** What `--into` names, which hosts also call by its whole ref. */
  private branch(): string | undefined {
    return this.into?.replace(/^refs\/heads\//, '');
  }

  private manner() {
    const comment = this.post ? { of: (document: PreviewDocument) => this.commentOn(document), refused } : undefined;
    const { state: withState, status: statusFile, lockTimeoutMs, base } = this;
    return { withState, statusFile, lockTimeoutMs, base, comment };
  }

  private async look({ context }: Invocation): Promise<Outcome<Looked>> {
    const { preview, previewCommit, previewPullRequest } = await loadOperations();
    const seen = <T extends object>(found: Outcome<T>, of: (value: T) => Looked): Outcome<Looked> =>
      found.ok ? success(of(found.value), found.diagnostics) : found;
    if (this.pr !== undefined) {
      const found = await previewPullRequest(context, { ...this.manner(), number: Number(this.pr) });
      return seen(found, (value) => ({ ...value, status: null }));
    }
    const { withState, statusFile, lockTimeoutMs, base = '' } = this.manner();
    const request = { withState, statusFile, lockTimeoutMs, base, head: this.head ?? '' };
    if (this.setStatus) {
      const texts = { describe: statusDescription, refused: noPreview, failed: notMade };
      const manner = { ...texts, planUrl: this.planUrl, into: this.branch() };
      return seen(await previewCommit(context, request, manner), (value) => ({ ...value, posted: null }));
    }
    const found = await preview(context, request);
    return seen(found, (document) => ({ document, posted: null, status: null, unposted: [] }));
  }

  /** One comment for each project of a repository. */
  private commentOn(document: PreviewDocument): PreviewComment {
    const marker = markerFor(document.project);
    return {
      marker,
      body: previewComment(document, { marker, planUrl: this.planUrl, mostBytes }),
      description: statusDescription(document),
    };
  }

  private async writeFiles(invocation: Invocation, document: PreviewDocument): Promise<void> {
    if (this.jsonInto !== undefined) {
      await writeOutputFile(invocation, this.jsonInto, 'preview', `${jsonText(document)}\n`);
    }
    if (this.markdownInto !== undefined) {
      await writeOutputFile(invocation, this.markdownInto, 'comment', this.commentOn(document).body);
    }
  }
}
