import { type Diagnostic, success } from '../diagnostics/index.ts';
import type { CommentOrder, PullRequest, PutComment, SourceControl, StatusOrder } from '../provider/index.ts';
import { digestOf } from '../values/index.ts';
import { type AgeFacts, ageOf, type PreviewStamp, stamped } from './preview-stamp.ts';
import { asOutcome } from './session.ts';

export interface PreviewPost {
  /** What was previewed, and when; its head is the commit that the status is for. */
  readonly stamp: PreviewStamp;
  /** What the comment begins with, and is found by; unseen. */
  readonly marker: string;
  /** Begins with the marker. */
  readonly body: string;
  readonly status: Pick<StatusOrder, 'name' | 'state' | 'description'>;
}

export interface PostedPreview {
  /**
   * Null where the head has moved on, what was said of a newer one is not written over; and where it is open no more. It was
   * `left` where a newer preview of the same head stands there.
   */
  readonly comment: PutComment | null;
  readonly status: 'set' | 'left' | 'refused';
  /** The pull request as it is, where it has another head since the comment was written: what is newer may be lost. */
  readonly overtaken: PullRequest | null;
  /** Why the status was refused; the comment may stand there all the same. */
  readonly unposted: readonly Diagnostic[];
}

/** Hosts take names that differ in case for one: each that is not plain ends in a digest, which no plain one has. */
const plainName = (branch: string): string => {
  const plain = branch
    .toLowerCase()
    .replace(/[^a-z0-9._/-]/g, '-')
    .slice(0, 40);
  return plain === branch ? plain : `${plain}#${digestOf(branch).slice(0, 8)}`;
};

/**
 * The name of the commit status; the next one takes its place. A project in a folder of its repository has one of its own, and
 * so has each branch that something is merged into but the main one, for which `into` is not given: a commit may be proposed for
 * two of them, and what is fine for one of them says nothing of the other.
 */
export const statusName = (project: string, folder: string, into?: string): string => {
  const own = folder === '' ? 'm3forge/plan' : `m3forge/plan (${project.slice(0, 60)})`;
  return into === undefined ? own : `${own} to ${plainName(into)}`;
};

/** Puts something to the host. Whatever becomes of that, what was found out is there, and told. */
export const putting = async <T>(
  put: () => Promise<T>,
): Promise<{ readonly done: T | undefined; readonly unposted: readonly Diagnostic[] }> => {
  const outcome = await asOutcome(async () => success(await put()));
  return outcome.ok ? { done: outcome.value, unposted: [] } : { done: undefined, unposted: outcome.diagnostics };
};

/** Whether a pull request still is what was previewed. */
const isOf = ({ head, into }: PreviewStamp, one: PullRequest): boolean =>
  one.state === 'open' && one.head.commit === head && one.base.branch === into;

/**
 * Puts the comment and the status of a preview. The comment is for the head of the pull request: no host can be told to
 * write only where nobody has written since, so the head is asked for right before, and afterwards it is looked again whether
 * something newer was written over. The status belongs to its commit, and leads to the comment.
 */
export const postPreview = async (
  sourceControl: SourceControl,
  number: number,
  { stamp, marker, body, status }: PreviewPost,
  facts: Omit<AgeFacts, 'isCurrent'>,
): Promise<PostedPreview> => {
  if (!body.startsWith(marker)) throw new Error('the comment would not be found again');
  const look = (): Promise<PullRequest> => sourceControl.pullRequest(number);
  const first = await look();
  // What was merged was reviewed: its comment stays as it was then.
  if (first.state !== 'open') return { comment: null, status: 'left', overtaken: null, unposted: [] };
  const isCurrent = async (): Promise<boolean> => isOf(stamp, await look());
  const order: CommentOrder = {
    ...{ marker, body: stamped(body, marker, stamp), isWanted: isCurrent },
    ageOf: (text) => ageOf(stamp, text, { ...facts, isCurrent }),
  };
  const put = isOf(stamp, first) ? await sourceControl.putComment(number, order) : null;
  // The status of a newer preview of the same head is the one that counts, too.
  if (put?.action === 'left' && (await isCurrent()))
    return { comment: put, status: 'left', overtaken: null, unposted: [] };
  const comment = put?.action === 'left' ? null : put;
  const { unposted } = await putting(() =>
    sourceControl.setStatus(stamp.head, { ...status, url: comment?.url ?? first.url }),
  );
  const told = unposted.length === 0 ? 'set' : 'refused';
  if (!comment) return { comment, status: told, overtaken: null, unposted };
  // Whoever was at it at the same time has written by now.
  await sourceControl.putComment(number, order);
  const last = await look();
  const isOvertaken = last.state === 'open' && !isOf(stamp, last);
  return { comment, status: told, overtaken: isOvertaken ? last : null, unposted };
};
