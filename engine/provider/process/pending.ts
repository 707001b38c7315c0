import type { Clock, ModuleProcess } from '../../system/index.ts';
import type { Failure } from './wire.ts';

/** How a question ended. */
export type Ended =
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Nothing was heard for as long as the provider may be silent. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'ended'; readonly code: number | null }
  /** What answers the provider's questions threw. */
  | { readonly kind: 'source'; readonly error: unknown };

export interface PendingManner {
  readonly limitMs: number;
  readonly clock: Clock;
  readonly back: ((want: 'chunk' | 'permit') => Promise<unknown>) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The questions that a process was asked and has not answered yet. */
export interface Pending {
  readonly ask: (question: object, manner: PendingManner) => Promise<Ended>;
  readonly hasEnded: () => boolean;
}

interface Waiting {
  readonly end: (ended: Ended) => void;
  readonly askBack: (back: number, want: 'chunk' | 'permit') => void;
}

/** So long what was aborted may take to end. */
const graceMs = 2000;

/** Calls `silent` where nothing restarts it for `limitMs`. While it is stopped, it waits for nothing. */
const createTimer = (clock: Clock, limitMs: number, silent: () => void) => {
  let running: AbortController | undefined;
  const stop = (): void => running?.abort();
  const restart = (milliseconds = limitMs): void => {
    stop();
    const current = new AbortController();
    running = current;
    void clock.sleep(milliseconds, current.signal).then(() => {
      if (!current.signal.aborted) silent();
    });
  };
  return { restart, stop };
};

const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';

/** Hears one message; what is none of those that were agreed on is not heard. */
const hear = (message: unknown, waiting: ReadonlyMap<number, Waiting>, print: (text: string) => void): void => {
  if (typeof message !== 'object' || message === null) return;
  const { n, value, failed, back, of, want, print: text } = message as { readonly [key: string]: unknown };
  if (typeof text === 'string') print(text);
  else if (typeof back === 'number' && (want === 'chunk' || want === 'permit'))
    waiting.get(Number(of))?.askBack(back, want);
  else if (isFailure(failed)) waiting.get(Number(n))?.end({ kind: 'failed', failure: failed });
  else waiting.get(Number(n))?.end({ kind: 'answered', value });
};

export const createPending = (child: ModuleProcess, print: (text: string) => void): Pending => {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let exit: { readonly code: number | null } | undefined;
  child.onMessage((message) => hear(message, waiting, print));
  void child.end.then((code) => {
    exit = { code };
    for (const { end } of waiting.values()) end({ kind: 'ended', code });
  });
  return {
    hasEnded: () => exit !== undefined,
    ask: (question, { limitMs, clock, back, signal }) => {
      if (exit) return Promise.resolve({ kind: 'ended', code: exit.code });
      asked += 1;
      const n = asked;
      return new Promise((resolve) => {
        const timer = createTimer(clock, limitMs, () => end({ kind: 'silent' }));
        const abort = (): void => {
          child.send({ abort: n });
          timer.restart(Math.min(limitMs, graceMs));
        };
        let source: { readonly error: unknown } | undefined;
        const end = (ended: Ended): void => {
          if (!waiting.delete(n)) return;
          timer.stop();
          signal?.removeEventListener('abort', abort);
          if (waiting.size === 0) child.hold(false);
          resolve(source ? { kind: 'source', error: source.error } : ended);
        };
        const askBack = async (id: number, want: 'chunk' | 'permit'): Promise<void> => {
          // What the provider waits for now takes its own time.
          timer.stop();
          try {
            child.send({ reply: id, value: await back?.(want) });
          } catch (error) {
            source ??= { error };
            child.send({ reply: id, failed: 'what was to be written or permitted failed' });
          }
          if (waiting.has(n)) timer.restart();
        };
        waiting.set(n, { end, askBack: (id, want) => void askBack(id, want) });
        child.hold(true);
        timer.restart();
        signal?.addEventListener('abort', abort, { once: true });
        child.send({ ...question, n });
        if (signal?.aborted) abort();
      });
    },
  };
};
