/** A commit as the main line has it: a merge stands for all that it brought. */
export interface CommitOnTheWay {
  readonly id: string;
  readonly author: string;
  readonly subject: string;
  readonly body: string;
}

/** What a commit of the main line stands for. */
export interface Merged {
  readonly title: string;
  /** The number of the pull request that it came with. */
  readonly pullRequest: number | null;
}

/** Of a message that ends with the number of its pull request, as squashing leaves it: the title and the number. */
const squashed = /^(.*\S)\s+\([#!](\d{1,9})\)$/;
/** What the hosts write as the subject of a merge: the number, and the title here or as the first line of the body. */
const mergedWithTitleBelow = /^Merge pull request #(\d{1,9}) from \S+$/;
const mergedWithTitle = /^Merge pull request '(.*)' \([#!](\d{1,9})\) from \S+(?: into \S+)?$/;

/** The title and the pull request of a commit, as GitHub and Gitea write them into the message. */
export const mergedIn = ({ subject, body }: Pick<CommitOnTheWay, 'subject' | 'body'>): Merged => {
  const [, below] = mergedWithTitleBelow.exec(subject) ?? [];
  if (below !== undefined) return { title: body.trim().split('\n')[0]?.trim() || subject, pullRequest: Number(below) };
  const [, quoted, number] = mergedWithTitle.exec(subject) ?? squashed.exec(subject) ?? [];
  return quoted === undefined ? { title: subject, pullRequest: null } : { title: quoted, pullRequest: Number(number) };
};
