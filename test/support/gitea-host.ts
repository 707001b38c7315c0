import type {
  ChangedFile,
  Comment,
  CommitStatus,
  CreateIssueCommentOption,
  CreateStatusOption,
  EditIssueCommentOption,
  MergePullRequestOption,
  PullRequest,
  User,
} from 'gitea-js';
import { giteaApi } from './api-descriptions.ts';
import {
  emptyHost,
  type HostAnswer,
  type HostRequest,
  type KeptComment,
  type KeptPullRequest,
  type KeptStatus,
  type KeptUser,
  mayEdit,
  pageOf,
  routeOf,
  type SourceControlHost,
  startHost,
} from './source-control-host.ts';

interface Call {
  readonly host: SourceControlHost;
  readonly request: HostRequest;
  readonly user: KeptUser | undefined;
  readonly params: Readonly<Record<string, string>>;
}

type Handler = (call: Call) => HostAnswer;

const repository = 'acme/workflows';

/** Jobs write as one who is no account. */
const userOf = (login: string): User => ({
  id: login === 'gitea-actions' ? -2 : 1,
  login,
  full_name: '',
  avatar_url: '',
  active: true,
});

const repositoryId = 7;

/** With every field that Gitea 1.23 fills, as its published types have them. */
const pullRequestBody = (one: KeptPullRequest): PullRequest => {
  const isMerged = one.state === 'merged';
  return {
    ...{ id: one.number, number: one.number, title: one.title, body: '', draft: one.draft, is_locked: false },
    ...{ state: one.state === 'open' ? 'open' : 'closed', merged: isMerged, mergeable: true, comments: 0 },
    user: userOf(one.author),
    labels: one.labels.map((name, id) => ({ id, name, color: 'f29513', description: '', exclusive: false })),
    base: {
      ...{ ref: one.baseBranch, label: one.baseBranch, sha: one.baseCommit, repo_id: repositoryId },
      repo: { id: repositoryId, default_branch: 'main' },
    },
    head: { ref: one.headBranch, label: one.headBranch, sha: one.headCommit, repo_id: one.isFork ? 8 : repositoryId },
    ...{ created_at: one.createdAt, updated_at: one.createdAt },
    ...(isMerged && { merged_at: '2026-11-02T09:00:00Z', closed_at: '2026-11-02T09:00:00Z' }),
    ...(one.mergeCommit !== null && { merge_commit_sha: one.mergeCommit }),
    html_url: `https://gitea.example.com/${repository}/pulls/${one.number}`,
  };
};

const commentBody = ({ id, body, login, pullRequest }: KeptComment): Comment => ({
  ...{ id, body, user: userOf(login), created_at: '2026-11-01T08:00:00Z', updated_at: '2026-11-01T08:00:00Z' },
  html_url: `https://gitea.example.com/${repository}/pulls/${pullRequest}#issuecomment-${id}`,
});

const statusBody = ({ context, state, description, url }: KeptStatus): CommitStatus => ({
  ...{ id: 1, context, status: state, description, target_url: url ?? '', creator: userOf('m3forge-bot') },
});

const error = (status: number, message: string): HostAnswer => ({
  status,
  body: { message, url: 'https://gitea.example.com/api/swagger' },
});

const find = ({ host, params }: Call): KeptPullRequest | undefined =>
  host.pullRequests.find((one) => one.number === Number(params.index));

let ids = 1000;
const nextId = (): number => {
  ids += 1;
  return ids;
};

const isInState = (one: KeptPullRequest, state: string | null): boolean =>
  state === 'all' || (one.state === 'open') === ((state ?? 'open') === 'open');

const merge: Handler = (call) => {
  const one = find(call);
  const order = call.request.body as MergePullRequestOption;
  if (one?.state !== 'open') return error(405, 'The PR is already merged');
  if (order.head_commit_id !== one.headCommit) return error(409, 'head out of date');
  one.state = 'merged';
  one.mergeCommit = 'f'.repeat(40);
  return { status: 200 };
};

