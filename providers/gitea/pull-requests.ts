import type { ChangedFile as GiteaFile, PullRequest as GiteaPullRequest, PRBranchInfo } from 'gitea-js';
import {
  type ChangedFile,
  given,
  objectOf,
  type PullRequest,
  type PullRequestFilter,
  type SourceControl,
} from '../../engine/provider/index.ts';
import { type GiteaClient, listIn, pageSize, pagesOf } from './client.ts';

const endOf = (end: PRBranchInfo | undefined, name: string): PullRequest['head'] => ({
  branch: given(end?.ref, `${name}.ref`),
  commit: given(end?.sha, `${name}.sha`),
});

const stateOf = ({ state, merged, merged_at }: GiteaPullRequest): PullRequest['state'] => {
  if (given(state, 'state') === 'open') return 'open';
  return merged === true || (merged_at ?? null) !== null ? 'merged' : 'closed';
};

/** A pull request in our words. Pure. */
export const pullRequestOf = (one: GiteaPullRequest): PullRequest => {
  const state = stateOf(one);
  const createdAt = new Date(given(one.created_at, 'created_at'));
  return {
    number: given(one.number, 'number'),
    title: one.title ?? '',
    body: one.body ?? '',
    state,
    isDraft: one.draft ?? false,
    author: one.user?.login ?? 'ghost',
    labels: listIn(one.labels).flatMap(({ name }) => name ?? []),
    base: { ...endOf(one.base, 'base'), isMain: one.base?.repo?.default_branch === one.base?.ref },
    head: endOf(one.head, 'head'),
    // The repository of a fork that is gone is null, and its id stays.
    isFork: one.head?.repo_id !== one.base?.repo_id,
    mergeCommit: state === 'merged' ? (one.merge_commit_sha ?? null) : null,
    createdAt,
    updatedAt: one.updated_at === undefined ? createdAt : new Date(one.updated_at),
    mergedAt: state === 'merged' && one.merged_at ? new Date(one.merged_at) : null,
    url: one.html_url ?? '',
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
  deleted: 'removed',
  removed: 'removed',
  renamed: 'renamed',
};

const fileOf = (one: GiteaFile): ChangedFile => {
  const action = actions[one.status ?? ''] ?? 'changed';
  return {
    path: given(one.filename, 'filename'),
    action,
    before: action === 'renamed' ? one.previous_filename : undefined,
  };
};

type Reading = Pick<SourceControl, 'pullRequest' | 'pullRequests' | 'changedFiles'>;

export const readingOf = ({ api, address: { owner, repo }, attempt }: GiteaClient): Reading => ({
  pullRequest: (number) =>
    attempt(`read pull request ${number}`, async () => {
      const { data } = await api.repos.repoGetPullRequest(owner, repo, number);
      return pullRequestOf(objectOf(data));
    }),
  pullRequests: (filter) =>
    attempt('list pull requests', async () => {
      const { state, author, limit } = filter;
      const found: PullRequest[] = [];
      const pages = pagesOf((page) =>
        api.repos.repoListPullRequests(owner, repo, {
          state: state === 'merged' ? 'closed' : state,
          ...(author !== undefined && { poster: author }),
          ...{ page, limit: pageSize },
        }),
      );
      for await (const page of pages) {
        found.push(...page.map(pullRequestOf).filter((one) => fits(filter, one)));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    }),
  changedFiles: (number) =>
    attempt(`list the files of pull request ${number}`, async () => {
      const files: ChangedFile[] = [];
      const pages = pagesOf((page) =>
        api.repos.repoGetPullRequestFiles(owner, repo, number, { page, limit: pageSize }),
      );
      for await (const page of pages) files.push(...page.map(fileOf));
      return files;
    }),
});
