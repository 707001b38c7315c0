import { Refusal } from '../diagnostics/index.ts';
import type { PutComment } from './source-control.ts';

/** A comment of a host, as far as it matters here. */
export interface HostComment {
  /** Rises with each that is made. */
  readonly id: number | bigint;
  readonly body: string;
  readonly url: string;
}

/** What a host can do with the comments of one pull request. */
export interface CommentsOf {
  /** Those that whoever the token is has written; who that is may be known only once it has written one. */
  readonly ours: () => Promise<readonly HostComment[]>;
  readonly create: (body: string) => Promise<HostComment>;
  /** Undefined where it is not there any more. */
  readonly edit: (id: HostComment['id'], body: string) => Promise<HostComment | undefined>;
  /** One that is not there any more is no error. */
  readonly remove: (id: HostComment['id']) => Promise<void>;
}

/** A host may write line ends in its own way, and take away what is blank at the end. */
const isSame = (left: string, right: string): boolean => plain(left) === plain(right);

const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

/** Each round is lost only to somebody who has put a comment of their own in the place of the first. */
const mostRounds = 5;

/**
 * Leaves one comment that begins with the marker: the oldest of ours, with this body. Whoever creates one looks again
 * afterwards, so that of those who ran at once all but the oldest go, whichever of them it was.
 */
export const putSticky = async (comments: CommentsOf, marker: string, body: string): Promise<PutComment> => {
  const marked = async (): Promise<readonly HostComment[]> =>
    (await comments.ours())
      .filter((one) => one.body.trimStart().startsWith(marker))
      .toSorted((left, right) => (left.id < right.id ? -1 : 1));
  let created: HostComment | undefined;
  for (let round = 0; ; round += 1) {
    const [first, ...rest] = await marked();
    if (!first) {
      // A host may show what was just made a moment later: then there is nothing to compare it with.
      if (created) return { url: created.url, action: 'created' };
      created = await createdOnce(comments, body, marked);
      continue;
    }
    const edited = isSame(first.body, body) ? first : await comments.edit(first.id, body);
    // Somebody has taken it away since.
    if (!edited && round < mostRounds) continue;
    for (const { id } of rest) await comments.remove(id);
    const action = first.id === created?.id ? 'created' : edited === first ? 'unchanged' : 'edited';
    return { url: first.url, action };
  }
};

/** Creating is never tried again blindly: a host that fails may have done it all the same, and then the comment is there. */
const createdOnce = async (
  { create }: CommentsOf,
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
