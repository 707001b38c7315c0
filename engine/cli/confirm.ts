import { createInterface } from 'node:readline';
import { refuse } from '../diagnostics/index.ts';
import type { Invocation } from './invocation.ts';
import { block } from './views/escape.ts';

const nobody = (why: string, instead: string) =>
  refuse('confirmation-impossible', {
    detail: `This needs a confirmation, and ${why}.`,
    hint: instead,
  });

/** One line from standard input; undefined at its end or when the signal is aborted. */
const readAnswer = ({ terminal }: Invocation, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    // Without `terminal` Ctrl-C stays a signal to the process, where it is handled like every other one.
    const lines = createInterface({ input: terminal.stdin, terminal: false });
    const finish = (answer: string | undefined): void => {
      // Closing tells of the end of input at once, so the answer comes first.
      resolve(answer);
      signal.removeEventListener('abort', stop);
      lines.close();
    };
    const stop = (): void => finish(undefined);
    signal.addEventListener('abort', stop, { once: true });
    lines.once('line', finish);
    lines.once('close', stop);
  });

/**
 * Asks a question that only the full word `yes` answers. Refuses where nobody can be asked, saying what to do instead, and
 * where the question was interrupted.
 */
export const askForYes = async (invocation: Invocation, question: string, instead: string): Promise<boolean> => {
  const { context, settings, terminal } = invocation;
  const { env, interrupted } = context.system;
  if (!settings.input) throw nobody('--input=false says not to ask', instead);
  if (env('CI')) throw nobody('in CI there is nobody to ask', instead);
  if (terminal.stdin.isTTY !== true) throw nobody('standard input is no terminal', instead);
  terminal.stderr.write(`\n${block(question)}\n  Only the full word "yes" confirms.\n\n  Answer: `);
  const answer = interrupted.aborted ? undefined : await readAnswer(invocation, interrupted);
  if (answer === undefined) terminal.stderr.write('\n');
  if (interrupted.aborted) {
    throw refuse('release-interrupted', { detail: 'Interrupted at the question. Nothing was changed.' });
  }
  return answer?.trim() === 'yes';
};
