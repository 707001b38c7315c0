import { type Diagnostic, problem } from '../../diagnostics/index.ts';

/** What the system's codes for files mean, and what to do about each. */
const meanings: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['its directory does not exist', 'Make the directory first, or choose another name.'],
  ENOTDIR: ['a part of its path is no directory', 'Choose another name.'],
  EISDIR: ['it is a directory', 'Name a file in it.'],
  EACCES: ['permission is denied', 'Choose a directory in which you may write.'],
  EPERM: ['the system does not permit it', 'Choose a directory in which you may write.'],
  EROFS: ['the file system is read-only', 'Choose a directory in which you may write.'],
  ENOSPC: ['there is no space left', 'Make room there, or choose another place.'],
  EDQUOT: ['the quota is used up', 'Make room there, or choose another place.'],
  EFBIG: ['files may not become as large there', 'Choose another place.'],
  ELOOP: ['its symbolic links lead in a circle', 'Choose another name.'],
  ENAMETOOLONG: ['its name is too long', 'Choose a shorter name.'],
  ENXIO: ['nobody reads there', 'Start the reader first, or choose another name.'],
  EPIPE: ['its reader went away', 'Look for why the reader ended, or choose another name.'],
};

/** `permission is denied (EACCES)` */
export const systemWords = (code: string): string => {
  const [words] = meanings[code] ?? [];
  return words === undefined ? `the system says ${code}` : `${words} (${code})`;
};

export const adviceOnSystemCode = (code: string): string => meanings[code]?.[1] ?? 'Choose another name.';

/** What a machine says when it has run out of something, whatever was being done. */
const exhausted: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['There is no space left on the disk', 'Make room'],
  EDQUOT: ['The quota of the disk is used up', 'Make room'],
  EROFS: ['The file system is read-only', 'Make it writable'],
  EIO: ['The disk cannot be read or written', 'Look after the disk'],
  EMFILE: ['Too many files are open', 'Raise the limit of open files'],
  ENFILE: ['Too many files are open on this machine', 'Raise the limit of open files'],
  ENOMEM: ['There is no memory left', 'Free some memory'],
};

/** The problem behind an error that nobody foresaw where it happened; undefined where it is none of the machine's. */
export const machineProblem = (error: unknown): Diagnostic | undefined => {
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const [what, advice] = exhausted[code ?? ''] ?? [];
  if (what === undefined || advice === undefined) return undefined;
  return problem('machine-exhausted', {
    detail: `${what} (${code}${path ? `, ${path}` : ''}).`,
    hint: `${advice} and run the command again. If a release was under way, this finishes or undoes it:

    m3forge recover`,
  });
};
