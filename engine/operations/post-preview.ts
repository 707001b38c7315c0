import type { PutComment, SourceControl, StatusOrder } from '../provider/index.ts';

export interface PreviewPost {
  /** The commit that was previewed. */
  readonly commit: string;
  /** What the comment begins with, and is found by; unseen. */
  readonly marker: string;
  /** Begins with the marker. */
  readonly body: string;
  readonly status: Pick<StatusOrder, 'name' | 'state' | 'description'>;
}

export interface PostedPreview {
  /** Null where the head has moved on, what was said of a newer one is not written over; and where it is open no more. */
  readonly comment: PutComment | null;
  readonly status: 'set' | 'left';
}

/** The name of the commit status; the next one takes its place. A project in a folder of its repository has one of its own. */
export const statusName = (project: string, folder: string): string =>
  folder === '' ? 'm3forge/plan' : `m3forge/plan (${project.slice(0, 60)})`;

/**
 * Puts the comment and the status of a preview. The comment is for the head of the pull request: of two runs, the one for an
 * older head leaves it alone. The status belongs to its commit, leads to the comment, and is set last.
 */
export const postPreview = async (
  sourceControl: SourceControl,
  number: number,
  { commit, marker, body, status }: PreviewPost,
): Promise<PostedPreview> => {
  if (!body.startsWith(marker)) throw new Error('the comment would not be found again');
  const { head, url, state } = await sourceControl.pullRequest(number);
  // What was merged was reviewed: its comment stays as it was then.
  if (state !== 'open') return { comment: null, status: 'left' };
  const comment = head.commit === commit ? await sourceControl.putComment(number, marker, body) : null;
  await sourceControl.setStatus(commit, { ...status, url: comment?.url ?? url });
  return { comment, status: 'set' };
};
