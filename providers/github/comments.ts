import type { components } from '@octokit/openapi-types';
import { refuse } from '../../engine/diagnostics/index.ts';
import { type HostComment, putSticky, type SourceControl, statusOf } from '../../engine/provider/index.ts';
import type { GitHubClient } from './client.ts';

type Comment = Pick<
  components['schemas']['issue-comment'],
  'id' | 'body' | 'html_url' | 'user' | 'performed_via_github_app'
>;

const commentOf = ({ id, body, html_url }: Comment): HostComment => ({ id, body: body ?? '', url: html_url });

/** Tells whether a comment was written by whoever the token is. */
type IsOurs = (comment: Comment) => boolean;

/**
 * A token of an app, such as that of a job of GitHub Actions, may not ask who it is. Then it is a bot, and one that an app
 * has written: people can neither be bots nor write through one.
 */
const isBot: IsOurs = ({ user, performed_via_github_app: app }) => {
  const login = user?.login.toLowerCase();
  if (user?.type !== 'Bot' || login === undefined) return false;
  return login === 'github-actions[bot]' || (app?.slug !== undefined && login === `${app.slug.toLowerCase()}[bot]`);
};

const isBy =
  (login: string): IsOurs =>
  ({ user }) =>
    user?.login.toLowerCase() === login;

const whoWeAre = async ({ octokit }: GitHubClient): Promise<IsOurs> => {
  try {
    const { data } = await octokit.request('GET /user');
    const login = data.login.toLowerCase();
    return isBy(login);
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return isBot;
  }
};

export const commentsOf = (client: GitHubClient): Pick<SourceControl, 'putComment'> => {
  const { octokit, repository, attempt, hasToken } = client;
  let known: Promise<IsOurs> | undefined;
  const ours = async (number: number): Promise<readonly HostComment[]> => {
    known ??= whoWeAre(client);
    const isOurs = await known;
    const comments = await octokit.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...repository,
      ...{ issue_number: number, per_page: 100 },
    });
    return comments.filter(isOurs).map(commentOf);
  };
  const edit = async (id: HostComment['id'], body: string): Promise<HostComment | undefined> => {
    try {
      const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
      const { data } = await octokit.request(route, { ...repository, comment_id: id, body });
      return commentOf(data);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };
  const remove = async (id: HostComment['id']): Promise<void> => {
    try {
      const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
      await octokit.request(route, { ...repository, comment_id: id });
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  };
  const create = (number: number, body: string): Promise<HostComment> =>
    attempt(`comment on pull request ${number}`, async () => {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const { data } = await octokit.request(route, { ...repository, issue_number: number, body });
      // Now it is known for certain: what this token has written before is found, and stays in the place of this one.
      if (data.user) known = Promise.resolve(isBy(data.user.login.toLowerCase()));
      return commentOf(data);
    });
  return {
    putComment: (number, marker, body) =>
      attempt(`comment on pull request ${number}`, async () => {
        if (!hasToken) {
          const detail = 'Nobody may write to the host of the repository without a token.';
          throw refuse('source-control-refused', { detail, hint: 'Give one as `source_control.token`.' });
        }
        return putSticky(
          { ours: () => ours(number), create: (text) => create(number, text), edit, remove },
          marker,
          body,
        );
      }),
  };
};
