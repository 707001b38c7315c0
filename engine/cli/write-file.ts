import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import type { Invocation } from './invocation.ts';

/**
 * Writes a file for its owner alone, whole or not at all: under another name first, synced, then renamed. A text that
 * holds a secret of this run is refused: taking it out would change what the file says.
 */
export const writeOutputFile = async (invocation: Invocation, path: string, text: string): Promise<void> => {
  const { context, output, pathOf } = invocation;
  if (output.redact(text) !== text) {
    throw refuse('output-secret', {
      detail: `What would be written to ${path} holds a secret that this run knows. Nothing was written.`,
      hint: 'Look for the value of a password or token inside an artifact or a name, and take it out.',
    });
  }
  const whole = pathOf(path);
  const draft = join(dirname(whole), `.${context.system.ids.uuid()}.part`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, whole);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    throw refuse('output-unwritable', { detail: `${path} cannot be written (${code}).` }, error);
  }
};
