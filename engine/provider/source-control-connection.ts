import { asFetch, createHttpClient, proxyOfEnvironment } from '../http/index.ts';
import type { SourceControlContext } from './source-control.ts';
import { readableFetch } from './source-control-answer.ts';
import { patientFetch } from './source-control-patience.ts';
import { type Ask, refusalOf } from './source-control-problem.ts';

/** A page of a hundred pull requests with long descriptions is some megabytes. */
const mostBytes = 32 * 1024 * 1024;
const timeoutMs = 30_000;
/** For whoever comes back by himself. */
const briefTimeoutMs = 10_000;

export interface SourceControlConnection {
  /**
   * With deadlines, retries and waits of its own; throws `Refusal`, also at a success that is no JSON, and answers with any
   * other status.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** What became of a request: an error that a library has made of an answer, or of what `fetch` threw, as a `Refusal`. */
  readonly refusalOf: (error: unknown, ask: Ask) => unknown;
  readonly close: () => Promise<void>;
}

/**
 * The way to a host of pull requests: one client for both, TLS verified, through the proxy that the environment names, to
 * the host at `url` and no other.
 */
export const connectSourceControl = (
  { system, redact, isBrief = false }: Pick<SourceControlContext, 'system' | 'redact' | 'isBrief'>,
  url: string,
): SourceControlConnection => {
  const client = createHttpClient(system, { proxy: proxyOfEnvironment(system) });
  const host = new URL(url).host;
  const once = asFetch(client, {
    url,
    timeoutMs: isBrief ? briefTimeoutMs : timeoutMs,
    maxBytes: mostBytes,
    signal: system.interrupted,
  });
  return {
    fetch: patientFetch(readableFetch(once, host), {
      ...{ clock: system.clock, ids: system.ids, signal: system.interrupted, host, isBrief },
    }),
    refusalOf: (error, ask) => refusalOf(error, { host, redact, ...ask }),
    close: client.close,
  };
};
