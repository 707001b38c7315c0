import { setTimeout as delay } from 'node:timers/promises';

/** One thing that the contract asks of a provider, tried on a real one. */
export interface ConformanceCase {
  readonly title: string;
  /** What goes wrong with a provider that does not do this. */
  readonly why: string;
  /** Throws an error that says what was seen instead. */
  readonly run: () => Promise<void>;
}

export class NotConforming extends Error {
  override readonly name = 'NotConforming';
}

export function expectThat(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new NotConforming(otherwise);
}

/** Everything that an error says, wherever it says it. */
export const textOf = (error: unknown): string => {
  const { message, hint, diagnostics } = (error ?? {}) as { readonly [key: string]: unknown };
  return [message ?? error, hint ?? '', diagnostics === undefined ? '' : JSON.stringify(diagnostics)].join(' ');
};

/** The error that something ends with, with at most `withinMs` to spend. */
export const errorOf = async (doing: string, work: () => Promise<unknown>, withinMs: number): Promise<unknown> => {
  const over = Symbol('over');
  const ended = new AbortController();
  const limit = delay(withinMs, over, { signal: ended.signal }).catch(() => over);
  try {
    const value = await Promise.race([work(), limit]);
    expectThat(value !== over, `${doing} had not ended after ${withinMs / 1000} s`);
  } catch (error) {
    if (error instanceof NotConforming) throw error;
    return error;
  } finally {
    ended.abort();
  }
  throw new NotConforming(`${doing} ended as if all were well`);
};

/** The error has to be one, and to say something. */
export const expectHonest = (doing: string, error: unknown, isLeak: (text: string) => boolean): void => {
  expectThat(error instanceof Error, `${doing} threw ${String(error)}, which is no Error`);
  expectThat(
    error.message.trim().length >= 8,
    `${doing} threw an error whose message says nothing: "${error.message}"`,
  );
  expectThat(!isLeak(textOf(error)), `${doing} threw an error that shows a secret`);
};
