import type { RunResult } from './processes.ts';
import type { System } from './system.ts';

/** What a command needs to find programs, its files and its language. Nothing else of this process is handed on. */
const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR'] as const;

/** A command line that somebody wrote into the configuration. */
export interface ShellOrder {
  readonly command: string;
  readonly directory: string;
  /** What the command may know besides, as environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The command and all its children are killed when it runs out. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Both streams as one, in the order in which they were written: all of it is in `stdout` then. */
  readonly together?: boolean;
}

/** Runs a command line through the shell; it sees only the environment variables that it is meant to. */
export const runShell = ({ env, processes }: System, order: ShellOrder): Promise<RunResult> => {
  const known = inherited.flatMap((name) => {
    const value = env(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return processes.run('/bin/sh', ['-c', order.together ? `exec 2>&1\n${order.command}` : order.command], {
    cwd: order.directory,
    env: { ...Object.fromEntries(known), ...order.variables },
    timeoutMs: order.timeoutMs,
    signal: order.signal,
  });
};

/** How a command ended, in a few words. */
export const endOf = (result: RunResult, { timeoutMs, signal }: Pick<ShellOrder, 'timeoutMs' | 'signal'>): string => {
  if (result.startError) return `could not be started: ${result.startError}`;
  if (result.timedOut) return `timed out after ${timeoutMs / 1000} s`;
  if (result.exitCode !== null) return `exit code ${result.exitCode}`;
  return signal.aborted ? 'interrupted' : 'killed by a signal';
};
