import type { Config } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { PreviewDocument } from '../preview/index.ts';
import type { PullRequest, PutComment } from '../provider/index.ts';
import { openMergeReader } from '../versions/index.ts';
import { type PostedPreview, postPreview, putting } from './post-preview.ts';
import { type PreviewRequest, type TriedPreview, tryPreview } from './preview.ts';
import { type PreviewHost, stateOf, statusNameIn, withTrustedHost } from './preview-host.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** A preview as the host shows it. */
export interface PreviewComment {
  /** What the comment begins with, and is found by. */
  readonly marker: string;
  readonly body: string;
  /** At most 140 characters, for the commit status. */
  readonly description: string;
}

/** How pull requests are previewed, whichever they are. */
export interface PullRequestPreviewManner extends Pick<PreviewRequest, 'withState' | 'statusFile' | 'lockTimeoutMs'> {
  /** The branch or commit whose configuration says where the host is; the main branch where it is not given. */
  readonly base: string | undefined;
  /** Makes the comment on what was found, or on why there is none; undefined where nothing is posted. */
  readonly comment:
    | {
        readonly of: (document: PreviewDocument) => PreviewComment;
        readonly refused: (project: string, why: readonly Diagnostic[]) => PreviewComment;
      }
    | undefined;
}

export interface PullRequestPreviewRequest extends PullRequestPreviewManner {
  readonly number: number;
}

export interface PullRequestPreview {
  readonly document: PreviewDocument;
  /** Null where nothing was to be posted. */
  readonly posted: {
    /**
     * Null where the head has moved on, what was said of a newer one is not written over; and where it is open no more. It was
     * `left` where a newer preview of the same head stands there.
     */
    readonly comment: PutComment | null;
    /**
     * The commit status that was set; `left` where the pull request is open no more, or a newer preview has set it, and `refused`
     * where the host did not take it.
     */
    readonly state: 'success' | 'failure' | 'left' | 'refused';
  } | null;
  /** Why the host was not told what it should have been. */
  readonly unposted: readonly Diagnostic[];
}

/** What became of one of those that are open. */
export interface OpenPreview {
  readonly number: number;
  /** As somebody wrote it. */
  readonly title: string;
  readonly outcome: Outcome<PullRequestPreview>;
}

/** The base as this clone has it by now, where it has the branch; the host may tell an older commit. */
const baseOf = async (context: OperationContext, config: Config, { base }: PullRequest): Promise<string> => {
  const tip = await asOutcome(async () => {
    const reader = await openMergeReader(context.system, { ...config.source, directory: config.directory });
    return success(await reader.tipOf(base.branch));
  });
  return tip.ok ? tip.value : base.commit;
};

const notFetched = (diagnostics: readonly Diagnostic[], { number, base }: PullRequest): Outcome<never> => {
  const isMissing = diagnostics.some(({ code }) => code === 'source-ref-unknown');
  if (!isMissing) return failure(diagnostics);
  return failure([
    problem('source-ref-unknown', {
      detail: `The commits of pull request ${number} are not in this clone.`,
      hint: `Fetch them:\n\n    git fetch origin ${/^[\w./-]+$/.test(base.branch) ? base.branch : 'BASE'} refs/pull/${number}/head`,
    }),
  ]);
};

/** What goes to a host is seen by more people than any terminal. */
const withoutSecrets = ({ context }: PreviewHost, { marker, body, description }: PreviewComment): PreviewComment => {
  const { redact } = context.redactor;
  return { marker, body: redact(body), description: redact(description) };
};

/** What is posted for, and when its base was read. */
interface Posting extends Pick<PullRequestPreviewManner, 'comment'> {
  readonly pullRequest: PullRequest;
  readonly base: string;
  readonly at: Date;
}

const putInto = async (
  host: PreviewHost,
  { pullRequest, base, at }: Posting,
  { head, project }: { readonly head: string; readonly project: string },
  { comment, state }: { readonly comment: PreviewComment; readonly state: 'success' | 'failure' },
): Promise<PostedPreview> => {
  const { system } = host.context;
  const { marker, body, description } = withoutSecrets(host, comment);
  const stamp = { head, base, into: pullRequest.base.branch, at };
  const name = await statusNameIn(host, project, pullRequest.base.isMain ? undefined : pullRequest.base.branch);
  const order = { stamp, marker, body, status: { name, state, description } };
  const isBefore = async (commit: string, of: string): Promise<boolean | undefined> =>
    (await openMergeReader(system, { ...host.config.source, directory: host.config.directory })).isBefore(commit, of);
  return postPreview(host.sourceControl, pullRequest.number, order, { now: system.clock.now(), isBefore });
};

