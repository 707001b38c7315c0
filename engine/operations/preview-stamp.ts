import type { CommentAge } from '../provider/index.ts';
import { digestOf } from '../values/index.ts';

/** What the comment of a preview was made from: unseen in it, so that of two which run at once the newer one stays. */
export interface PreviewStamp {
  /** Whole ids. */
  readonly head: string;
  readonly base: string;
  /** The branch that it is to be merged into. */
  readonly into: string;
  /** When the two were looked at, by the clock of whoever did. */
  readonly at: Date;
}

const digestOfBranch = (into: string): string => digestOf(into).slice(0, 12);

/** A comment of HTML on one line, of at most 260 bytes. */
const stampLine = ({ head, base, into, at }: PreviewStamp): string =>
  `<!-- m3forge:of head=${head} base=${base} into=${digestOfBranch(into)} at=${at.toISOString()} -->`;

/** The body of a comment with the stamp below its marker, which it begins with. */
export const stamped = (body: string, marker: string, stamp: PreviewStamp): string =>
  `${marker}\n${stampLine(stamp)}${body.slice(marker.length)}`;

const pattern =
  /^\s*<!--[^\n]*-->\r?\n<!-- m3forge:of head=([0-9a-f]{40,64}) base=([0-9a-f]{40,64}) into=([0-9a-f]{12}) at=([0-9TZ:.-]{20,30}) -->/;

/** A stamp as it was put, with a digest in the place of the branch, whose name may be anything; undefined where there is none. */
const stampIn = (body: string): PreviewStamp | undefined => {
  const [, head = '', base = '', into = '', time = ''] = pattern.exec(body) ?? [];
  const at = new Date(time);
  return head === '' || Number.isNaN(at.getTime()) ? undefined : { head, base, into, at };
};

/** What has to be known besides to tell which of two is the newer one. */
export interface AgeFacts {
  readonly now: Date;
  /** Whether the pull request still has our head, and goes into the branch that ours was made for. */
  readonly isCurrent: () => Promise<boolean>;
  /** Whether one commit comes before another; undefined where that is not known here. */
  readonly isBefore: (commit: string, of: string) => Promise<boolean | undefined>;
}

/** Clocks of two machines differ by so much at most; whoever claims to be of a later time is not believed. */
const mostAheadMs = 10 * 60_000;
/** No preview takes so long: one that was begun later than that is the newer one, wherever the base has gone. */
const longestRunMs = 3_600_000;

/**
 * How the preview in a comment compares with ours. Of two heads the host knows which one the pull request has; of two bases
 * Git knows the later one, and where it does not, or the base has not moved, the one that was begun later is the newer one.
 */
export const ageOf = async (
  ours: PreviewStamp,
  body: string,
  { now, isCurrent, isBefore }: AgeFacts,
): Promise<CommentAge> => {
  const theirs = stampIn(body);
  if (!theirs) return 'unknown';
  if (theirs.head !== ours.head || theirs.into !== digestOfBranch(ours.into)) {
    return (await isCurrent()) ? 'older' : 'newer';
  }
  if (theirs.at.getTime() - now.getTime() > mostAheadMs) return 'unknown';
  const later = ours.at.getTime() - theirs.at.getTime();
  if (theirs.base !== ours.base && later < longestRunMs) {
    if (await isBefore(theirs.base, ours.base)) return 'older';
    if (await isBefore(ours.base, theirs.base)) return 'newer';
  }
  if (later === 0) return 'same';
  return later > 0 ? 'older' : 'newer';
};
