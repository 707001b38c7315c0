import { Refusal, refuse } from '../diagnostics/index.ts';
import { explainMissing } from './missing.ts';

/** Damaged data, a damaged index, a file that is missing, a file that cannot be read. */
const damagedStates = ['XX001', 'XX002', '58P01', '58030', 'EIO'];
const unwritable = ['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST'];

/** SQLSTATEs have five characters; what WebAssembly or the file system throw has none. */
const sqlState = (error: Error): string | undefined => {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : undefined;
};

const diskFull = (label: string, error: Error): Refusal =>
  refuse(
    'database-disk-full',
    {
      detail: `The database ${label} has no disk space left.`,
      hint: 'Make room on its disk, then run the same command again: nothing unfinished was kept.',
    },
    error,
  );

/** Files that are not what they should be. */
export const damaged = (label: string, cause?: Error): Refusal =>
  refuse(
    'database-corrupted',
    {
      detail: `The database ${label} cannot be opened: its files are damaged or were written by another version.`,
      hint: 'Move its folder away and keep it; then restore the last backup into a new one.',
    },
    cause,
  );

/** A TypeError is a bug of ours, except where PostgreSQL gave up so early that its WebAssembly lacked what it calls then. */
const isMistakeOfOurs = ({ name, stack = '' }: Error): boolean => name === 'TypeError' && !stack.includes('wasm');

/**
 * What PGlite or the file system threw, as a `Refusal` where a user can mend it; other errors as they came. `trouble` is what
 * the file system said before: it explains an error with which PostgreSQL itself came to an end.
 */
export const explainEmbeddedError = (
  error: unknown,
  label: string,
  phase: 'opening' | 'working',
  trouble?: string,
): unknown => {
  if (error instanceof Refusal) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const isEnd = phase === 'opening' || sqlState(cause) === undefined || damagedStates.includes(sqlState(cause) ?? '');
  const code = String((isEnd && trouble) || ((cause as { readonly code?: unknown }).code ?? ''));
  if (code === '53100' || code === 'ENOSPC' || code === 'EDQUOT') return diskFull(label, cause);
  // 42501: of the user who is everything in there, PostgreSQL says it only of files that it may not write.
  if (unwritable.includes(code) || code === '42501') {
    return refuse(
      'database-embedded-unwritable',
      {
        detail: `The database ${label} cannot be opened for writing (${code}).`,
        hint: 'Its folder must be writable for this user; state.path in m3forge.yaml moves it.',
      },
      cause,
    );
  }
  if (damagedStates.includes(code) || (phase === 'opening' && !isMistakeOfOurs(cause))) {
    return damaged(label, cause);
  }
  if (sqlState(cause) === undefined && ['RuntimeError', 'ExitStatus', 'ErrnoError'].includes(cause.name)) {
    return refuse(
      'database-embedded-stopped',
      { detail: `The database ${label} stopped working: ${cause.message}.`, hint: 'Run the same command again.' },
      cause,
    );
  }
  return explainMissing(code, cause, label) ?? error;
};
