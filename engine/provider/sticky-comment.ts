import { Refusal } from '../diagnostics/index.ts';
import type { CommentAge, CommentOrder, PutComment } from './source-control.ts';

/** A comment of a host, as far as it matters here. */
export interface HostComment {
  /** Rises with each that is made. */
  readonly id: number | bigint;
  readonly body: string;
  readonly url: string;
}

/** What a host can do with the comments of one pull request. */
export interface CommentsOf<Comment extends HostComment> {
  /** All of them. */
  readonly all: () => Promise<readonly Comment[]>;
  /**
   * Whether it was written by whoever the token is, or by somebody else who may write to the repository. Asked only of those
   * with the marker. Who the token is may be known only once it has written one.
   */
  readonly isOurs: (comment: Comment) => Promise<boolean>;
  readonly create: (body: string) => Promise<HostComment>;
  /** Undefined where it is not there any more, or the host does not let this token edit it. */
  readonly edit: (id: HostComment['id'], body: string) => Promise<HostComment | undefined>;
  /** One that is not there any more, or that may not be removed, is no error. */
  readonly remove: (id: HostComment['id']) => Promise<void>;
}

/** A host may write line ends in its own way, and take away what is blank at the end. */
const isSame = (left: string, right: string): boolean => plain(left) === plain(right);

const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

/** Each round is lost only to somebody who has put an older comment in the place of ours. */
const mostRounds = 5;

interface Marked extends HostComment {
  readonly age: CommentAge;
}

/** Those of ours with the marker, the oldest first, but for those that are out of reach. */
const markedOf = async <Comment extends HostComment>(
  { all, isOurs }: CommentsOf<Comment>,
  { marker, ageOf }: CommentOrder,
  outOfReach: ReadonlySet<HostComment['id']>,
): Promise<readonly Marked[]> => {
  const found: Marked[] = [];
  for (const one of await all()) {
    if (outOfReach.has(one.id) || !one.body.trimStart().startsWith(marker) || !(await isOurs(one))) continue;
    const { id, body, url } = one;
    found.push({ id, body, url, age: ageOf ? await ageOf(body) : 'unknown' });
  }
  return found.toSorted((left, right) => (left.id < right.id ? -1 : 1));
};

/** Whether nothing is to be written: it says that already, or somebody with as good a reason has written since. */
const isSettled = ({ age, body }: Marked, order: CommentOrder, edits: number): boolean =>
  isSame(body, order.body) || (edits > 0 && age !== 'older') || edits > mostRounds;

/**
 * Leaves one comment that begins with the marker: the oldest of ours, with this body, unless a newer one is there. Whoever
 * writes looks again afterwards, so that of those who ran at once all comments but the oldest go, whoever made it, and the
 * newest body stands in it.
 */
export const putSticky = async <Comment extends HostComment>(
  comments: CommentsOf<Comment>,
  order: CommentOrder,
): Promise<PutComment | null> => {
  const outOfReach = new Set<HostComment['id']>();
  const { body, isWanted = () => Promise.resolve(true) } = order;
  const marked = (): Promise<readonly Marked[]> => markedOf(comments, order, outOfReach);
  let created: HostComment | undefined;
  // Whoever wants it put has just seen that it is wanted. Between looking and writing there is no further question.
  let isAsked = true;
  for (let edits = 0; ; ) {
    const found = await marked();
    const [first, ...rest] = found;
    const newer = found.find(({ age }) => age === 'newer');
    if (newer) {
      // Whoever writes the newer one puts it into the first: that one is not ours to remove.
      if (created && created.id !== first?.id) await comments.remove(created.id);
      return { url: newer.url, action: 'left' };
    }
    // A host may show what was just made a moment later: then there is nothing to compare it with.
    if (!first && created) return { url: created.url, action: 'created' };
    if (first && isSettled(first, order, edits)) {
      for (const { id } of rest) await comments.remove(id);
      const action = first.id === created?.id ? 'created' : edits > 0 ? 'edited' : 'unchanged';
      return { url: first.url, action };
    }
    if (!isAsked) {
      if (!(await isWanted())) return null;
      isAsked = true;
      continue;
    }
    isAsked = false;
    if (!first) created = await createdOnce(comments, body, marked);
    else if (await comments.edit(first.id, body)) edits += 1;
    else outOfReach.add(first.id);
  }
};

/** Creating is never tried again blindly: a host that fails may have done it all the same, and then the comment is there. */
const createdOnce = async <Comment extends HostComment>(
  { create }: CommentsOf<Comment>,
  body: string,
  marked: () => Promise<readonly HostComment[]>,
): Promise<HostComment> => {
  try {
    return await create(body);
  } catch (error) {
    const [made] = error instanceof Refusal ? await marked() : [];
    if (!made) throw error;
    return made;
  }
};