const post = async (host: PreviewHost, document: PreviewDocument, posting: Posting) => {
  if (!posting.comment) return undefined;
  const state = stateOf(document);
  const of = { head: document.head.commit, project: document.project };
  const put = await putInto(host, posting, of, { comment: posting.comment.of(document), state });
  const posted = { comment: put.comment, state: put.status === 'set' ? state : put.status };
  return { posted, overtaken: put.overtaken, unposted: put.unposted };
};

/**
 * What was said of a former head must not stand there as if it were said of this one. Returns why that could not be told
 * besides.
 */
const postRefusal = async (
  host: PreviewHost,
  { outcome: { diagnostics: why }, liesInCommits }: TriedPreview,
  posting: Posting,
): Promise<readonly Diagnostic[]> => {
  if (!posting.comment || !liesInCommits) return [];
  const { project } = host.config;
  const comment = posting.comment.refused(project, why);
  const of = { head: posting.pullRequest.head.commit, project };
  const { done, unposted } = await putting(() => putInto(host, posting, of, { comment, state: 'failure' }));
  return [...unposted, ...(done?.unposted ?? [])];
};

/** So often a head that has moved while its preview was put is followed. */
const mostMoves = 3;

const previewOne = async (
  host: PreviewHost,
  pullRequest: PullRequest,
  manner: PullRequestPreviewManner,
  moves = 0,
): Promise<Outcome<PullRequestPreview>> => {
  const { context, config } = host;
  const { withState, statusFile, lockTimeoutMs, comment } = manner;
  const at = context.system.clock.now();
  const base = await baseOf(context, config, pullRequest);
  const posting = { pullRequest, base, at, comment };
  const ends = { base, head: pullRequest.head.commit };
  const tried = await tryPreview(context, { ...ends, withState, statusFile, lockTimeoutMs });
  const found = tried.outcome;
  if (!found.ok) {
    const unposted = await postRefusal(host, tried, posting);
    return notFetched([...found.diagnostics, ...unposted], pullRequest);
  }
  const document = {
    ...found.value,
    base: { ...found.value.base, ref: pullRequest.base.branch },
    head: { ...found.value.head, ref: pullRequest.head.branch },
  };
  const { done: put, unposted } = await putting(() => post(host, document, posting));
  // What was said of the newer head may have been written over: it is said again.
  if (put?.overtaken && moves < mostMoves) return previewOne(host, put.overtaken, manner, moves + 1);
  const untold = [...unposted, ...(put?.unposted ?? [])];
  return success({ document, posted: put?.posted ?? null, unposted: untold }, found.diagnostics);
};

/**
 * `m3forge preview --pr`: what merging a pull request would bring, and the comment and the status that say so at its host.
 * Posting needs no more than the token of the configuration of the base.
 */
export const previewPullRequest = (
  context: OperationContext,
  request: PullRequestPreviewRequest,
): Promise<Outcome<PullRequestPreview>> =>
  withTrustedHost(context, request.base, async (host) =>
    previewOne(host, await host.sourceControl.pullRequest(request.number), request),
  );

/** What a repository has open beyond that is nobody's work of today. */
const mostOpen = 100;

/**
 * `m3forge preview --open`: the same of every pull request that is open, the newest first, at most 100, one after the other.
 * What goes wrong with one stands in its outcome, and keeps no other from its own.
 */
export const previewOpenPullRequests = (
  context: OperationContext,
  manner: PullRequestPreviewManner,
): Promise<Outcome<readonly OpenPreview[]>> =>
  withTrustedHost(context, manner.base, async (host) => {
    const previews: OpenPreview[] = [];
    for (const one of await host.sourceControl.pullRequests({ state: 'open', limit: mostOpen })) {
      const outcome = await asOutcome(() => previewOne(host, one, manner));
      previews.push({ number: one.number, title: one.title, outcome });
    }
    return success(previews);
  });
