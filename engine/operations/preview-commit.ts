import { type Diagnostic, failure, type Outcome, success } from '../diagnostics/index.ts';
import type { PreviewDocument } from '../preview/index.ts';
import type { StatusOrder } from '../provider/index.ts';
import { openMergeReader } from '../versions/index.ts';
import { type PreviewRequest, preview } from './preview.ts';
import { liesInCommits, type PreviewHost, putting, stateOf, statusNamesFor, withHostOfBase } from './preview-host.ts';
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
}

export interface CommitPreview {
  readonly document: PreviewDocument;
  /** What the head says of it now, under each of these names; null where the host was not told. */
  readonly status: {
    readonly names: readonly string[];
    readonly commit: string;
    readonly state: StatusOrder['state'];
  } | null;
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

type Told = Pick<StatusOrder, 'state' | 'description' | 'url'>;

const setStatus = async (
  host: PreviewHost,
  base: string,
  commit: string,
  { state, description, url }: Told,
): Promise<CommitPreview['status']> => {
  const names = await statusNamesFor(host, base);
  const { redact } = host.context.redactor;
  for (const name of names) {
    await host.sourceControl.setStatus(commit, { name, state, description: redact(description), url });
  }
  return { names, commit, state };
};

/** Whoever waits for the status must not wait for ever, whatever stands in the way. */
const setRefusal = async (
  host: PreviewHost,
  { base, head }: PreviewRequest,
  why: readonly Diagnostic[],
  { refused, failed, planUrl: url }: StatusManner,
): Promise<readonly Diagnostic[]> => {
  const commit = await commitOf(host, head);
  if (commit === undefined) return [];
  const told: Told = liesInCommits(why)
    ? { state: 'failure', description: refused, url }
    : { state: 'error', description: failed, url };
  return (await putting(() => setStatus(host, base, commit, told))).unposted;
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
    const found = await preview(context, request);
    if (!found.ok) {
      return failure([...found.diagnostics, ...(await setRefusal(host, request, found.diagnostics, manner))]);
    }
    const document = found.value;
    const told: Told = { state: stateOf(document), description: manner.describe(document), url: manner.planUrl };
    const { done, unposted } = await putting(() => setStatus(host, request.base, document.head.commit, told));
    return success({ document, status: done ?? null, unposted }, found.diagnostics);
  });
