/**
 * A check by command: runs it through the shell and looks at its exit code.
 *
 * Promises that a command which fails, hangs or cannot be started is a result, that it and its children are gone
 * afterwards, and that it sees only the environment variables it is meant to. It may not know why it is run.
 */
import type { Check, CheckContext, CheckOrder, CheckResult, Provider } from '../../engine/provider/index.ts';
import { endOf, runShell } from '../../engine/system/index.ts';

/** So much of the end of the output goes into the release log. */
const shownBytes = 64 * 1024;

/** The end of the output without its secrets, from a whole line where something is cut off. */
const tail = (output: Buffer, redact: CheckOrder['redact']): string => {
  if (output.length <= shownBytes) return redact(output.toString('utf8'));
  // What begins before the piece that is looked at, and may be half a secret, is far from what is shown.
  const text = redact(output.subarray(-2 * shownBytes).toString('utf8'));
  const end = text.slice(-shownBytes);
  return `[…]\n${end.slice(end.indexOf('\n') + 1)}`;
};

const check = ({ system }: CheckContext): Check => ({
  /** Options: `run`, a command line for the shell. */
  run: async (order): Promise<CheckResult> => {
    if (order.signal.aborted) return { passed: false, detail: 'interrupted', output: '' };
    const { directory, variables, timeoutMs, signal } = order;
    const command = String(order.options.run);
    const result = await runShell(system, { command, directory, variables, timeoutMs, signal, together: true });
    return { passed: result.exitCode === 0, detail: endOf(result, order), output: tail(result.stdout, order.redact) };
  },
});

export const command: Provider = { name: 'command', check };
