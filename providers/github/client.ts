import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import {
  connectSourceControl,
  listOf,
  objectOf,
  type SourceControlAddress,
  type SourceControlConnection,
  type SourceControlContext,
  sourceControlAddress,
} from '../../engine/provider/index.ts';

const PagingOctokit = Octokit.plugin(paginateRest);

/** What everything that asks GitHub is handed. */
export interface GitHubClient {
  readonly octokit: InstanceType<typeof PagingOctokit>;
  readonly address: SourceControlAddress;
  /** The two that every route of a repository begins with. */
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly hasToken: boolean;
  /** Runs requests; what fails becomes a `Refusal` that says what could not be done. */
  readonly attempt: <T>(what: string, work: () => Promise<T>) => Promise<T>;
  readonly refusalOf: SourceControlConnection['refusalOf'];
  readonly close: () => Promise<void>;
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Where the configuration names no address. */
export const usualUrl = 'https://api.github.com';

/** 2022-11-28 is the version that GitHub Enterprise Server and github.com both know. */
const headers = { 'x-github-api-version': '2022-11-28' };

/** What stands beside a list in the place of one, and is none of its entries. */
const counts: ReadonlySet<string> = new Set([
  ...['total_count', 'total_commits', 'incomplete_results', 'repository_selection'],
]);

/**
 * Before the plugin for pages looks at it: that one takes nothing for an empty list, stumbles over a text, and takes the
 * first thing beside a count for the list, whatever it is. Only what removes something is answered with nothing.
 */
const check = ({ data }: { readonly data: unknown }, { method }: { readonly method: string }): void => {
  if (method === 'DELETE' || Array.isArray(data)) return;
  const entries = Object.entries(objectOf(data) as Readonly<Record<string, unknown>>);
  const others = entries.filter(([name]) => !counts.has(name));
  if (others.length < entries.length) listOf(others[0]?.[1] as readonly unknown[]);
};

/** The list of one page. */
export const itemsOf = <T>({ data }: { readonly data: readonly T[] }): T[] => [...listOf(data)];

export const createClient = (context: SourceControlContext): GitHubClient => {
  const address = sourceControlAddress(context, usualUrl);
  const connection = connectSourceControl(context, address.url);
  const octokit = new PagingOctokit({
    baseUrl: address.url,
    userAgent: 'm3forge',
    ...(context.token && { auth: context.token.reveal() }),
    log: silent,
    // Retries and waits are those of the connection: the plugins for them send orders twice, and wait as long as they are told.
    request: { fetch: connection.fetch, log: silent },
  });
  octokit.hook.before('request', (options) => {
    options.headers = { ...headers, ...options.headers };
  });
  octokit.hook.after('request', check);
  return {
    octokit,
    address,
    repository: { owner: address.owner, repo: address.repo },
    hasToken: context.token !== undefined,
    attempt: async (what, work) => {
      try {
        return await work();
      } catch (error) {
        throw connection.refusalOf(error, { what });
      }
    },
    refusalOf: connection.refusalOf,
    close: connection.close,
  };
};
