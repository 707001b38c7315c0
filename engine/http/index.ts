/**
 * One HTTP client: a deadline for the whole exchange, a limit on the size of the decoded body, TLS verified, no redirect
 * to another origin, and no proxy but one that is handed in.
 *
 * Promises that a request ends, in a response or in a `Refusal` with an `http-…` code, and that no text of it holds a
 * path, a query, a header or a body. It may not know what is asked, or of whom.
 */
export { createHttpClient } from './client.ts';
export type { HttpClient, HttpRequest, HttpResponse } from './exchange.ts';
export { asFetch, responseOf } from './fetch.ts';
export { type ProxySettings, proxyOfEnvironment } from './proxy.ts';
