import type { Comment } from 'gitea-js';
import { refuse } from '../../engine/diagnostics/index.ts';
import {
  given,
  type HostComment,
  objectOf,
  putSticky,
  type SourceControl,
  statusOf,
} from '../../engine/provider/index.ts';
import { type GiteaClient, listIn } from './client.ts';

interface GiteaComment extends HostComment {
  readonly login: string;
  readonly userId: number | undefined;
}

const commentOf = ({ id, body, html_url, user }: Comment): GiteaComment => ({
  ...{ id: given(id, 'id'), body: body ?? '', url: html_url ?? '' },
  ...{ login: user?.login?.toLowerCase() ?? '', userId: user?.id },
});

/** The host does not let this token have it, or it is not there any more. */
const isOutOfReach = (error: unknown): boolean => [403, 404].includes(statusOf(error) ?? 0);

/** As whom the jobs of the repository's own workflows write. It is no account: nobody can sign up as it, and have its id. */
const jobs = { login: 'gitea-actions', userId: -2 } as const;

/** Undefined for a token without that right, such as that of a job: it shows with the first comment that it writes. */
const whoWeAre = async ({ api }: GiteaClient): Promise<string | undefined> => {
  try {
    const { data } = await api.user.userGetCurrent();
    return given(objectOf(data).login, 'login').toLowerCase();
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return undefined;
  }
};

/** Those who may be made responsible for an issue: Gitea lists whoever may write. Who may do what it tells administrators only. */
const writersOf = async ({ api, address: { owner, repo } }: GiteaClient): Promise<ReadonlySet<string>> => {
  try {
    const { data } = await api.repos.repoGetAssignees(owner, repo);
    return new Set(listIn(data).flatMap(({ login }) => login?.toLowerCase() ?? []));
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return new Set();
  }
};

export const commentsOf = (client: GiteaClient): Pick<SourceControl, 'putComment'> => {
  const { api, attempt, hasToken } = client;
  const { owner, repo } = client.address;
  let known: Promise<string | undefined> | undefined;
  let writers: Promise<ReadonlySet<string>> | undefined;
  const all = async (number: number): Promise<readonly GiteaComment[]> => {
    // Before, not afterwards: what is seen of the comments is to be fresh when one is written.
    known ??= whoWeAre(client);
    await known;
    // Gitea sends all comments at once.
    const { data } = await api.repos.issueGetComments(owner, repo, number);
    return listIn(data).map(commentOf);
  };
  const isOurs = async ({ login, userId }: GiteaComment): Promise<boolean> => {
    if (login === '') return false;
    if (login === (await known) || (login === jobs.login && userId === jobs.userId)) return true;
    writers ??= writersOf(client);
    return (await writers).has(login);
  };
  const edit = async (id: HostComment['id'], body: string): Promise<HostComment | undefined> => {
    try {
      const { data } = await api.repos.issueEditComment(owner, repo, Number(id), { body });
      return commentOf(objectOf(data));
    } catch (error) {
      if (isOutOfReach(error)) return undefined;
      throw error;
    }
  };
  const remove = async (id: HostComment['id']): Promise<void> => {
    try {
      await api.repos.issueDeleteComment(owner, repo, Number(id));
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
    }
  };
  const create = (number: number, body: string): Promise<HostComment> =>
    attempt(`comment on pull request ${number}`, async () => {
      const { data } = await api.repos.issueCreateComment(owner, repo, number, { body });
      // Now it is known for certain: what this token has written before is found, and stays in the place of this one.
      const { user } = objectOf(data);
      if (user?.login !== undefined) known = Promise.resolve(user.login.toLowerCase());
      return commentOf(data);
    });
  return {
    putComment: (number, order) =>
      attempt(`comment on pull request ${number}`, async () => {
        if (!hasToken) {
          const detail = 'Nobody may write to the host of the repository without a token.';
          throw refuse('source-control-refused', { detail, hint: 'Give one as `source_control.token`.' });
        }
        return putSticky(
          { all: () => all(number), isOurs, create: (text) => create(number, text), edit, remove },
          order,
        );
      }),
  };
};
