import { Api } from 'gitea-js';
import {
  connectSourceControl,
  listOf,
  type SourceControlAddress,
  type SourceControlContext,
  sourceControlAddress,
} from '../../engine/provider/index.ts';

/** What everything that asks Gitea is handed. */
export interface GiteaClient {
  readonly api: Api<unknown>;
  readonly address: SourceControlAddress;
  readonly hasToken: boolean;
  /** Runs requests; what fails becomes a `Refusal` that says what could not be done. */
  readonly attempt: <T>(what: string, work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export const createClient = (context: SourceControlContext): GiteaClient => {
  const address = sourceControlAddress(context, undefined);
  const connection = connectSourceControl(context, address.url);
  const { token } = context;
  const api = new Api<unknown>({
    baseUrl: address.url,
    baseApiParams: { format: 'json', secure: true, headers: { 'user-agent': 'm3forge', accept: 'application/json' } },
    securityWorker: () => (token ? { headers: { authorization: `token ${token.reveal()}` } } : undefined),
    customFetch: connection.fetch as typeof fetch,
  });
  return {
    api,
    address,
    hasToken: token !== undefined,
    attempt: async (what, work) => {
      try {
        return await work();
      } catch (error) {
        throw connection.refusalOf(error, { what });
      }
    },
    close: connection.close,
  };
};

interface Page<T> {
  readonly data: T;
  readonly headers: Headers;
}

/** The most that Gitea sends at once, unless its administrator says otherwise. */
export const pageSize = 50;

/** Page by page. Where a proxy has taken the header of the next page away, it ends with a page that is not full. */
export async function* pagesOf<T>(ask: (page: number) => Promise<Page<T[]>>): AsyncGenerator<readonly T[]> {
  for (let page = 1; ; page += 1) {
    const { data, headers } = await ask(page);
    const items = listIn(data);
    yield items;
    const link = headers.get('link');
    const hasNext = link === null ? items.length >= pageSize : /rel="?next"?/.test(link);
    if (!hasNext || items.length === 0) return;
  }
}

/** Gitea says `null` where a list is empty. */
export const listIn = <T>(data: readonly T[] | null | undefined): readonly T[] => listOf(data ?? []);
