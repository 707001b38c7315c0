import { refuse } from '../diagnostics/index.ts';
import type { HttpClient, HttpRequest } from './exchange.ts';
import { parseUrl } from './url.ts';

export interface FetchOptions {
  /** Where it may ask: every other origin is refused before anything is sent there. */
  readonly url: string;
  /** For each exchange. */
  readonly timeoutMs: number;
  /** Of each decoded body. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

const bodyOf = (body: RequestInit['body']): string | Uint8Array | undefined => {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new Error('only text and bytes are sent here');
};

/** These may have no body, and `Response` insists. */
const isBare = (status: number): boolean => [101, 103, 204, 205, 304].includes(status);

/** A response that knows its address, as one of `fetch` does: libraries look for the next page there. */
export const responseOf = (
  url: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer> | null,
): Response => Object.defineProperty(new Response(body, { status, headers }), 'url', { value: url });

/**
 * The client in the shape of `fetch`, for libraries that take one of their own. It asks one origin: an address elsewhere,
 * such as one that an answer names as its next page, is refused, because whatever a library sends goes with the token.
 */
export const asFetch = (client: HttpClient, { url, timeoutMs, maxBytes, signal }: FetchOptions): Fetch => {
  const { origin, host } = parseUrl(url);
  return async (input, init = {}) => {
    if (input instanceof Request) throw new Error('only addresses are asked here');
    const asked = parseUrl(String(input));
    if (asked.origin !== origin) {
      throw refuse('http-redirect-refused', {
        detail: `${host} leads to ${asked.host}.`,
        hint: 'What is asked for, and the token with it, is sent to the configured host only.',
      });
    }
    const method = (init.method ?? 'GET').toUpperCase() as HttpRequest['method'];
    if (!methods.has(method)) throw new Error(`${method} is not asked here`);
    const body = bodyOf(init.body);
    const response = await client.request({
      method,
      url: asked.href,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(body !== undefined && { body }),
      ...{ timeoutMs, maxBytes },
      // A redirected order would become a question.
      ...(method !== 'GET' && method !== 'HEAD' && { maxRedirects: 0 }),
      signal: init.signal ? AbortSignal.any([signal, init.signal]) : signal,
    });
    if (response.status >= 300 && response.status < 400 && response.status !== 304) {
      throw refuse('http-redirect-refused', {
        detail: `${host} redirects a ${method}.`,
        hint: 'What is to be done is never sent elsewhere. Configure the final address.',
      });
    }
    // It is decoded already, and its length another one.
    const { 'content-encoding': _, 'content-length': __, ...headers } = response.headers;
    const isEmpty = isBare(response.status) || method === 'HEAD';
    return responseOf(asked.href, response.status, headers, isEmpty ? null : new Uint8Array(response.body));
  };
};
