import { mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Refusal, refuse } from '../diagnostics/index.ts';
import { systemReason } from '../documents/index.ts';
import type { System } from '../system/index.ts';

const unwritable = (path: string, error: unknown): Refusal =>
  refuse(
    'output-unwritable',
    { detail: `${path} cannot be written: ${systemReason(error)}.`, hint: 'Nothing was changed.' },
    error,
  );

const isSystemError = (error: unknown): boolean =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';

const writeSynced = async (path: string, text: string, mode: number): Promise<void> => {
  // "wx": never through a link, and never over anything.
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/**
 * Gives a file another text: whole or not at all, with the permissions it had. Throws `Refusal` with `output-unwritable`
 * where that is impossible; the file is what it was then.
 */
export const replaceFile = async ({ ids }: System, path: string, text: string): Promise<void> => {
  const draft = join(dirname(path), `.${basename(path)}.${ids.uuid()}.part`);
  try {
    const { mode } = await stat(path);
    await writeSynced(draft, text, mode & 0o777);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw isSystemError(error) ? unwritable(path, error) : error;
  }
};

/** A file to be made, below a directory. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Makes files, and the folders they need, below a directory. What is there stays as it is: where one of the files exists,
 * or cannot be made, those made so far are taken away again and `Refusal` is thrown with `output-unwritable`.
 */
export const createFiles = async (directory: string, files: readonly NewFile[]): Promise<void> => {
  const made: string[] = [];
  const folders: string[] = [];
  for (const file of files) {
    const path = join(directory, file.path);
    try {
      const folder = await mkdir(dirname(path), { recursive: true });
      if (folder !== undefined) folders.push(folder);
      await writeSynced(path, file.text, 0o666);
      made.push(path);
    } catch (error) {
      // A file that was begun and could not be finished is ours; one that was there before is not.
      const begun = (error as NodeJS.ErrnoException).code === 'EEXIST' ? [] : [path];
      for (const one of [...made, ...begun]) await rm(one, { force: true }).catch(() => undefined);
      for (const one of folders) await rmdir(one).catch(() => undefined);
      throw isSystemError(error) ? unwritable(path, error) : error;
    }
  }
};
