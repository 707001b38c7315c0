const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is no directory',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links lead round in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  EIO: 'the disk has a fault',
};

/** Why the file system could not do it, in words; a code without words is given as it is. */
export const systemReason = (error: unknown): string => {
  const code = typeof error === 'string' ? error : error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? (reasons[code] ?? code) : 'for an unknown reason';
};
