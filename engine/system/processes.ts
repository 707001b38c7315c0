import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { killGroup, type ModuleOptions, type ModuleProcess, startModule } from './modules.ts';

/** Who this process is, as a lease or a lock file records it. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Changes with each start of the machine, so that a pid of an earlier boot is never taken for a living process. */
  readonly bootId: string;
  readonly user: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** The process and all its children are killed when it runs out. */
  readonly timeoutMs?: number;
  /** The complete environment of the child; by default this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** More output than this (each of stdout and stderr) is cut off. Default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** Null where the process was killed by a signal or could not be started. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly timedOut: boolean;
  /** Set where the program could not be started at all, such as `ENOENT`. */
  readonly startError?: string;
}

/** A running child for streaming use. `end` resolves with the exit code after both streams have closed. */
export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly end: Promise<number | null>;
  readonly kill: () => void;
}

export interface Processes {
  readonly self: ProcessIdentity;
  /** Whether a process of this machine's present boot is alive. */
  readonly isAlive: (pid: number) => boolean;
  readonly run: (program: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;
  readonly start: (program: string, args: readonly string[], options?: Pick<RunOptions, 'cwd' | 'env'>) => Child;
  /** Starts a file of this program as a process that messages can be exchanged with. */
  readonly startModule: (file: string, options: ModuleOptions) => ModuleProcess;
}

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Whether a process that left its identity somewhere has certainly ended. Of another host nothing is certain, and a process
 * that cannot be judged counts as alive.
 */
export const hasEnded = (
  left: Pick<ProcessIdentity, 'pid' | 'host' | 'bootId'>,
  { self, isAlive }: Pick<Processes, 'self' | 'isAlive'>,
): boolean => left.host === self.host && (left.bootId !== self.bootId || !isAlive(left.pid));

const collect = (stream: Readable, maxBytes: number): (() => Buffer) => {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < maxBytes) chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks);
};

const run = (program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  new Promise((resolve) => {
    // A group of its own, so that a time-out reaches grandchildren too.
    const manner = { cwd: options.cwd, env: options.env ?? process.env, detached: true } as const;
    const child =
      options.input === undefined
        ? spawn(program, [...args], { ...manner, stdio: ['ignore', 'pipe', 'pipe'] })
        : spawn(program, [...args], { ...manner, stdio: 'pipe' });
    const maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    const stdout = collect(child.stdout, maxBytes);
    const stderr = collect(child.stderr, maxBytes);
    let timedOut = false;
    const kill = (): void => {
      if (!killGroup(child.pid)) child.kill('SIGKILL');
      // A grandchild that left the group may hold the pipes open for ever; nothing more is wanted of it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, options.timeoutMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    if (options.signal?.aborted) kill();
    const finish = (exitCode: number | null, startError?: string): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      resolve({ exitCode, stdout: stdout(), stderr: stderr(), timedOut, ...(startError && { startError }) });
    };
    child.on('error', (error: NodeJS.ErrnoException) => finish(null, error.code ?? error.message));
    child.on('close', (code) => finish(code));
    // A child that exits without reading its input is no error of ours.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
  });

const start: Processes['start'] = (program, args, options = {}) => {
  const child = spawn(program, [...args], { cwd: options.cwd, env: options.env ?? process.env, stdio: 'pipe' });
  const end = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code));
  });
  child.stdin.on('error', () => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    end,
    kill: () => void child.kill('SIGKILL'),
  };
};

export const createProcesses = (): Processes => ({
  self: { pid: process.pid, host: hostname(), bootId: bootId(), user: userName() },
  isAlive,
  run,
  start,
  startModule,
});
