import type { CommitStatus } from 'gitea-js';
import { refuse } from '../../engine/diagnostics/index.ts';
import {
  type CommitCheck,
  createdOf,
  given,
  objectOf,
  type SourceControl,
  statusOf,
} from '../../engine/provider/index.ts';
import { shortened } from '../../engine/values/index.ts';
import { type GiteaClient, pageSize, pagesOf } from './client.ts';

/** `warning` lets a pull request be merged, as `success` does. What is not known has failed. */
const states: Readonly<Record<string, CommitCheck['state']>> = {
  success: 'success',
  warning: 'success',
  pending: 'pending',
  skipped: 'skipped',
};

const checkOf = ({ context, status, description, target_url }: CommitStatus): CommitCheck => ({
  name: context ?? '',
  state: states[status ?? ''] ?? 'failure',
  description: description ?? '',
  url: target_url === undefined || target_url === '' ? null : target_url,
});

/** Gitea's own jobs are statuses, too. */
const checksOf =
  ({ api, address: { owner, repo }, attempt }: GiteaClient): SourceControl['checks'] =>
  (commit) =>
    attempt(`read the checks of commit ${commit.slice(0, 12)}`, async () => {
      const statuses: CommitStatus[] = [];
      const pages = pagesOf((page) =>
        // The newest of each comes first.
        api.repos.repoListStatusesByRef(owner, repo, commit, { sort: 'highestindex', page, limit: pageSize }),
      );
      for await (const page of pages) statuses.push(...page);
      return statuses
        .filter((one, at) => statuses.findIndex(({ context }) => context === one.context) === at)
        .map(checkOf);
    });

const mergeOf =
  ({ api, address: { owner, repo }, attempt }: GiteaClient): SourceControl['merge'] =>
  (number, { head, method }) =>
    attempt(`merge pull request ${number}`, async () => {
      try {
        await api.repos.repoMergePullRequest(owner, repo, number, { Do: method, head_commit_id: head });
      } catch (error) {
        const status = statusOf(error);
        if (status !== 405 && status !== 409) throw error;
        throw refuse('pull-request-not-merged', {
          detail: `Pull request ${number} is not merged: the host says that it cannot be (HTTP ${status}).`,
          hint: 'Its head may have moved since it was looked at. Conflicts, rules of the branch, and methods that the repository does not allow stand in the pull request.',
        });
      }
      // Merging itself answers with nothing.
      const { data } = await api.repos.repoGetPullRequest(owner, repo, number);
      return { commit: given(objectOf(data).merge_commit_sha, 'merge_commit_sha') };
    });

export const ordersOf = (
  client: GiteaClient,
): Pick<SourceControl, 'checks' | 'setStatus' | 'merge' | 'deployment'> => ({
  checks: checksOf(client),
  setStatus: (commit, { name, state, description, url }) =>
    client.attempt(`set the status ${name}`, async () => {
      const { owner, repo } = client.address;
      const answer = await client.api.repos.repoCreateStatus(owner, repo, commit, {
        ...{ context: name, state, description: shortened(description, 140) },
        ...(url !== undefined && { target_url: url }),
      });
      createdOf(answer);
    }),
  merge: mergeOf(client),
  // Gitea keeps none.
  deployment: undefined,
});
