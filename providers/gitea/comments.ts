import type { Comment } from 'gitea-js';
import { refuse } from '../../engine/diagnostics/index.ts';
import { type HostComment, putSticky, type SourceControl, statusOf } from '../../engine/provider/index.ts';
import { type GiteaClient, given, listOf } from './client.ts';

const commentOf = ({ id, body, html_url }: Comment): HostComment => ({
  id: given(id, 'id'),
  body: body ?? '',
  url: html_url ?? '',
});

/** As which the token of a job of Gitea Actions writes; it may not ask who it is. */
const jobs = 'gitea-actions';

const ourLogin = async ({ api }: GiteaClient): Promise<string> => {
  try {
    const { data } = await api.user.userGetCurrent();
    return given(data.login, 'login').toLowerCase();
  } catch (error) {
    // So may one without that right: whose it is shows with the first comment that it writes.
    const status = statusOf(error);
    if (status !== 403 && status !== 404) throw error;
    return jobs;
  }
};

export const commentsOf = (client: GiteaClient): Pick<SourceControl, 'putComment'> => {
  const { api, attempt, hasToken } = client;
  const { owner, repo } = client.address;
  let known: Promise<string> | undefined;
  const ours = async (number: number): Promise<readonly HostComment[]> => {
    known ??= ourLogin(client);
    const login = await known;
    // Gitea sends all comments at once.
    const { data } = await api.repos.issueGetComments(owner, repo, number);
    return listOf(data)
      .filter(({ user }) => user?.login?.toLowerCase() === login)
      .map(commentOf);
  };
  const edit = async (id: HostComment['id'], body: string): Promise<HostComment | undefined> => {
    try {
      const { data } = await api.repos.issueEditComment(owner, repo, Number(id), { body });
      return commentOf(data);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };
  const remove = async (id: HostComment['id']): Promise<void> => {
    try {
      await api.repos.issueDeleteComment(owner, repo, Number(id));
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  };
  const create = (number: number, body: string): Promise<HostComment> =>
    attempt(`comment on pull request ${number}`, async () => {
      const { data } = await api.repos.issueCreateComment(owner, repo, number, { body });
      // Now it is known for certain: what this token has written before is found, and stays in the place of this one.
      if (data.user?.login !== undefined) known = Promise.resolve(data.user.login.toLowerCase());
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
