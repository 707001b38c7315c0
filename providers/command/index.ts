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

/** The end of the output, from a whole line where something is cut off. */
const tail = (output: Buffer): string => {
  if (output.length <= shownBytes) return output.toString('utf8');
  const end = output.subarray(output.length - shownBytes);
  return `[…]\n${end.subarray(end.indexOf('\n') + 1).toString('utf8')}`;
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
    return { passed: result.exitCode === 0, detail: describe(result, order), output: tail(result.stdout) };
  },
});

export const command: Provider = { name: 'command', check };
