import { AsyncLocalStorage } from 'node:async_hooks';

/** Lets callers in one after the other, in the order in which they came. */
export interface Turns {
  /** Waits for everyone before, then runs `work` alone. What `work` throws goes to its caller and to nobody else. */
  readonly take: <T>(work: () => Promise<T>) => Promise<T>;
}

export const createTurns = (): Turns => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: (work) => {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
  };
};

/**
 * Turns that refuse to wait for themselves: whoever asks for a turn from within a turn would wait for ever, so that is
 * reported as the bug it is.
 */
export const createOuterTurns = (advice: string): Turns => {
  const turns = createTurns();
  const inside = new AsyncLocalStorage<true>();
  return {
    take: (work) => {
      if (inside.getStore()) return Promise.reject(new Error(advice));
      return turns.take(() => inside.run(true, work));
    },
  };
};
