import { type DiagnosticCode, Refusal, refuse } from '../diagnostics/index.ts';
import { responseOf } from '../http/index.ts';
import type { Clock, Ids } from '../system/index.ts';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

interface Patience {
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'uuid'>;
  readonly signal: AbortSignal;
  /** For people. */
  readonly host: string;
  /** Whether neither a failure nor a limit is waited for. */
  readonly isBrief?: boolean;
}

/** How long before each further try after the host has failed; a half more or less, so that many do not come back at once. */
const waitsMs: readonly number[] = [500, 2000, 6000];
/** So long altogether is waited for the limit of requests to end. */
const mostWaitedMs = 60_000;
/** What is asked again costs the host nothing while it has not changed. */
const mostKept = 200;

/** Asked twice, they do what they do once. A merge (PUT) and whatever creates something (POST) are sent once. */
const isRepeatable = (method: string): boolean => ['GET', 'HEAD', 'PATCH', 'DELETE'].includes(method);

const hiccups: ReadonlySet<DiagnosticCode> = new Set(['http-unreachable', 'http-timeout', 'http-response-invalid']);

const isHiccup = (error: unknown): boolean =>
  error instanceof Refusal && error.diagnostics.every(({ code }) => hiccups.has(code));

const seconds = (text: string | null): number | undefined =>
  text !== null && /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;

/**
 * How GitHub says in words alone that there were too many requests in too short a time; it forbids with the same status what
 * a token may not do. `abuse` is what older editions of GitHub Enterprise call it.
 */
const limitInWords = /\b(?:secondary rate limit|abuse detection|API rate limit exceeded)\b/i;

/**
 * Where a host takes no more requests: how long until it does, in milliseconds; undefined where it is not that. `said` is the
 * body of the answer. Pure.
 */
export const limitOf = (status: number, headers: Headers, said: string, now: Date): number | undefined => {
  // 503 is what may be repeated or not, by what was asked for.
  if (status !== 403 && status !== 429) return undefined;
  const after = headers.get('retry-after');
  const wait = seconds(after);
  if (wait !== undefined) return Math.max(0, wait * 1000);
  const date = after === null ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - now.getTime());
  const reset = seconds(headers.get('x-ratelimit-reset'));
  if (headers.get('x-ratelimit-remaining') === '0' && reset !== undefined) {
    return Math.max(0, reset * 1000 - now.getTime());
  }
  // GitHub asks for a minute at least where it does not say more.
  return status === 429 || limitInWords.test(said) ? mostWaitedMs : undefined;
};

/** What a refusal says, to be read once more by whoever asked. */
const wordsOf = async (answer: Response): Promise<string> => (answer.status === 403 ? answer.clone().text() : '');

const interrupted = (host: string): Refusal =>
  refuse('http-interrupted', { detail: `The request to ${host} was interrupted.` });

const limited = (host: string, wait: number, now: Date): Refusal => {
  const end = new Date(now.getTime() + wait).toISOString().replace(/\.\d+Z$/, 'Z');
  return refuse('source-control-limited', {
    detail: `${host} takes no more requests from here until ${end}.`,
    hint: 'Run it again then; a token of its own has a limit of its own.',
  });
};

/** From 0 to 1, and another one each time. */
const fraction = ({ uuid }: Pick<Ids, 'uuid'>): number => Number.parseInt(uuid().slice(0, 8), 16) / 2 ** 32;

/** Asks until there is an answer that waiting cannot better. */
const insistent = (once: Fetch, { clock, ids, signal, host, isBrief = false }: Patience): Fetch => {
  const waits = isBrief ? [] : waitsMs;
  const most = isBrief ? 0 : mostWaitedMs;
  const sleep = async (milliseconds: number): Promise<void> => {
    await clock.sleep(milliseconds, signal);
    if (signal.aborted) throw interrupted(host);
  };
  return async (input, init = {}) => {
    const again = isRepeatable((init.method ?? 'GET').toUpperCase()) ? waits : [];
    let waited = 0;
    for (let failures = 0; ; ) {
      const pause = again[failures];
      const answer = await once(input, init).catch((error: unknown) => {
        if (pause === undefined || !isHiccup(error)) throw error;
        return undefined;
      });
      const now = clock.now();
      const limit = answer && limitOf(answer.status, answer.headers, await wordsOf(answer), now);
      if (limit !== undefined) {
        // One second more: the clocks of two machines differ. A limit is said before anything is done, so an order may follow.
        waited += limit + 1000;
        if (waited > most + 1000) throw limited(host, limit, now);
        await sleep(limit + 1000);
        continue;
      }
      if (answer && (answer.status < 500 || pause === undefined)) return answer;
      failures += 1;
      await sleep((pause ?? 0) * (0.5 + fraction(ids)));
    }
  };
};

interface Kept {
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Remembers answers with their tag for the time of one run, and asks only whether they still hold. */
const remembering = (ask: Fetch): Fetch => {
  const kept = new Map<string, Kept>();
  const keep = (key: string, one: Kept): void => {
    kept.delete(key);
    kept.set(key, one);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  };
  return async (input, init = {}) => {
    if ((init.method ?? 'GET').toUpperCase() !== 'GET') return ask(input, init);
    const key = String(input);
    const known = kept.get(key);
    const headers = new Headers(init.headers);
    if (known) headers.set('if-none-match', known.etag);
    const answer = await ask(input, { ...init, headers });
    if (known && answer.status === 304) return responseOf(answer.url, 200, known.headers, known.body);
    const etag = answer.headers.get('etag');
    if (answer.status !== 200 || etag === null) return answer;
    const body = new Uint8Array(await answer.arrayBuffer());
    const received = Object.fromEntries(answer.headers);
    keep(key, { etag, headers: received, body });
    return responseOf(answer.url, 200, received, body);
  };
};

/**
 * A `fetch` that waits where a host asks for it, at most a minute altogether, asks again where the host or the way to it
 * fails and asking again does no harm, and knows what has not changed. Throws `source-control-limited` where the wait is
 * longer, with when it ends.
 */
export const patientFetch = (once: Fetch, patience: Patience): Fetch => remembering(insistent(once, patience));
