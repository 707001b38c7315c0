import type { SourceControlHost } from './source-control-host.ts';

/**
 * Lets several runs ask a host in the order that a test says: each of their requests waits until it is its run's turn.
 * `order` names runs by their tokens, again and again from its start; whose run has ended is passed over.
 */
export const inTurns = async (
  host: SourceControlHost,
  order: readonly string[],
  runs: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<void> => {
  const waiting = new Map<string, () => void>();
  const running = new Set(Object.keys(runs));
  let changed = Promise.withResolvers<undefined>();
  const tell = (): void => {
    changed.resolve(undefined);
    changed = Promise.withResolvers();
  };
  host.instead = ({ headers }) => {
    const token = /^\S+ (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    return new Promise((resolve) => {
      waiting.set(token, () => resolve(undefined));
      tell();
    });
  };
  const ended = Promise.all(
    Object.entries(runs).map(async ([token, work]) => {
      await work();
      running.delete(token);
      tell();
    }),
  );
  for (let at = 0; running.size > 0; ) {
    // Nobody is a step ahead: each run that goes on has asked its next question.
    if ([...running].some((token) => !waiting.has(token))) {
      await changed.promise;
      continue;
    }
    const token = order[at % order.length] ?? '';
    at += 1;
    const go = waiting.get(token);
    waiting.delete(token);
    go?.();
  }
  await ended;
  host.instead = () => undefined;
};
