import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What one whole process took. */
export interface Taken {
  readonly wallMs: number;
  /** User and system time, with that of its children; 0 where the system does not tell. */
  readonly cpuMs: number;
  /** The most memory that the process itself held, in bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
  /** It was ended when its time was over: it takes longer than that. */
  readonly isCut: boolean;
}

export interface RunOptions {
  /** Ended when this much time has passed. */
  readonly timeoutMs?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure; 0 alone where it is not given. */
  readonly exits?: readonly number[];
}

const clockTicks = 100;
const lookEveryMs = 5;

/** The figures of a process that is still there; undefined where it is not, or where there is no /proc. */
const look = (pid: number): { readonly cpuMs: number; readonly peakBytes: number } | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return { cpuMs: (ticks * 1000) / clockTicks, peakBytes: Number(kilobytes) * 1024 };
  } catch {
    return undefined;
  }
};

/** Runs a program to its end and says what it took. Throws with its output where it fails. */
export const run = (program: string, args: readonly string[], options: RunOptions = {}): Promise<Taken> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', CI: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let last = { cpuMs: 0, peakBytes: 0 };
    const timer = setInterval(() => {
      const seen = child.pid === undefined ? undefined : look(child.pid);
      // One that has ended and is still listed holds no memory any more.
      if (seen) last = { cpuMs: Math.max(last.cpuMs, seen.cpuMs), peakBytes: Math.max(last.peakBytes, seen.peakBytes) };
    }, lookEveryMs);
    let isCut = false;
    const limit = setTimeout(() => {
      isCut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 3_600_000);
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      if (output.length < 50) output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      clearTimeout(limit);
      const wallMs = performance.now() - began;
      if (isCut || (options.exits ?? [0]).includes(code ?? -1)) resolve({ wallMs, ...last, isCut });
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${Buffer.concat(output)}`));
    });
  });
