import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Ends everything in the group that a process leads or led; false where there is no such group. */
export const killGroup = (leader: number | undefined): boolean => {
  try {
    return leader !== undefined && process.kill(-leader, 'SIGKILL');
  } catch {
    return false;
  }
};

/** A module of ours in a Node process of its own, with a channel for messages. */
export interface ModuleProcess {
  /** What can be cloned; typed arrays included. Does nothing once the process has ended. */
  readonly send: (message: object) => void;
  readonly onMessage: (handle: (message: unknown) => void) => void;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit code, null where a signal ended it or it could not be started. */
  readonly end: Promise<number | null>;
  /** Whether this process waits for it before it ends by itself; it does not until it is told to. */
  readonly hold: (isHeld: boolean) => void;
  /** Ends it and what it started. `end` resolves soon, whatever else holds its pipes or keeps it from ending. */
  readonly kill: () => void;
}

export interface ModuleOptions {
  readonly cwd: string;
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** So long what the pipes still hold may take to come in once the process has ended: another may hold them for ever. */
const drainMs = 500;

/** So long a killed process may take to end. One that waits for a dead disk does not. */
const dyingMs = 5000;

/** Resolves when a process has ended, and what it left in its pipes is here. What it started in its group ends with it. */
const endOf = (child: ChildProcess) => {
  const { promise: end, resolve } = Promise.withResolvers<number | null>();
  let giveUp: NodeJS.Timeout | undefined;
  const finish = (code: number | null): void => {
    clearTimeout(giveUp);
    child.stdout?.destroy();
    child.stderr?.destroy();
    if (child.connected) child.disconnect();
    child.unref();
    resolve(code);
  };
  const finishWithin = (milliseconds: number, code: number | null): void => {
    clearTimeout(giveUp);
    giveUp = setTimeout(() => finish(code), milliseconds);
  };
  child.on('error', () => finish(null));
  child.on('exit', (code) => {
    killGroup(child.pid);
    finishWithin(drainMs, code);
  });
  child.on('close', finish);
  const kill = (): void => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (!killGroup(child.pid)) child.kill('SIGKILL');
    finishWithin(dyingMs, null);
  };
  return { end, kill };
};

export const startModule = (file: string, options: ModuleOptions): ModuleProcess => {
  // A group of its own: it is ended whole, and Ctrl-C, which reaches a whole group, leaves it at work.
  const child = fork(file, [], {
    ...{ cwd: options.cwd, env: { ...options.env }, execArgv: ['--no-warnings'], detached: true },
    ...{ serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  });
  const { end, kill } = endOf(child);
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('a process was started without its streams');
  const hold = (isHeld: boolean): void => {
    const handles = [child, child.channel, stdout, stderr] as readonly ({
      ref?: () => void;
      unref?: () => void;
    } | null)[];
    for (const handle of handles) isHeld ? handle?.ref?.() : handle?.unref?.();
  };
  hold(false);
  return {
    // What is sent to a process that ended meanwhile is of no use to anybody; that it ended is told by `end`.
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    onMessage: (handle) => void child.on('message', handle),
    ...{ stdout, stderr, end, hold, kill },
  };
};

/** The other side: what a module that was started so sees of the process that started it. */
export interface ParentProcess {
  /** Throws where the message cannot be cloned. */
  readonly send: (message: object) => void;
  readonly onMessage: (handle: (message: unknown) => void) => void;
  /** Takes what is printed from here on, in the place of both streams. */
  readonly onPrint: (handle: (text: string) => void) => void;
}

/** Ends this process with its group, at once and whatever still runs in it, when the one that started it is gone. */
export const connectToParent = (): ParentProcess => {
  process.on('disconnect', () => killGroup(process.pid) || process.kill(process.pid, 'SIGKILL'));
  // Whoever stops a service or a container asks all in it. The parent finishes or undoes what is under way, and needs this
  // process for that.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  return {
    send: (message) => void process.send?.(message),
    onMessage: (handle) => void process.on('message', handle),
    onPrint: (handle) => {
      for (const stream of [process.stdout, process.stderr]) {
        const write = (text: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
          handle(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
          const done = rest.at(-1);
          if (typeof done === 'function') done();
          return true;
        };
        stream.write = write as typeof stream.write;
      }
    },
  };
};
