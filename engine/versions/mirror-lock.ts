import { lockDirectory } from '../database/index.ts';
import { Refusal, refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';

/** Runs `work` while no other process works in this directory, waiting for one that does. Throws `source-locked`. */
export const withMirrorLock = async <T>(
  system: System,
  directory: string,
  label: string,
  lockTimeoutMs: number,
  work: () => Promise<T>,
): Promise<T> => {
  const options = { lockTimeoutMs, command: 'reading a repository elsewhere' };
  const lock = await lockDirectory(directory, label, system, options).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    throw refuse('source-locked', {
      detail: `Another process is filling the cached copy of ${label} in ${directory}, and does not come to an end.`,
      hint: `Wait for it. Where it certainly does not run any more, remove the lock:\n    rm ${directory}/lock`,
    });
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
};
