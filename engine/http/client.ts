import type { Dispatcher } from 'undici';
import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { readBody } from './body.ts';
import { exchangeProblem } from './errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './exchange.ts';
import type { ProxySettings } from './proxy.ts';
import { parseUrl, redirectTarget } from './url.ts';

const defaultMaxBytes = 1024 * 1024;
const defaultMaxRedirects = 3;

/** One step of an exchange: what is sent to one address. */
interface Step {
  readonly url: URL;
  readonly method: HttpRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

type Send = (step: Step, signal: AbortSignal) => Promise<HttpResponse>;

/** The step that follows a redirect. As browsers do, a POST that is sent elsewhere becomes a GET, unless the status says to repeat it. */
const redirected = (step: Step, status: number, url: URL): Step => {
  const becomesGet = step.method !== 'HEAD' && (status === 303 || (status < 303 && step.method === 'POST'));
  if (!becomesGet) return { ...step, url };
  const headers = Object.entries(step.headers).filter(([name]) => !name.toLowerCase().startsWith('content-'));
  return { url, method: 'GET', headers: Object.fromEntries(headers), body: undefined };
};

const follow = async (first: Step, maxRedirects: number, send: Send, signal: AbortSignal): Promise<HttpResponse> => {
  let step = first;
  for (let left = maxRedirects; ; left -= 1) {
    const response = await send(step, signal);
    if (maxRedirects === 0) return response;
    const target = redirectTarget(step.url, response.status, response.headers.location);
    if (!target) return response;
    if (left === 0) {
      throw refuse('http-redirect-refused', {
        detail: `${step.url.host} redirects more than ${maxRedirects} times.`,
        hint: 'Configure the final address.',
      });
    }
    step = redirected(step, response.status, target);
  }
};

const joined = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

/** Sends through undici, which is loaded with the first request: it is the heaviest package that the program has. */
const createSender = (agentFor: (undici: typeof import('undici')) => Dispatcher, maxBytes: number): Send => {
  return async ({ url, method, headers, body }, signal) => {
    const undici = await import('undici');
    const response = await undici.request(url, {
      dispatcher: agentFor(undici),
      method,
      headers: { 'accept-encoding': 'gzip', ...headers },
      body: body ?? null,
      signal,
      // One deadline rules the whole exchange; only connecting has a limit of its own besides, of 10 s.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const received = joined(response.headers);
    const hasBody = method !== 'HEAD' && response.statusCode !== 204 && response.statusCode !== 304;
    const encoding = hasBody ? received['content-encoding'] : undefined;
    return {
      status: response.statusCode,
      headers: received,
      body: await readBody(response.body, { encoding, maxBytes, host: url.host }),
    };
  };
};

/** Runs an exchange under its deadline. Says which of the two ended it where it was cut short. */
const withDeadline = async <T>(
  system: System,
  request: HttpRequest,
  host: string,
  exchange: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const ended = new AbortController();
  const deadline = new AbortController();
  void system.clock.sleep(request.timeoutMs, ended.signal).then(() => {
    if (!ended.signal.aborted) deadline.abort();
  });
  const signals = request.signal ? [deadline.signal, request.signal] : [deadline.signal];
  try {
    return await exchange(AbortSignal.any(signals));
  } catch (error) {
    if (request.signal?.aborted) {
      throw refuse('http-interrupted', { detail: `The request to ${host} was interrupted.` }, error);
    }
    if (deadline.signal.aborted) {
      const seconds = request.timeoutMs / 1000;
      throw refuse('http-timeout', { detail: `${host} did not answer completely within ${seconds} s.` }, error);
    }
    throw exchangeProblem(error, host);
  } finally {
    ended.abort();
  }
};

/** An agent of our own asks no environment variable for a proxy: where there are settings, each of them is given. */
const createAgent = (
  undici: typeof import('undici'),
  verifyTls: boolean,
  proxy: ProxySettings | undefined,
): Dispatcher => {
  const tls = { rejectUnauthorized: verifyTls };
  if (!proxy) return new undici.Agent({ connect: tls });
  const { http: httpProxy, https: httpsProxy, none: noProxy } = proxy;
  for (const one of [httpProxy, httpsProxy]) {
    if (one !== '' && !/^https?:$/.test(URL.parse(one)?.protocol ?? '')) {
      throw refuse('http-request-invalid', {
        detail: 'What HTTPS_PROXY or HTTP_PROXY holds is no address of a proxy.',
        hint: 'Write it as http://proxy.example.com:3128.',
      });
    }
  }
  return new undici.EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy, connect: tls, requestTls: tls });
};

export interface HttpClientOptions {
  /** The proxies to go through; none where it is not given. */
  readonly proxy?: ProxySettings | undefined;
}

export const createHttpClient = (system: System, { proxy }: HttpClientOptions = {}): HttpClient => {
  const agents = new Map<boolean, Dispatcher>();
  const agentOf = (verifyTls: boolean) => (undici: typeof import('undici')) => {
    const agent = agents.get(verifyTls) ?? createAgent(undici, verifyTls, proxy);
    agents.set(verifyTls, agent);
    return agent;
  };
  return {
    request: async (request) => {
      const url = parseUrl(request.url);
      const send = createSender(agentOf(request.verifyTls ?? true), request.maxBytes ?? defaultMaxBytes);
      const first: Step = { url, method: request.method, headers: request.headers ?? {}, body: request.body };
      const maxRedirects = request.maxRedirects ?? defaultMaxRedirects;
      return withDeadline(system, request, url.host, (signal) => follow(first, maxRedirects, send, signal));
    },
    close: async () => {
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
};