const routes: readonly (readonly [string, Handler])[] = [
  [
    'GET /user',
    ({ user }) =>
      user?.isBot === true
        ? error(403, 'token does not have at least one of required scope(s): [read:user]')
        : { status: 200, body: userOf(user?.login ?? '') satisfies User },
  ],
  [
    'GET /repos/{owner}/{repo}/pulls',
    ({ host, request }) => {
      const { query } = request;
      const found = host.pullRequests
        .filter((one) => isInState(one, query.get('state')))
        .filter((one) => query.get('poster') === null || one.author === query.get('poster'))
        .toSorted((left, right) => right.number - left.number);
      const { items, headers } = pageOf(host, request, 'limit', found);
      return { status: 200, body: items.map(pullRequestBody) satisfies PullRequest[], headers };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/pulls/{index}',
    (call) => {
      const one = find(call);
      return one ? { status: 200, body: pullRequestBody(one) } : error(404, 'GetPullRequestByIndex');
    },
  ],
  [
    'GET /repos/{owner}/{repo}/pulls/{index}/files',
    (call) => {
      const { items, headers } = pageOf(call.host, call.request, 'limit', find(call)?.files ?? []);
      const body = items.map(
        ({ path, status, before }): ChangedFile => ({
          ...{ filename: path, status, additions: 1, deletions: 0, changes: 1 },
          ...(before !== undefined && { previous_filename: before }),
        }),
      );
      return { status: 200, body, headers };
    },
  ],
  ['POST /repos/{owner}/{repo}/pulls/{index}/merge', merge],
  [
    'GET /repos/{owner}/{repo}/issues/{index}/comments',
    ({ host, params }) => {
      const found = host.comments.filter((one) => one.pullRequest === Number(params.index));
      return { status: 200, body: found.map(commentBody) satisfies Comment[] };
    },
  ],
  [
    'POST /repos/{owner}/{repo}/issues/{index}/comments',
    ({ host, request, params, user = { login: 'nobody', isBot: false } }) => {
      const { body } = request.body as CreateIssueCommentOption;
      const comment = { id: nextId(), pullRequest: Number(params.index), ...user, body };
      host.comments.push(comment);
      return { status: 201, body: commentBody(comment) };
    },
  ],
  [
    'PATCH /repos/{owner}/{repo}/issues/comments/{id}',
    ({ host, request, params, user }) => {
      const comment = host.comments.find((one) => one.id === Number(params.id));
      if (!comment) return error(404, 'comment does not exist');
      if (!mayEdit(user, comment)) return { status: 403 };
      comment.body = (request.body as EditIssueCommentOption).body;
      return { status: 200, body: commentBody(comment) };
    },
  ],
  [
    'DELETE /repos/{owner}/{repo}/issues/comments/{id}',
    ({ host, params, user }) => {
      const at = host.comments.findIndex((one) => one.id === Number(params.id));
      const comment = host.comments[at];
      if (!comment) return error(404, 'comment does not exist');
      if (!mayEdit(user, comment)) return { status: 403 };
      host.comments.splice(at, 1);
      return { status: 204 };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/assignees',
    ({ host }) => ({ status: 200, body: [...host.writers].map(userOf) satisfies User[] }),
  ],
  [
    'GET /repos/{owner}/{repo}/commits/{ref}/statuses',
    ({ host, request, params }) => {
      const found = host.statuses.filter(({ commit }) => commit === params.ref).toReversed();
      const { items, headers } = pageOf(host, request, 'limit', found);
      return { status: 200, body: items.map(statusBody) satisfies CommitStatus[], headers };
    },
  ],
  [
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    ({ host, request, params, user }) => {
      if (user?.mayWriteCode === false) return error(403, 'user should have a permission to write to a repo');
      const { context = '', state = '', description = '', target_url: url = null } = request.body as CreateStatusOption;
      const status = { commit: params.sha ?? '', context, state, description, url };
      host.statuses.push(status);
      return { status: 201, body: statusBody(status) };
    },
  ],
];

const respond = (host: SourceControlHost, request: HostRequest): HostAnswer => {
  const found = routeOf(routes, request);
  if (!found) {
    host.violations.push(`Gitea has no ${request.method} ${request.path}`);
    return error(404, 'Not Found');
  }
  const { template, params, handler } = found;
  host.violations.push(...giteaApi.requestFaults({ ...request, path: template }));
  const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const user = token === undefined ? undefined : host.users.get(token);
  const isRefused = token === undefined ? request.method !== 'GET' : !user;
  const answer = isRefused
    ? error(401, 'invalid username, password or token')
    : handler({ host, request, params, user });
  // A right that is missing is documented for few routes, and sent by all.
  const isUndocumented = answer.status === 403 && template.includes('/statuses/');
  if (!isUndocumented) {
    host.violations.push(...giteaApi.responseFaults(request.method, template, answer.status, answer.body));
  }
  return answer;
};

/**
 * A stand-in for Gitea on the loopback interface. Every request that it gets and every answer that it gives is held against
 * what Gitea publishes about its API; what does not keep to it stands in `violations`. Its answers have the published types, too.
 */
export const startGitea = (prefix = '/api/v1'): Promise<SourceControlHost> => startHost(emptyHost(), prefix, respond);
