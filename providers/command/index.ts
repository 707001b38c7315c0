/**
 * A check by command: runs it through the shell and looks at its exit code.
 *
 * Promises that a command which fails, hangs or cannot be started is a result, that it and its children are gone
 * afterwards, and that it sees only the environment variables it is meant to. It may not know why it is run.
 */
import type { Check, CheckContext, CheckOrder, CheckResult, Provider } from '../../engine/provider/index.ts';
import type { RunResult, System } from '../../engine/system/index.ts';

/** What a command needs to find programs, its files and its language. Nothing else of this process is handed on. */
const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR'] as const;

/** So much of the end of the output goes into the release log. */
const shownBytes = 64 * 1024;

const environment = (system: System, variables: CheckOrder['variables']): Record<string, string> => {
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = system.env(name);
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...variables };
};

/** The end of the output without its secrets, from a whole line where something is cut off. */
const tail = (output: Buffer, redact: CheckOrder['redact']): string => {
  if (output.length <= shownBytes) return redact(output.toString('utf8'));
  // What begins before the piece that is looked at, and may be half a secret, is far from what is shown.
  const text = redact(output.subarray(-2 * shownBytes).toString('utf8'));
  const end = text.slice(-shownBytes);
  return `[…]\n${end.slice(end.indexOf('\n') + 1)}`;
};

const describe = (result: RunResult, { timeoutMs, signal }: CheckOrder): string => {
  if (result.startError) return `could not be started: ${result.startError}`;
  if (result.timedOut) return `timed out after ${timeoutMs / 1000} s`;
  if (result.exitCode !== null) return `exit code ${result.exitCode}`;
  return signal.aborted ? 'interrupted' : 'killed by a signal';
};

const check = ({ system }: CheckContext): Check => ({
  /** Options: `run`, a command line for the shell. */
  run: async (order): Promise<CheckResult> => {
    if (order.signal.aborted) return { passed: false, detail: 'interrupted', output: '' };
    // Both streams as one, so that the log has them in the order in which they were written.
    const result = await system.processes.run('/bin/sh', ['-c', `exec 2>&1\n${String(order.options.run)}`], {
      cwd: order.directory,
      env: environment(system, order.variables),
      timeoutMs: order.timeoutMs,
      signal: order.signal,
    });
    return {
      passed: result.exitCode === 0,
      detail: describe(result, order),
      output: tail(result.stdout, order.redact),
    };
  },
});

export const command: Provider = { name: 'command', check };
