import { readdir, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../system/index.ts';
import { type LockHolder, linked, readHolder } from './lock-file.ts';

/** A waiter whose file was not touched for this long, by the clock of the one who looks, lets the others go first. */
const silentAfterMs = 5000;

const turnOf = (name: string): number => Number(/^lock\.turn-(\d+)$/.exec(name)?.[1] ?? Number.NaN);

/** The line of those who wait for the lock of one directory. */
export interface Line {
  /** Who goes first, if anybody does. What ended processes left in the line is cleared away. */
  readonly first: () => Promise<LockHolder | undefined>;
  /** Says that this one is waiting still; takes a place at the end of the line where it has none. */
  readonly stay: () => Promise<void>;
  readonly leave: () => Promise<void>;
}

/**
 * Each waiter has a file `lock.turn-N`, a link to its own file, so that it appears whole or not at all. Waiters of another
 * host, and stopped ones, are judged by whether they go on touching it.
 */
export const createLine = (
  directory: string,
  own: { readonly file: string; readonly gone: (holder: LockHolder) => boolean },
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): Line => {
  const touched = new Map<number, { readonly mtime: number; readonly seenAt: number }>();
  let turn = Number.POSITIVE_INFINITY;

  const fileOf = (n: number): string => join(directory, `lock.turn-${n}`);
  const turns = async (): Promise<readonly number[]> =>
    (await readdir(directory))
      .map(turnOf)
      .filter((n) => !Number.isNaN(n))
      .sort((a, b) => a - b);

  const isSilent = async (n: number): Promise<boolean> => {
    const mtime = (await stat(fileOf(n)).catch(() => undefined))?.mtimeMs;
    if (mtime === undefined) return true;
    const last = touched.get(n);
    const now = clock.monotonicMs();
    if (last?.mtime !== mtime) touched.set(n, { mtime, seenAt: now });
    return last?.mtime === mtime && now - last.seenAt >= silentAfterMs;
  };

  const clear = async (n: number, holder: LockHolder): Promise<void> => {
    for (const file of [fileOf(n), join(directory, `lock.${holder.id}`)]) await unlink(file).catch(() => undefined);
  };

  return {
    first: async () => {
      for (const n of await turns()) {
        if (n >= turn) return undefined;
        const waiter = await readHolder(fileOf(n));
        if (!waiter) continue;
        if (own.gone(waiter)) await clear(n, waiter);
        else if (!(await isSilent(n))) return waiter;
      }
      return undefined;
    },
    stay: async () => {
      const now = clock.now();
      if (turn !== Number.POSITIVE_INFINITY) return utimes(own.file, now, now);
      for (;;) {
        const next = ((await turns()).at(-1) ?? 0) + 1;
        if (await linked(own.file, fileOf(next))) {
          turn = next;
          return undefined;
        }
      }
    },
    leave: async () => {
      if (turn !== Number.POSITIVE_INFINITY) await unlink(fileOf(turn)).catch(() => undefined);
    },
  };
};
