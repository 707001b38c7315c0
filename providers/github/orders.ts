import type { components } from '@octokit/openapi-types';
import { refuse } from '../../engine/diagnostics/index.ts';
import {
  type CommitCheck,
  createdOf,
  type DeploymentOrder,
  given,
  listOf,
  type SourceControl,
  statusOf,
} from '../../engine/provider/index.ts';
import { shortened } from '../../engine/values/index.ts';
import { type GitHubClient, itemsOf } from './client.ts';

type CheckRun = Pick<components['schemas']['check-run'], 'name' | 'status' | 'conclusion' | 'html_url' | 'output'>;

const conclusions: Readonly<Record<string, CommitCheck['state']>> = {
  success: 'success',
  neutral: 'skipped',
  skipped: 'skipped',
};

/** A run as a check in our words: what ended in a way that is not known has failed. Pure. */
const checkOfRun = ({ name, status, conclusion, html_url, output }: CheckRun): CommitCheck => ({
  name: given(name, 'name'),
  state: status === 'completed' ? (conclusions[conclusion ?? ''] ?? 'failure') : 'pending',
  description: given(output, 'output').title ?? '',
  url: html_url,
});

type Status = Pick<components['schemas']['simple-commit-status'], 'context' | 'state' | 'description' | 'target_url'>;

const checkOfStatus = ({ context, state, description, target_url }: Status): CommitCheck => ({
  name: given(context, 'context'),
  state: state === 'success' || state === 'pending' ? state : 'failure',
  description: description ?? '',
  url: target_url,
});

/** Both kinds that GitHub has: statuses that programs set, and runs of apps, such as jobs of GitHub Actions. */
const checksOf =
  ({ octokit, repository, attempt }: GitHubClient): SourceControl['checks'] =>
  (commit) =>
    attempt(`read the checks of commit ${commit.slice(0, 12)}`, async () => {
      const which = { ...repository, ref: commit, per_page: 100 };
      const runs = await octokit.paginate('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', which, itemsOf);
      const statuses: Status[] = [];
      // The first of a context is its newest.
      const pages = octokit.paginate.iterator('GET /repos/{owner}/{repo}/commits/{ref}/statuses', which);
      for await (const page of pages) statuses.push(...itemsOf(page));
      const newest = statuses.filter((one, at) => statuses.findIndex(({ context }) => context === one.context) === at);
      return [...runs.map(checkOfRun), ...newest.map(checkOfStatus)];
    });

const setStatusOf =
  ({ octokit, repository, attempt }: GitHubClient): SourceControl['setStatus'] =>
  (commit, { name, state, description, url }) =>
    attempt(`set the status ${name}`, async () => {
      const answer = await octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
        ...repository,
        ...{ sha: commit, context: name, state, description: shortened(description, 140) },
        ...(url !== undefined && { target_url: url }),
      });
      createdOf(answer);
    });

const notMerged = (number: number, why: string, hint?: string) =>
  refuse('pull-request-not-merged', { detail: `Pull request ${number} is not merged: ${why}.`, hint });

const mergeOf = (client: GitHubClient): SourceControl['merge'] => {
  const { octokit, repository, attempt } = client;
  return (number, { head, method }) =>
    attempt(`merge pull request ${number}`, async () => {
      try {
        const { data } = await octokit.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
          ...repository,
          ...{ pull_number: number, sha: head, merge_method: method },
        });
        return { commit: given(data.sha, 'sha') };
      } catch (error) {
        const status = statusOf(error);
        if (status === 409) throw notMerged(number, 'its head has moved since it was looked at', 'Look at it again.');
        if (status === 405) {
          const hint =
            'Conflicts, rules of the branch, and methods that the repository does not allow stand in the pull request.';
          throw notMerged(number, 'the host says that it cannot be', hint);
        }
        throw error;
      }
    });
};

interface Payload {
  readonly m3forge_release?: unknown;
}

/** The one that was made for a release; the payload is text or JSON, as whoever made a deployment likes. */
const deploymentOfRelease = async (
  { octokit, repository }: GitHubClient,
  { commit, environment, release }: DeploymentOrder,
): Promise<number | bigint | undefined> => {
  const pages = octokit.paginate.iterator('GET /repos/{owner}/{repo}/deployments', {
    ...repository,
    ...{ sha: commit, environment, task: 'deploy', per_page: 100 },
  });
  for await (const { data } of pages) {
    const found = listOf(data).find(
      ({ payload }) => typeof payload === 'object' && (payload as Payload | null)?.m3forge_release === release,
    );
    if (found) return found.id;
  }
  return undefined;
};

/** What makes the deployment of a release. Pure. */
export const deploymentBody = ({ commit, environment, release, version, isProduction }: DeploymentOrder) => ({
  ...{ ref: commit, task: 'deploy', environment, production_environment: isProduction },
  ...{ description: shortened(`${version} to ${environment}`, 140) },
  // It is told of what happens: nothing is merged for it, and no check may stop what runs already.
  ...{ auto_merge: false, required_contexts: [] },
  payload: { m3forge_release: release, version },
});

/** What says how it stands. Pure. */
export const deploymentStatusBody = ({ state, environment, description }: DeploymentOrder) => ({
  ...{ state, environment, description: shortened(description, 140), auto_inactive: true },
});

const createDeployment = async (
  { octokit, repository }: GitHubClient,
  order: DeploymentOrder,
): Promise<number | bigint> => {
  const { data } = await octokit.request('POST /repos/{owner}/{repo}/deployments', {
    ...repository,
    ...deploymentBody(order),
  });
  // 202 means that something was merged instead, which was not asked for.
  if (!('id' in data))
    throw refuse('source-control-answer', { detail: 'The host made no deployment of what it was told.' });
  return data.id;
};

/** Whether the host knows as much already: of something that has ended nobody is told that it goes on. */
const isTold = async (
  { octokit, repository }: GitHubClient,
  id: number | bigint,
  { state }: DeploymentOrder,
): Promise<boolean> => {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
    ...repository,
    ...{ deployment_id: id as number, per_page: 100 },
  });
  const statuses = listOf(data);
  return statuses.some((one) => one.state === state) || (state === 'in_progress' && statuses.length > 0);
};

const deploymentOf =
  (client: GitHubClient): SourceControl['deployment'] =>
  (order) =>
    client.attempt(`tell of the release ${order.release}`, async () => {
      const known = await deploymentOfRelease(client, order);
      if (known !== undefined && (await isTold(client, known, order))) return;
      const id = known ?? (await createDeployment(client, order));
      const route = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
      const answer = await client.octokit.request(route, {
        ...client.repository,
        // The types of one package know that ids may be long ones, and those of the other do not.
        ...{ deployment_id: id as number, ...deploymentStatusBody(order) },
      });
      createdOf(answer);
    });

export const ordersOf = (
  client: GitHubClient,
): Pick<SourceControl, 'checks' | 'setStatus' | 'merge' | 'deployment'> => ({
  checks: checksOf(client),
  setStatus: setStatusOf(client),
  merge: mergeOf(client),
  deployment: deploymentOf(client),
});
