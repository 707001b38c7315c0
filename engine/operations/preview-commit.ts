import { type Diagnostic, failure, type Outcome, success } from '../diagnostics/index.ts';
import type { PreviewDocument } from '../preview/index.ts';
import type { StatusOrder } from '../provider/index.ts';
import { openMergeReader } from '../versions/index.ts';
import { putting } from './post-preview.ts';
import { type PreviewRequest, type TriedPreview, tryPreview } from './preview.ts';
import { type PreviewHost, stateOf, statusNameIn, withHostOfBase } from './preview-host.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** What the status of a commit says of its preview, each in at most 140 characters. */
export interface StatusManner {
  readonly describe: (document: PreviewDocument) => string;
  /** Where something in the commits stands in its way. */
  readonly refused: string;
  /** Where it is something else, of which no more is said. */
  readonly failed: string;
  /** Where the whole preview is. */
  readonly planUrl: string | undefined;
  /** The branch that the commit goes to, where that is not the main one. */
  readonly into: string | undefined;
}

export interface CommitPreview {
  readonly document: PreviewDocument;
  /** What the head says of it now; null where the host was not told. */
  readonly status: { readonly name: string; readonly commit: string; readonly state: StatusOrder['state'] } | null;
  /** Why the host was not told. */
  readonly unposted: readonly Diagnostic[];
}

/** The commit that a name leads to, or undefined where it leads to none. */
const commitOf = async ({ context, config }: PreviewHost, ref: string): Promise<string | undefined> => {
  const found = await asOutcome(async () => {
    const reader = await openMergeReader(context.system, { ...config.source, directory: config.directory });
    try {
      return success((await reader.ends(ref, ref)).head.commit);
    } finally {
      await reader.close();
    }
  });
  return found.ok ? found.value : undefined;
};

interface Told extends Pick<StatusOrder, 'state' | 'description'> {
  readonly commit: string;
  readonly project: string;
}

const setStatus = async (
  host: PreviewHost,
  { into, planUrl }: StatusManner,
  { commit, project, state, description }: Told,
): Promise<CommitPreview['status']> => {
  const name = await statusNameIn(host, project, into);
  const { redact } = host.context.redactor;
  const url = planUrl === undefined ? undefined : redact(planUrl);
  await host.sourceControl.setStatus(commit, { name, state, description: redact(description), url });
  return { name, commit, state };
};

/** Whoever waits for the status must not wait for ever, whatever stands in the way. */
const setRefusal = async (
  host: PreviewHost,
  head: string,
  { liesInCommits }: TriedPreview,
  manner: StatusManner,
): Promise<readonly Diagnostic[]> => {
  const commit = await commitOf(host, head);
  if (commit === undefined) return [];
  const { project } = host.config;
  const why = liesInCommits
    ? ({ state: 'failure', description: manner.refused } as const)
    : ({ state: 'error', description: manner.failed } as const);
  return (await putting(() => setStatus(host, manner, { commit, project, ...why }))).unposted;
};

/**
 * `m3forge preview --set-status`: the preview of two commits, and the commit status of the head that says what came of it. For
 * commits that no pull request has as its head: a merge queue makes them, and waits for their status. The host is the one
 * that the configuration of the base names. A head that has no preview gets a status that says so.
 */
export const previewCommit = (
  context: OperationContext,
  request: PreviewRequest,
  manner: StatusManner,
): Promise<Outcome<CommitPreview>> =>
  withHostOfBase(context, request.base, async (host) => {
    const tried = await tryPreview(context, request);
    const found = tried.outcome;
    if (!found.ok) {
      return failure([...found.diagnostics, ...(await setRefusal(host, request.head, tried, manner))]);
    }
    const document = found.value;
    const { project, head } = document;
    const told = { commit: head.commit, project, state: stateOf(document), description: manner.describe(document) };
    const { done, unposted } = await putting(() => setStatus(host, manner, told));
    return success({ document, status: done ?? null, unposted }, found.diagnostics);
  });
