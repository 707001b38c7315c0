import { constants } from 'node:fs';
import { link, open } from 'node:fs/promises';

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

/** More than any lock file has. */
const longestLock = 10_000;

/** What the file says; it may be anything that somebody put there, also a pipe that nobody writes to. */
const readBeginning = async (file: string): Promise<string | undefined> => {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) return '';
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestLock), 0, longestLock, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** What is written in a lock file; undefined where there is none. */
export const readHolder = async (file: string): Promise<LockHolder | undefined> => {
  const text = await readBeginning(file);
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
