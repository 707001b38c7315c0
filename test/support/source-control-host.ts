import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from '../http/loopback.ts';

/** A pull request as both stand-ins keep it. */
export interface KeptPullRequest {
  readonly number: number;
  title: string;
  state: 'open' | 'merged' | 'closed';
  draft: boolean;
  author: string;
  labels: string[];
  headCommit: string;
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly baseCommit: string;
  isFork: boolean;
  mergeCommit: string | null;
  readonly createdAt: string;
  files: { readonly path: string; readonly status: string; readonly before?: string }[];
}

export interface KeptComment {
  readonly id: number;
  readonly pullRequest: number;
  readonly login: string;
  readonly isBot: boolean;
  body: string;
}

export interface KeptStatus {
  readonly commit: string;
  readonly context: string;
  readonly state: string;
  readonly description: string;
  readonly url: string | null;
}

export interface KeptDeployment {
  readonly id: number;
  readonly order: Readonly<Record<string, unknown>>;
  readonly statuses: Readonly<Record<string, unknown>>[];
}

/** Whoever a token is. */
export interface KeptUser {
  readonly login: string;
  /** A token of an app may not ask who it is. */
  readonly isBot: boolean;
  /** Whether it may edit and remove what it has not written itself. */
  readonly ownOnly?: boolean;
  /** Whether it may write to the repository itself, which is so unless it is said. Gitea asks for that where a status is set. */
  readonly mayWriteCode?: boolean;
}

export interface HostRequest {
  readonly method: string;
  /** Without the prefix and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface HostAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a stand-in keeps, and what a test may look at and change. */
export interface SourceControlHost extends AsyncDisposable {
  readonly origin: string;
  /** The address of its API. */
  readonly url: string;
  readonly pullRequests: KeptPullRequest[];
  readonly comments: KeptComment[];
  readonly statuses: KeptStatus[];
  readonly deployments: KeptDeployment[];
  readonly users: Map<string, KeptUser>;
  /** The logins of the people who may write to the repository. */
  readonly writers: Set<string>;
  readonly requests: HostRequest[];
  /** What does not keep what the host publishes about itself. */
  readonly violations: string[];
  /** So many entries are on a page at most, whatever is asked for. */
  pageSize: number;
  /** Whether answers have a tag, by which it is told that nothing has changed. */
  tags: boolean;
  /** How often that was told. */
  unchanged: number;
  /** Answers in the place of the host; undefined lets it answer. */
  instead: (request: HostRequest) => HostAnswer | undefined | Promise<HostAnswer | undefined>;
}

export const emptyHost = () => ({
  pullRequests: [] as KeptPullRequest[],
  comments: [] as KeptComment[],
  statuses: [] as KeptStatus[],
  deployments: [] as KeptDeployment[],
  users: new Map<string, KeptUser>(),
  writers: new Set<string>(),
  requests: [] as HostRequest[],
  violations: [] as string[],
  pageSize: 100,
  tags: false,
  unchanged: 0,
  instead: (() => undefined) as SourceControlHost['instead'],
});

export const commitOf = (text: string): string => Buffer.from(text.padEnd(20, '.')).toString('hex').slice(0, 40);

/** Whether a user may edit and remove a comment. */
export const mayEdit = (user: KeptUser | undefined, { login }: KeptComment): boolean =>
  user?.ownOnly !== true || user.login === login;

let numbers = 0;

/** One with sensible values where none are given. */
export const keptPullRequest = (given: Partial<KeptPullRequest> = {}): KeptPullRequest => {
  numbers += 1;
  const number = given.number ?? numbers;
  return {
    ...{ number, title: `Change ${number}`, state: 'open', draft: false, author: 'alice', labels: [] },
    ...{ headCommit: commitOf(`head ${number}`), headBranch: `topic-${number}`, baseBranch: 'main' },
    ...{ baseCommit: commitOf('base'), isFork: false, createdAt: '2026-11-01T08:00:00Z', files: [] },
    mergeCommit: given.state === 'merged' ? commitOf(`merge ${number}`) : null,
    ...given,
  };
};

const read = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? undefined : (JSON.parse(text) as unknown);
};

const write = (response: ServerResponse, { status, body, headers }: HostAnswer): void => {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
};

/** What has the tag that is asked for has not changed. */
const tagged = (host: SourceControlHost, { method, headers }: HostRequest, answer: HostAnswer): HostAnswer => {
  if (!host.tags || method !== 'GET' || answer.status !== 200) return answer;
  const etag = `"${createHash('sha256').update(JSON.stringify(answer.body)).digest('hex')}"`;
  if (headers['if-none-match'] !== etag) return { ...answer, headers: { ...answer.headers, etag } };
  host.unchanged += 1;
  return { status: 304, headers: { etag } };
};

/** Serves what `answer` says, and keeps what was asked. */
export const startHost = async (
  kept: ReturnType<typeof emptyHost>,
  prefix: string,
  answer: (host: SourceControlHost, request: HostRequest) => HostAnswer,
): Promise<SourceControlHost> => {
  const loopback = await serve(async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', host.origin);
    const isApi = url.pathname.startsWith(prefix);
    const request: HostRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname.slice(prefix.length),
      query: url.searchParams,
      headers: incoming.headers,
      body: await read(incoming),
    };
    host.requests.push(request);
    const instead = await host.instead(request);
    write(
      response,
      instead ?? (isApi ? tagged(host, request, answer(host, request)) : { status: 404, body: 'no API here' }),
    );
  });
  const origin = `http://127.0.0.1:${loopback.port}`;
  const host: SourceControlHost = Object.assign(kept, {
    origin,
    url: `${origin}${prefix}`,
    [Symbol.asyncDispose]: () => loopback[Symbol.asyncDispose](),
  });
  return host;
};

/** One page of a list, with the address of the next. */
export const pageOf = <T>(
  host: SourceControlHost,
  request: HostRequest,
  sizeName: string,
  items: readonly T[],
): { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> } => {
  const size = Math.min(host.pageSize, Number(request.query.get(sizeName) ?? 30));
  const page = Number(request.query.get('page') ?? 1);
  const isLast = page * size >= items.length;
  const next = new URL(`${host.url}${request.path}?${request.query.toString()}`);
  next.searchParams.set('page', String(page + 1));
  return {
    items: items.slice((page - 1) * size, page * size),
    headers: isLast ? {} : { link: `<${next.href}>; rel="next"` },
  };
};

/** The first route whose method and template fit, with what stands in the place of its names. */
export const routeOf = <T>(
  routes: readonly (readonly [route: string, handler: T])[],
  { method, path }: Pick<HostRequest, 'method' | 'path'>,
):
  | { readonly template: string; readonly params: Readonly<Record<string, string>>; readonly handler: T }
  | undefined => {
  for (const [route, handler] of routes) {
    const [wanted = '', template = ''] = route.split(' ');
    const pattern = template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    const found = wanted === method ? new RegExp(`^${pattern}$`).exec(path) : null;
    if (found) return { template, params: { ...found.groups }, handler };
  }
  return undefined;
};
