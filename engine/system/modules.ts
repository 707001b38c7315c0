import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';

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
  readonly kill: () => void;
}

export interface ModuleOptions {
  readonly cwd: string;
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>;
}

export const startModule = (file: string, options: ModuleOptions): ModuleProcess => {
  const child = fork(file, [], {
    ...{ cwd: options.cwd, env: { ...options.env }, execArgv: ['--no-warnings'] },
    ...{ serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  });
  const end = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code));
  });
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
    ...{ stdout, stderr, end, hold },
    kill: () => void child.kill('SIGKILL'),
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

/** Ends this process, at once and whatever still runs in it, when the one that started it is gone. */
export const connectToParent = (): ParentProcess => {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl-C reaches the whole group. The parent finishes or undoes what is under way, and needs this process for that.
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
