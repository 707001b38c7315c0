import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../engine/diagnostics/index.ts';
import { errorCode } from './errors.ts';

/** Marks a file that is being written. */
export const partialSuffix = '.partial';

/** A name that no other process, here or on another host that shares the directory, uses at the same time. */
export const draftName = (name: string, pid: number, uuid: string): string =>
  `.${name.slice(0, 150)}.${pid}.${uuid}${partialSuffix}`;

/** Whether `draftName` made a name: nothing else is ever swept away. */
export const isDraft = (entry: string): boolean => /^\..+\.\d+\.[0-9a-f-]{36}\.partial$/.test(entry);

/** What a check of the directory writes; a living one is as well off without it. */
export const probeName = 'probe';

const segment = /^[A-Za-z0-9._-]{1,255}$/;

/** The parts of a name; refuses a name that could mean a place outside the directory. */
const segmentsOf = (name: string): readonly string[] => {
  const segments = name.split('/');
  const sound = segments.every((part) => segment.test(part) && part !== '.' && part !== '..');
  if (sound && !name.endsWith(partialSuffix)) return segments;
  throw refuse('backup-name-invalid', {
    detail: `${JSON.stringify(name)} cannot name a backup file.`,
    hint: 'A name has letters, digits, ".", "-" and "_", with "/" between folders.',
  });
};

/**
 * The path of a name in the directory. A symbolic link on the way is refused wherever it leads: the store makes none, so
 * somebody else did. The directory itself may be one.
 */
export const pathOf = async (location: string, name: string): Promise<string> => {
  let path = location;
  for (const part of segmentsOf(name)) {
    path = join(path, part);
    const found = await lstat(path).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    });
    if (found?.isSymbolicLink()) {
      throw refuse('backup-store-link-refused', {
        detail: `${path} is a symbolic link.`,
        hint: 'Put the file or folder itself there; the whole backup directory may be a link.',
      });
    }
  }
  return path;
};
