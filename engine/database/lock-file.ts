import { link, open, readFile } from 'node:fs/promises';

/** What the lock file says of its holder. */
export interface LockHolder {
  /** Unlike any other holder's, of this process's earlier locks too. */
  readonly id: string;
  readonly pid: number;
  readonly bootId: string;
  readonly host: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly command: string;
}

/** What is written in a lock file; undefined where there is none. */
export const readHolder = async (file: string): Promise<LockHolder | undefined> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { id, pid, bootId, host, since, command } = JSON.parse(text) as LockHolder;
    if (typeof id === 'string' && typeof pid === 'number') return { id, pid, bootId, host, since, command };
  } catch {
    // Falls through: the file is not one of ours.
  }
  return { id: 'unreadable', pid: 0, bootId: '', host: 'unknown', since: 'unknown', command: 'unknown' };
};

export const writeWhole = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Gives a file a second name, unless there is such a file already. */
export const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};
