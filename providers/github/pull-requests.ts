import type { components } from '@octokit/openapi-types';
import {
  type ChangedFile,
  given,
  listOf,
  type PullRequest,
  type PullRequestFilter,
  type SourceControl,
} from '../../engine/provider/index.ts';
import { type GitHubClient, itemsOf } from './client.ts';

/** What a list and a single one have in common, and a webhook sends as well. */
export type GitHubPullRequest = Pick<
  components['schemas']['pull-request-simple'],
  'number' | 'title' | 'state' | 'merge_commit_sha' | 'created_at' | 'updated_at' | 'merged_at' | 'html_url'
> & {
  readonly body: string | null;
  readonly draft?: boolean;
  readonly user: { readonly login: string } | null;
  readonly labels: readonly { readonly name: string }[];
  readonly base: GitHubEnd;
  readonly head: GitHubEnd;
};

interface GitHubEnd {
  readonly ref: string;
  readonly sha: string;
  /** Null where the fork is gone. */
  readonly repo: { readonly full_name: string; readonly default_branch?: string } | null;
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

const endOf = (end: GitHubEnd, name: string): PullRequest['head'] => ({
  branch: given(end.ref, `${name}.ref`),
  commit: given(end.sha, `${name}.sha`),
});

const repositoryOf = ({ repo }: GitHubEnd): string | undefined =>
  repo ? given(repo.full_name, 'full_name').toLowerCase() : undefined;

/** A pull request in our words. Pure. */
export const pullRequestOf = (one: GitHubPullRequest): PullRequest => {
  const [base, head] = [given(one.base, 'base'), given(one.head, 'head')];
  const isOpen = given(one.state, 'state') === 'open';
  const mergedAt = one.merged_at ?? null;
  return {
    number: given(one.number, 'number'),
    title: given(one.title, 'title'),
    body: one.body ?? '',
    state: isOpen ? 'open' : mergedAt === null ? 'closed' : 'merged',
    isDraft: one.draft ?? false,
    // The account of somebody who has left belongs to this one.
    author: one.user?.login ?? 'ghost',
    labels: listOf(one.labels).map(({ name }) => name),
    base: { ...endOf(base, 'base'), isMain: base.repo?.default_branch === base.ref },
    head: endOf(head, 'head'),
    isFork: repositoryOf(head) !== repositoryOf(base),
    // Before it is merged that names a commit of GitHub's own, with which it tries whether it can be.
    mergeCommit: mergedAt === null ? null : one.merge_commit_sha,
    createdAt: new Date(given(one.created_at, 'created_at')),
    updatedAt: new Date(given(one.updated_at, 'updated_at')),
    mergedAt: dateOf(mergedAt),
    url: given(one.html_url, 'html_url'),
  };
};

const fits = ({ state, author, label, base }: PullRequestFilter, one: PullRequest): boolean =>
  (state === 'all' || one.state === state) &&
  (author === undefined || one.author.toLowerCase() === author.toLowerCase()) &&
  (label === undefined || one.labels.some((name) => name.toLowerCase() === label.toLowerCase())) &&
  (base === undefined || one.base.branch === base);

const actions: Readonly<Record<string, ChangedFile['action']>> = {
  added: 'added',
  copied: 'added',
  removed: 'removed',
  renamed: 'renamed',
};

const fileOf = (
  one: Pick<components['schemas']['diff-entry'], 'filename' | 'status' | 'previous_filename'>,
): ChangedFile => ({
  path: given(one.filename, 'filename'),
  action: actions[one.status] ?? 'changed',
  before: one.status === 'renamed' ? one.previous_filename : undefined,
});

type Reading = Pick<SourceControl, 'pullRequest' | 'pullRequests' | 'changedFiles'>;

export const readingOf = ({ octokit, repository, attempt }: GitHubClient): Reading => ({
  pullRequest: (number) =>
    attempt(`read pull request ${number}`, async () => {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...repository,
        pull_number: number,
      });
      return pullRequestOf(data);
    }),
  pullRequests: (filter) =>
    attempt('list pull requests', async () => {
      const { state, base, limit } = filter;
      const found: PullRequest[] = [];
      // Authors and labels can only be asked of issues, which say nothing of branches.
      const pages = octokit.paginate.iterator('GET /repos/{owner}/{repo}/pulls', {
        ...repository,
        state: state === 'merged' ? 'closed' : state,
        ...(base !== undefined && { base }),
        ...{ sort: 'created', direction: 'desc', per_page: 100 },
      });
      for await (const page of pages) {
        found.push(
          ...itemsOf(page)
            .map(pullRequestOf)
            .filter((one) => fits(filter, one)),
        );
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    }),
  changedFiles: (number) =>
    attempt(`list the files of pull request ${number}`, async () => {
      const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
      const files = await octokit.paginate(route, { ...repository, pull_number: number, per_page: 100 }, itemsOf);
      return files.map(fileOf);
    }),
});
