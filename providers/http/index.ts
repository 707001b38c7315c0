/**
 * A check by HTTP: asks a URL and looks at the status.
 *
 * Promises that whatever goes wrong is a result, and that redirects are seen, not followed. It may not know why it is asked.
 */
import { Refusal } from '../../engine/diagnostics/index.ts';
import { createHttpClient, type HttpResponse } from '../../engine/http/index.ts';
import type { Check, CheckContext, CheckOrder, CheckResult, Provider } from '../../engine/provider/index.ts';

/** So much of the answer goes into the release log. */
const shownBytes = 4096;

const judge = ({ status, body }: HttpResponse, expected: number | undefined): CheckResult => {
  const passed = expected === undefined ? status >= 200 && status <= 299 : status === expected;
  return {
    passed,
    detail: passed ? `HTTP ${status}` : `HTTP ${status} instead of ${expected ?? '200 to 299'}`,
    output: body.subarray(0, shownBytes).toString('utf8'),
  };
};

const check = ({ system }: CheckContext): Check => ({
  /** Options: `url`, and `expect_status` (a number; any of 200 to 299 where it is absent). */
  run: async ({ options, timeoutMs, signal }: CheckOrder) => {
    const client = createHttpClient(system);
    const expected = typeof options.expect_status === 'number' ? options.expect_status : undefined;
    try {
      const url = String(options.url);
      return judge(await client.request({ method: 'GET', url, timeoutMs, signal, maxRedirects: 0 }), expected);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { passed: false, detail: error.diagnostics.map(({ detail }) => detail).join(' '), output: '' };
    } finally {
      await client.close();
    }
  },
});

export const http: Provider = { name: 'http', check };
