import type { components } from '@octokit/openapi-types';
import { refuse } from '../../engine/diagnostics/index.ts';
import { given, type HostComment, putSticky, type SourceControl, statusOf } from '../../engine/provider/index.ts';
import { type GitHubClient, itemsOf } from './client.ts';

type Comment = components['schemas']['issue-comment'];

interface GitHubComment extends HostComment {
  readonly login: string;
  readonly isBot: boolean;
}

const commentOf = ({ id, body, html_url, user }: Comment): GitHubComment => ({
  ...{ id: given(id, 'id'), body: body ?? '', url: given(html_url, 'html_url') },
  ...{ login: user ? given(user.login, 'login').toLowerCase() : '', isBot: user?.type === 'Bot' },
});

/** As which each job of the repository's own workflows writes; the token of a fork's pull request may write nothing. */
const jobs = 'github-actions[bot]';

/** Undefined for an app, which may not ask who it is: whose it is shows with the first comment that it writes. */
const whoWeAre = async ({ octokit }: GitHubClient): Promise<string | undefined> => {
  try {
    const { data } = await octokit.request('GET /user');
    return given(data.login, 'login').toLowerCase();
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return undefined;
  }
};

/** Of more is not asked: then somebody is making accounts. */
const mostAsked = 20;

/** Whether somebody may write to the repository, as far as this token may know. */
const writersOf = ({ octokit, repository }: GitHubClient): ((login: string) => Promise<boolean>) => {
  const known = new Map<string, Promise<boolean>>();
  const ask = async (username: string): Promise<boolean> => {
    try {
      const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
      const { data } = await octokit.request(route, { ...repository, username });
      return ['admin', 'maintain', 'write'].includes(given(data.permission, 'permission'));
    } catch (error) {
      const status = statusOf(error);
      if (status !== 403 && status !== 404) throw error;
      return false;
    }
  };
  return (login) => {
    const answer = known.get(login) ?? (known.size < mostAsked ? ask(login) : Promise.resolve(false));
    known.set(login, answer);
    return answer;
  };
};

/** Nobody may edit it, or nobody any more. */
const isOutOfReach = (error: unknown): boolean => [403, 404].includes(statusOf(error) ?? 0);

export const commentsOf = (client: GitHubClient): Pick<SourceControl, 'putComment'> => {
  const { octokit, repository, attempt, hasToken } = client;
  const mayWrite = writersOf(client);
  let known: Promise<string | undefined> | undefined;
  const all = async (number: number): Promise<readonly GitHubComment[]> => {
    // Before, not afterwards: what is seen of the comments is to be fresh when one is written.
    known ??= whoWeAre(client);
    await known;
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const which = { ...repository, issue_number: number, per_page: 100 };
    const comments = await octokit.paginate(route, which, itemsOf);
    return comments.map(commentOf);
  };
  const isOurs = async ({ login, isBot }: GitHubComment): Promise<boolean> => {
    if (login === (await known) || (isBot && login === jobs)) return true;
    // What another app says may be what a stranger has told it to say.
    return login !== '' && !isBot && mayWrite(login);
  };
  const edit = async (id: HostComment['id'], body: string): Promise<HostComment | undefined> => {
    try {
      const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
      const { data } = await octokit.request(route, { ...repository, comment_id: id, body });
      return commentOf(data);
    } catch (error) {
      if (isOutOfReach(error)) return undefined;
      throw error;
    }
  };
  const remove = async (id: HostComment['id']): Promise<void> => {
    try {
      const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
      await octokit.request(route, { ...repository, comment_id: id });
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
    }
  };
  const create = (number: number, body: string): Promise<HostComment> =>
    attempt(`comment on pull request ${number}`, async () => {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const { data } = await octokit.request(route, { ...repository, issue_number: number, body });
      // Now it is known for certain: what this token has written before is found, and stays in the place of this one.
      const comment = commentOf(data);
      if (comment.login !== '') known = Promise.resolve(comment.login);
      return comment;
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
