import pRetry from 'p-retry';
import { type DiagnosticCode, Refusal } from '../diagnostics/index.ts';
import type { Notice, Notifier, Sent } from '../provider/index.ts';

/** How hard is tried within one attempt. */
export interface Patience {
  /** For each exchange. */
  readonly timeoutMs: number;
  /** How often a hiccup is tried again at once, and how long before the first time; each further wait is longer. */
  readonly retries: number;
  readonly firstWaitMs: number;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** What came of sending one message. */
export type Attempt =
  | { readonly outcome: 'sent'; readonly remark: string | undefined }
  /** `refused`: this one message; `stuck`: whatever is sent there now. */
  | { readonly outcome: 'refused' | 'stuck'; readonly problem: string; readonly hint: string | undefined };

const hiccups: ReadonlySet<DiagnosticCode> = new Set([
  'http-unreachable',
  'notifier-unreachable',
  'source-control-unreachable',
]);

const has = (error: unknown, isMeant: (code: DiagnosticCode) => boolean): boolean =>
  error instanceof Refusal && error.diagnostics.some(({ code }) => isMeant(code));

const failed = (error: Refusal): Attempt => ({
  outcome: has(error, (code) => code === 'notifier-message-refused') ? 'refused' : 'stuck',
  problem: error.diagnostics.map(({ detail }) => detail).join(' '),
  hint: error.diagnostics.find(({ hint }) => hint !== undefined)?.hint,
});

/** Sends one message; what may have passed a moment later is tried again at once. Throws nothing but bugs. */
export const attempt = async (notifier: Notifier, notice: Notice, patience: Patience): Promise<Attempt> => {
  const { timeoutMs, signal, retries, firstWaitMs } = patience;
  let last: unknown;
  const once = async (): Promise<Sent> => {
    try {
      return await notifier.send({ notice, timeoutMs, signal });
    } catch (error) {
      last = error;
      throw error;
    }
  };
  try {
    const { remark } = await pRetry(once, {
      ...{ retries, minTimeout: firstWaitMs, factor: 4, randomize: true, signal },
      // What a receiver says of a message, of a secret or of too many requests, it says again.
      shouldRetry: ({ error }) => has(error, (code) => hiccups.has(code)),
    });
    return { outcome: 'sent', remark };
  } catch (error) {
    if (error instanceof Refusal) return failed(error);
    // Cut short: what was wrong until then tells more than that.
    if (signal.aborted && last instanceof Refusal) return failed(last);
    if (signal.aborted) return { outcome: 'stuck', problem: 'There was no time left to send it.', hint: undefined };
    throw error;
  }
};
