import { githubApi } from './api-descriptions.ts';
import {
  emptyHost,
  type HostAnswer,
  type HostRequest,
  type KeptComment,
  type KeptDeployment,
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
type Body = Readonly<Record<string, unknown>>;

const repository = 'acme/workflows';
const userExample = 'private-user-response-with-public-and-private-profile-information';

const userOf = (login: string, isBot = false): Body => ({
  ...githubApi.exampleOf('simple-user'),
  ...{ login, type: isBot ? 'Bot' : 'User' },
});

const endOf = (end: unknown, ref: string, sha: string, fullName: string): Body => {
  const one = end as { readonly repo: Body };
  return { ...one, ref, sha, repo: { ...one.repo, full_name: fullName, default_branch: 'main' } };
};

const pullRequestBody = (one: KeptPullRequest, example: 'pull-request' | 'pull-request-simple-items'): Body => {
  const sample = githubApi.exampleOf(example);
  const isMerged = one.state === 'merged';
  const at = isMerged ? '2026-11-02T09:00:00Z' : null;
  return {
    ...sample,
    ...{ number: one.number, title: one.title, state: one.state === 'open' ? 'open' : 'closed', draft: one.draft },
    ...{ user: userOf(one.author), body: null, html_url: `https://github.com/${repository}/pull/${one.number}` },
    labels: one.labels.map((name, id) => ({
      ...{ id, node_id: 'x', url: 'https://x', name, description: '', color: 'f29513', default: false },
    })),
    head: endOf(sample.head, one.headBranch, one.headCommit, one.isFork ? 'mallory/workflows' : repository),
    base: endOf(sample.base, one.baseBranch, one.baseCommit, repository),
    requested_teams: [],
    // GitHub names the commit with which it tries the merge before there is one.
    merge_commit_sha: one.mergeCommit ?? 'e5bd3914e2e596debea16f433f57875b5b90bcd6',
    ...{ created_at: one.createdAt, updated_at: at ?? one.createdAt, closed_at: at, merged_at: at },
    ...(example === 'pull-request' && { merged: isMerged }),
  };
};

const commentBody = ({ id, body, login, isBot, pullRequest }: KeptComment): Body => ({
  ...githubApi.exampleOf('issue-comment'),
  ...{ id, body, user: userOf(login, isBot) },
  html_url: `https://github.com/${repository}/pull/${pullRequest}#issuecomment-${id}`,
});

const statusBody = ({ context, state, description, url }: KeptStatus): Body => ({
  ...githubApi.exampleOf('status'),
  ...{ context, state, description, target_url: url },
});

const deploymentBody = ({ id, order }: KeptDeployment): Body => ({
  ...githubApi.exampleOf('deployment-items'),
  ...{ id, ref: order.ref, environment: order.environment, task: order.task, payload: order.payload, sha: order.ref },
});

const error = (status: number, message: string): HostAnswer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});

const find = ({ host, params }: Call): KeptPullRequest | undefined =>
  host.pullRequests.find((one) => one.number === Number(params.pull_number ?? params.issue_number));

const textIn = (request: HostRequest, key: string): string => String((request.body as Body)[key]);

let ids = 1000;
const nextId = (): number => {
  ids += 1;
  return ids;
};

const isInState = (one: KeptPullRequest, state: string | null): boolean =>
  state === 'all' || (one.state === 'open') === ((state ?? 'open') === 'open');

