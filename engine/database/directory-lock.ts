import { constants } from 'node:fs';
import { link, open, rename, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import type { ProcessIdentity, System } from '../system/index.ts';

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

export interface DirectoryLock {
  readonly release: () => Promise<void>;
}

/** The locks that this process holds: with them a process that was given the pid of a dead one knows that it is not that one. */
const held = new Set<string>();

const pollMs = 100;

/**
 * Whether the holder is certainly gone. Of another host nothing is certain, and a process that cannot be judged counts as
 * alive: two processes in one embedded directory would lose each other's commits.
 */
export const isGone = (
  holder: LockHolder,
  self: ProcessIdentity,
  isAlive: (pid: number) => boolean,
  holdsItself: (id: string) => boolean,
): boolean => {
  if (holder.host !== self.host) return false;
  if (holder.bootId !== self.bootId) return true;
  return holder.pid === self.pid ? !holdsItself(holder.id) : !isAlive(holder.pid);
};

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

const readHolder = async (file: string): Promise<LockHolder | undefined> => {
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

const writeWhole = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Takes the lock at `file`, or says who has it. A dead holder's lock may be replaced only by whoever holds the lock that
 * succeeds it, `lock.after-<its id>`, taken in this same way: so of any number of takers one wins, at any crash of theirs.
 */
const take = async (
  file: string,
  own: LockHolder,
  ownFile: string,
  gone: (holder: LockHolder) => boolean,
): Promise<LockHolder | undefined> => {
  for (;;) {
    if (await linked(ownFile, file)) return undefined;
    const holder = await readHolder(file);
    if (!holder) continue;
    if (!gone(holder)) return holder;
    const successor = join(file, '..', `${basename(file).split('.after-')[0]}.after-${holder.id}`);
    const rival = await take(successor, own, ownFile, gone);
    if (rival) return rival;
    const present = await readHolder(file);
    if (present?.id === holder.id) {
      const replacement = `${ownFile}.replacement`;
      await writeWhole(replacement, JSON.stringify(own));
      await rename(replacement, file);
      await unlink(successor);
      return undefined;
    }
    // Somebody finished the succession in the meantime; look again.
    await unlink(successor);
  }
};

const lockedBy = (holder: LockHolder, file: string, label: string) =>
  refuse('database-embedded-locked', {
    detail: `The database ${label} is in use by "${holder.command}" (process ${holder.pid} on ${holder.host}, since ${holder.since}).`,
    hint:
      'Wait for it, or give --lock-timeout. Where that process certainly does not run any more on that host, remove the lock:\n' +
      `    rm ${file}`,
  });

/**
 * Takes the exclusive lock of an embedded database's directory, which must exist. A lock left by a dead process is taken
 * over. Throws `database-embedded-locked`, naming the holder, when `timeoutMs` have passed or the run is interrupted.
 */
export const lockDirectory = async (
  directory: string,
  label: string,
  system: System,
  options: { readonly lockTimeoutMs: number; readonly command: string },
): Promise<DirectoryLock> => {
  const { self, isAlive } = system.processes;
  const file = join(directory, 'lock');
  const own: LockHolder = {
    id: system.ids.uuid(),
    pid: self.pid,
    bootId: self.bootId,
    host: self.host,
    since: system.clock.now().toISOString(),
    command: options.command,
  };
  const ownFile = join(directory, `lock.${own.id}`);
  const gone = (holder: LockHolder): boolean => isGone(holder, self, isAlive, (id) => held.has(id));
  const deadline = system.clock.monotonicMs() + options.lockTimeoutMs;
  // Known before the file appears, so that no one in this process takes it for a dead namesake's.
  held.add(own.id);
  let taken = false;
  try {
    await writeWhole(ownFile, JSON.stringify(own));
    for (;;) {
      const holder = await take(file, own, ownFile, gone);
      if (!holder) break;
      const left = deadline - system.clock.monotonicMs();
      if (left <= 0 || system.interrupted.aborted) throw lockedBy(holder, file, label);
      await system.clock.sleep(Math.min(pollMs, left), system.interrupted);
    }
    taken = true;
  } finally {
    if (!taken) held.delete(own.id);
    await unlink(ownFile).catch(() => undefined);
  }
  return {
    release: async () => {
      if (!held.delete(own.id)) return;
      const present = await readHolder(file);
      if (present?.id === own.id) await unlink(file);
    },
  };
};
