import { type Diagnostic, Refusal, refuse } from '../../engine/diagnostics/index.ts';
import { createHttpClient, type HttpClient, type HttpRequest, type HttpResponse } from '../../engine/http/index.ts';
import type { GatewayContext } from '../../engine/provider/index.ts';
import { isJsonObject, type JsonObject, type JsonValue, mask } from '../../engine/values/index.ts';

/** A list of jobs or of planners with their plans can be long; what is longer than this is refused. */
const mostBytes = 32 * 1024 * 1024;
/** So much of what a gateway says about an error is passed on. */
const longestMessage = 300;

export interface Question {
  readonly method?: HttpRequest['method'];
  /** Begins with a slash; a query may follow. */
  readonly path: string;
  readonly body?: JsonValue;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly value: JsonValue;
}

/** Asks one gateway. Every `Refusal` names it as its address, and none holds the token. */
export interface Connection {
  readonly send: (question: Question) => Promise<HttpResponse>;
  /** The answer as JSON, with any status but one that refuses the token. */
  readonly json: (question: Question) => Promise<Answer>;
  /** What stands under `result`: the gateway says 200 to failures too, and `status` says which it was. */
  readonly result: (path: string, signal?: AbortSignal) => Promise<JsonObject>;
  /** What an answer says that went wrong, for a message. */
  readonly wordsOf: (answer: Answer) => string;
  readonly refuse: (code: 'gateway-error' | 'gateway-answer-invalid' | GatewayTokenCode, detail: string) => Refusal;
  readonly close: () => Promise<void>;
}

type GatewayTokenCode = 'gateway-token-missing' | 'gateway-token-refused';

const parse = (body: Buffer): { readonly value: JsonValue } | undefined => {
  try {
    return { value: JSON.parse(body.toString('utf8')) as JsonValue };
  } catch {
    return undefined;
  }
};

/** What came in the place of JSON, by its first characters: a page of a proxy, most often. */
const kindOf = ({ body }: HttpResponse): string => {
  const start = body.subarray(0, 200).toString('utf8').trimStart().toLowerCase();
  if (start === '') return 'nothing';
  return start.startsWith('<!doctype') || start.startsWith('<html') ? 'a web page' : 'something that is no JSON';
};

const pathOf = (path: string): string => path.replace(/\?.*$/s, '');

const messageIn = (value: JsonValue): string | undefined => {
  if (!isJsonObject(value)) return undefined;
  const { message, error, result, msg, detail } = value;
  return [message, error, msg, result, detail].find((one) => typeof one === 'string');
};

/** Sends with the token, where there is one: most routes need none, and behind a proxy all of them may. */
const createSend = (
  { url, token, timeoutMs, verifyTls }: GatewayContext,
  client: HttpClient,
  address: string,
): Connection['send'] => {
  const root = url.replace(/\/+$/, '');
  return async ({ method = 'GET', path, body, signal }) => {
    const headers = {
      accept: 'application/json',
      ...(token && { authorization: `Bearer ${token.reveal()}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      return await client.request({
        method,
        url: `${root}${path}`,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        timeoutMs,
        verifyTls,
        maxBytes: mostBytes,
        ...(method !== 'GET' && { maxRedirects: 0 }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const named = error.diagnostics.map((diagnostic): Diagnostic => ({ ...diagnostic, address }));
      throw new Refusal(named, { cause: error });
    }
  };
};

export const createConnection = (context: GatewayContext): Connection => {
  const { id, token } = context;
  const client = createHttpClient(context.system);
  const address = `gateway.${id}`;
  const clean = (text: string): string => (token ? text.replaceAll(token.reveal(), mask) : text);
  const refused: Connection['refuse'] = (code, detail) =>
    refuse(code, { detail: `The gateway "${id}" ${clean(detail)}`, address });
  const send = createSend(context, client, address);

  const json: Connection['json'] = async (question) => {
    const response = await send(question);
    const { status } = response;
    if (status === 401 || status === 403) {
      const why = token ? 'refuses its token' : 'asks for a token, and there is none';
      throw refused(token ? 'gateway-token-refused' : 'gateway-token-missing', `${why} (HTTP ${status}).`);
    }
    const parsed = parse(response.body);
    if (parsed) return { status, value: parsed.value };
    const where = pathOf(question.path);
    // A proxy that cannot reach the gateway says so with a page of its own.
    if (status >= 400) throw refused('gateway-error', `answers ${where} with HTTP ${status} and ${kindOf(response)}.`);
    throw refused('gateway-answer-invalid', `answers ${where} with ${kindOf(response)}.`);
  };

  const wordsOf: Connection['wordsOf'] = ({ status, value }) => {
    const words = messageIn(value);
    return words === undefined ? `HTTP ${status}` : `HTTP ${status}: ${clean(words).slice(0, longestMessage)}`;
  };

  const result: Connection['result'] = async (path, signal) => {
    const answer = await json({ path, signal });
    const { value, status } = answer;
    const said = isJsonObject(value) ? value.status : undefined;
    if (status !== 200 || said === 'error') throw refused('gateway-error', `fails at ${path} (${wordsOf(answer)}).`);
    if (!isJsonObject(value) || said !== 'OK' || !isJsonObject(value.result)) {
      throw refused('gateway-answer-invalid', `answers ${path} in a form that Marie does not have.`);
    }
    return value.result;
  };

  return { send, json, result, wordsOf, refuse: refused, close: client.close };
};