const routes: readonly (readonly [string, Handler])[] = [
  [
    'GET /user',
    ({ user }) =>
      user?.isBot === true
        ? error(403, 'Resource not accessible by integration')
        : { status: 200, body: { ...githubApi.exampleOf(userExample), login: user?.login } },
  ],
  [
    'GET /repos/{owner}/{repo}/pulls',
    ({ host, request }) => {
      const { query } = request;
      const found = host.pullRequests
        .filter((one) => isInState(one, query.get('state')))
        .filter((one) => query.get('base') === null || one.baseBranch === query.get('base'))
        .toSorted((left, right) => right.number - left.number);
      const { items, headers } = pageOf(host, request, 'per_page', found);
      return { status: 200, body: items.map((one) => pullRequestBody(one, 'pull-request-simple-items')), headers };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    (call) => {
      const one = find(call);
      return one ? { status: 200, body: pullRequestBody(one, 'pull-request') } : error(404, 'Not Found');
    },
  ],
  [
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
    (call) => {
      const { items, headers } = pageOf(call.host, call.request, 'per_page', find(call)?.files ?? []);
      const body = items.map(({ path, status, before }) => ({
        ...githubApi.exampleOf('diff-entry-items'),
        ...{ filename: path, status },
        ...(before !== undefined && { previous_filename: before }),
      }));
      return { status: 200, body, headers };
    },
  ],
  [
    'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
    (call) => {
      const one = find(call);
      if (one?.state !== 'open') return error(405, 'Pull Request is not mergeable');
      if ((call.request.body as Body).sha !== one.headCommit) {
        return error(409, 'Head branch was modified. Review and try the merge again.');
      }
      one.state = 'merged';
      one.mergeCommit = 'f'.repeat(40);
      return { status: 200, body: { sha: one.mergeCommit, merged: true, message: 'Pull Request successfully merged' } };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    ({ host, request, params }) => {
      const found = host.comments.filter((one) => one.pullRequest === Number(params.issue_number));
      const { items, headers } = pageOf(host, request, 'per_page', found);
      return { status: 200, body: items.map(commentBody), headers };
    },
  ],
  [
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    ({ host, request, params, user = { login: 'nobody', isBot: false } }) => {
      const comment = {
        id: nextId(),
        pullRequest: Number(params.issue_number),
        ...user,
        body: textIn(request, 'body'),
      };
      host.comments.push(comment);
      return { status: 201, body: commentBody(comment) };
    },
  ],
  [
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
    ({ host, request, params, user }) => {
      const comment = host.comments.find((one) => one.id === Number(params.comment_id));
      // Not documented for this route, and what GitHub says.
      if (!comment) return error(404, 'Not Found');
      if (!mayEdit(user, comment)) return error(403, 'Must have admin rights to Repository.');
      comment.body = textIn(request, 'body');
      return { status: 200, body: commentBody(comment) };
    },
  ],
  [
    'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
    ({ host, params, user }) => {
      const at = host.comments.findIndex((one) => one.id === Number(params.comment_id));
      const comment = host.comments[at];
      if (!comment) return error(404, 'Not Found');
      if (!mayEdit(user, comment)) return error(403, 'Must have admin rights to Repository.');
      host.comments.splice(at, 1);
      return { status: 204 };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    ({ host, params: { username = '' } }) => {
      const permission = host.writers.has(decodeURIComponent(username)) ? 'write' : 'read';
      const example = githubApi.exampleOf('repository-collaborator-permission-response-if-user-has-admin-permissions');
      return { status: 200, body: { ...example, permission, role_name: permission, user: null } };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    () => {
      const { check_runs: runs } = githubApi.exampleOf('check-run-paginated') as {
        readonly check_runs: readonly Body[];
      };
      return { status: 200, body: { total_count: runs.length, check_runs: runs } };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/commits/{ref}/statuses',
    ({ host, request, params }) => {
      const found = host.statuses.filter(({ commit }) => commit === params.ref).toReversed();
      const { items, headers } = pageOf(host, request, 'per_page', found);
      return { status: 200, body: items.map(statusBody), headers };
    },
  ],
  [
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    ({ host, request, params }) => {
      const { target_url: url = null } = request.body as { readonly target_url?: string };
      const status = {
        ...{ commit: params.sha ?? '', context: textIn(request, 'context'), state: textIn(request, 'state') },
        ...{ description: textIn(request, 'description'), url },
      };
      host.statuses.push(status);
      return { status: 201, body: statusBody(status) };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/deployments',
    ({ host, request }) => {
      const found = host.deployments.filter(({ order }) => order.environment === request.query.get('environment'));
      const { items, headers } = pageOf(host, request, 'per_page', found);
      return { status: 200, body: items.map(deploymentBody), headers };
    },
  ],
  [
    'POST /repos/{owner}/{repo}/deployments',
    ({ host, request }) => {
      const deployment = { id: nextId(), order: request.body as Body, statuses: [] };
      host.deployments.push(deployment);
      return { status: 201, body: deploymentBody(deployment) };
    },
  ],
  [
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    ({ host, params }) => {
      const deployment = host.deployments.find(({ id }) => id === Number(params.deployment_id));
      const body = (deployment?.statuses ?? []).toReversed().map(({ state }) => ({
        ...githubApi.exampleOf('deployment-status'),
        state,
      }));
      return { status: 200, body };
    },
  ],
  [
    'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    ({ host, request, params }) => {
      const deployment = host.deployments.find(({ id }) => id === Number(params.deployment_id));
      deployment?.statuses.push(request.body as Body);
      return { status: 201, body: { ...githubApi.exampleOf('deployment-status'), state: textIn(request, 'state') } };
    },
  ],
];

const respond = (host: SourceControlHost, request: HostRequest): HostAnswer => {
  const found = routeOf(routes, request);
  if (!found) {
    host.violations.push(`GitHub has no ${request.method} ${request.path}`);
    return error(404, 'Not Found');
  }
  const { template, params, handler } = found;
  host.violations.push(...githubApi.requestFaults({ ...request, path: template }));
  const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const user = token === undefined ? undefined : host.users.get(token);
  const isRefused = token === undefined ? request.method !== 'GET' : !user;
  const answer = isRefused ? error(401, 'Bad credentials') : handler({ host, request, params, user });
  const isUndocumented = [403, 404].includes(answer.status) && template.includes('/issues/comments/');
  if (!isUndocumented)
    host.violations.push(...githubApi.responseFaults(request.method, template, answer.status, answer.body));
  return answer;
};

/**
 * A stand-in for GitHub on the loopback interface. Every request that it gets and every answer that it gives is held against
 * GitHub's own description of its API; what does not keep to it stands in `violations`.
 */
export const startGitHub = (prefix = ''): Promise<SourceControlHost> => startHost(emptyHost(), prefix, respond);
