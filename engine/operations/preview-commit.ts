import type { Outcome } from '../diagnostics/index.ts';
import { success } from '../diagnostics/index.ts';
import type { PreviewDocument } from '../preview/index.ts';
import { openMergeReader } from '../versions/index.ts';
import { type PreviewRequest, preview } from './preview.ts';
import { isOfHead, type PreviewHost, stateOf, statusNameOf, withTrustedHost } from './preview-host.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** What the status of a commit says of its preview. */
export interface StatusManner {
  /** At most 140 characters. */
  readonly describe: (document: PreviewDocument) => string;
  /** The same where there is no preview. */
  readonly refused: string;
  /** Where the whole preview is. */
  readonly planUrl: string | undefined;
}

export interface CommitPreview {
  readonly document: PreviewDocument;
  /** The status that the head has now. */
  readonly status: { readonly name: string; readonly commit: string; readonly state: 'success' | 'failure' };
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

const setStatus = async (
  host: PreviewHost,
  commit: string,
  { state, description, url }: { state: 'success' | 'failure'; description: string; url: string | undefined },
): Promise<CommitPreview['status']> => {
  const name = await statusNameOf(host);
  const { redact } = host.context.redactor;
  await host.sourceControl.setStatus(commit, { name, state, description: redact(description), url });
  return { name, commit, state };
};

/**
 * `m3forge preview --set-status`: the preview of two commits, and the commit status of the head that says what came of it. For
 * commits that no pull request has as its head: a merge queue makes them, and waits for their status. The host is the one
 * that the configuration of the base names. A head that has no preview gets a status that says so.
 */
export const previewCommit = (
  context: OperationContext,
  request: PreviewRequest,
  { describe, refused, planUrl: url }: StatusManner,
): Promise<Outcome<CommitPreview>> =>
  withTrustedHost(context, request.base, async (host) => {
    const found = await preview(context, request);
    if (!found.ok) {
      const commit = isOfHead(found.diagnostics) ? await commitOf(host, request.head) : undefined;
      if (commit !== undefined) await setStatus(host, commit, { state: 'failure', description: refused, url });
      return found;
    }
    const document = found.value;
    const told = { state: stateOf(document), description: describe(document), url };
    const status = await setStatus(host, document.head.commit, told);
    return success({ document, status }, found.diagnostics);
  });
