import { rename, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import { hasEnded, type Processes, type System } from '../system/index.ts';
import { createLine } from './directory-line.ts';
import { type LockHolder, linked, readHolder, writeWhole } from './lock-file.ts';

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
  processes: Pick<Processes, 'self' | 'isAlive'>,
  holdsItself: (id: string) => boolean,
): boolean => {
  const { pid, host, bootId } = processes.self;
  const isNamesake = holder.pid === pid && holder.host === host && holder.bootId === bootId;
  return isNamesake ? !holdsItself(holder.id) : hasEnded(holder, processes);
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

const lockedBy = (holder: LockHolder, doing: 'is in use' | 'is waited for', file: string, label: string) =>
  refuse('database-embedded-locked', {
    detail: `The database ${label} ${doing} by "${holder.command}" (process ${holder.pid} on ${holder.host}, since ${holder.since}).`,
    hint:
      'Wait for it, or give --lock-timeout. Where that process certainly does not run any more on that host, remove the lock:\n' +
      `    rm ${file}`,
  });

/**
 * Takes the exclusive lock of an embedded database's directory, which must exist. A lock left by a dead process is taken
 * over; those who wait take it in the order in which they came. Throws `database-embedded-locked`, naming the holder, when
 * `lockTimeoutMs` have passed or the run is interrupted.
 */
export const lockDirectory = async (
  directory: string,
  label: string,
  system: System,
  options: { readonly lockTimeoutMs: number; readonly command: string },
): Promise<DirectoryLock> => {
  const { self } = system.processes;
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
  const gone = (holder: LockHolder): boolean => isGone(holder, system.processes, (id) => held.has(id));
  const deadline = system.clock.monotonicMs() + options.lockTimeoutMs;
  // Known before the file appears, so that no one in this process takes it for a dead namesake's.
  held.add(own.id);
  const line = createLine(directory, { file: ownFile, gone }, system.clock);
  let taken = false;
  try {
    await writeWhole(ownFile, JSON.stringify(own));
    for (;;) {
      const earlier = await line.first();
      const holder = earlier ? await readHolder(file) : await take(file, own, ownFile, gone);
      if (!holder && !earlier) break;
      const left = deadline - system.clock.monotonicMs();
      if (left <= 0 || system.interrupted.aborted) {
        throw holder
          ? lockedBy(holder, 'is in use', file, label)
          : lockedBy(earlier ?? own, 'is waited for', file, label);
      }
      await line.stay();
      await system.clock.sleep(Math.min(pollMs, left), system.interrupted);
    }
    taken = true;
  } finally {
    if (!taken) held.delete(own.id);
    await line.leave();
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
