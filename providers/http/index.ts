/**
 * A check by HTTP: asks a URL and looks at the status and, where that is asked for, into the JSON that comes back.
 *
 * Promises that whatever goes wrong is a result, and that redirects are seen, not followed. It may not know why it is asked.
 */
import { Refusal } from '../../engine/diagnostics/index.ts';
import { createHttpClient, type HttpResponse } from '../../engine/http/index.ts';
import type { Check, CheckContext, CheckOrder, CheckResult, Provider } from '../../engine/provider/index.ts';
import { isJsonObject, type JsonObject } from '../../engine/values/index.ts';
import { faultOfJson } from './expected-json.ts';

/** So much of the answer goes into the release log. */
const shownCharacters = 4096;

/** What a check asks, and what it expects. */
interface Question {
  readonly url: string;
  readonly status: number | undefined;
  readonly json: JsonObject | undefined;
  readonly verifyTls: boolean;
}

const questionOf = ({ url, expect_status: status, expect_json: json, verify_ssl: verify }: JsonObject): Question => ({
  url: String(url),
  status: typeof status === 'number' ? status : undefined,
  json: typeof json === 'object' && json !== null && isJsonObject(json) ? json : undefined,
  verifyTls: verify !== false,
});

const faultOf = ({ status, body }: HttpResponse, question: Question): string | undefined => {
  const asked = question.status === undefined ? status >= 200 && status <= 299 : status === question.status;
  if (!asked) return `instead of ${question.status ?? '200 to 299'}`;
  const fault = question.json && faultOfJson(question.json, body);
  return fault && `but ${fault}`;
};

/** What a proxy says of somebody behind it who does not answer. */
const proxyStatuses: readonly number[] = [502, 503, 504];

const judge = (response: HttpResponse, question: Question, redact: CheckOrder['redact']): CheckResult => {
  const fault = faultOf(response, question);
  const unanswered = fault !== undefined && proxyStatuses.includes(response.status);
  const unverified = question.verifyTls ? '' : ', without looking whose certificate it is';
  return {
    passed: fault === undefined,
    detail: `HTTP ${response.status}${fault === undefined ? unverified : ` ${fault}`}`,
    output: redact(response.body.toString('utf8')).slice(0, shownCharacters),
    ...(unanswered && { unanswered }),
  };
};

const check = ({ system }: CheckContext): Check => ({
  /**
   * Options: `url`, `expect_status` (a number; any of 200 to 299 where it is absent), `expect_json` (what a JSON object
   * as answer must hold) and `verify_ssl` (true where it is absent).
   */
  run: async ({ options, timeoutMs, token, redact, signal }: CheckOrder) => {
    const client = createHttpClient(system);
    const question = questionOf(options);
    try {
      const { url, verifyTls } = question;
      return judge(
        await client.request({
          method: 'GET',
          url,
          verifyTls,
          timeoutMs,
          signal,
          maxRedirects: 0,
          ...(token && { headers: { authorization: `Bearer ${token.reveal()}` } }),
        }),
        question,
        redact,
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const detail = error.diagnostics.map((diagnostic) => diagnostic.detail).join(' ');
      return { passed: false, detail, output: '', unanswered: true };
    } finally {
      await client.close();
    }
  },
});

export const http: Provider = { name: 'http', check };
