import type { Invocation } from '../invocation.ts';
import { createPlainProgress } from './plain.ts';
import type { Progress } from './progress.ts';

/** What is said at the first Ctrl-C. */
const interruption =
  'Interrupted: the step in flight is being finished or undone, and recorded. Once more stops at once.';

/** Progress on standard error: moving on a terminal, plain lines elsewhere, none with `--quiet`. */
const choose = async ({ output, settings, terminal }: Invocation): Promise<Progress> => {
  if (settings.quiet) return createPlainProgress(output.notice, output.message);
  if (!output.lively) return createPlainProgress(output.message, output.message);
  const { createListProgress } = await import('./list.ts');
  return createListProgress(terminal.stderr, output);
};

/** Does something that reports its progress, and always leaves the terminal as it was found. */
export const withProgress = async <T>(
  invocation: Invocation,
  work: (report: Progress['report']) => Promise<T>,
  own?: Progress,
): Promise<T> => {
  const progress = own ?? (await choose(invocation));
  const { interrupted } = invocation.context.system;
  let begun = false;
  const note = (): void => {
    if (begun) progress.note(interruption);
  };
  interrupted.addEventListener('abort', note, { once: true });
  try {
    return await work((target, event) => {
      begun = true;
      progress.report(target, event);
    });
  } finally {
    interrupted.removeEventListener('abort', note);
    await progress.end();
  }
};
