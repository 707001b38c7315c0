import { Refusal, refuse } from '../../engine/diagnostics/index.ts';

export const errorCode = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** What the file system reports. Others, such as a lost connection, come from where the bytes to be written come from. */
const diskCodes: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'ESTALE', 'EIO', 'ENOENT', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'],
  ...['EMFILE', 'ENFILE', 'EFBIG', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'],
]);

/** What a failed call of the file system comes to. What is no error of the file system is a bug and returned as it is. */
export const storeProblem = (doing: 'reading' | 'writing', location: string, error: unknown): unknown => {
  const code = errorCode(error);
  if (error instanceof Refusal || !diskCodes.has(code)) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return refuse('backup-store-full', {
      detail: `There is no room left in ${location} (${code}).`,
      hint: 'Make room, or prune old backups:\n  m3forge backup prune',
    });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return refuse('backup-store-not-a-directory', {
      detail: `${location}, or something on the way there, is a file.`,
      hint: 'Configure another directory under backups.path.',
    });
  }
  return doing === 'reading'
    ? refuse('backup-store-unreadable', { detail: `${location} cannot be read (${code}).` }, error)
    : refuse(
        'backup-store-unwritable',
        {
          detail: `${location} cannot be written (${code}).`,
          hint: 'Check its owner and permissions, and whether the file system is mounted read-only.',
        },
        error,
      );
};

/** Runs something on the file system; what it throws comes out as a `Refusal` where a user can mend it. */
export const onDisk = async <T>(doing: 'reading' | 'writing', location: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw storeProblem(doing, location, error);
  }
};
