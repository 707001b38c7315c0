import { refuse } from '../../engine/diagnostics/index.ts';

const segment = /^[A-Za-z0-9._-]{1,255}$/;

const isName = (name: string): boolean =>
  name.split('/').every((part) => segment.test(part) && part !== '.' && part !== '..');

/** The key of a file. Refuses what is no name of one, so that nothing outside the prefix is ever touched. */
export const keyOf = (prefix: string, name: string): string => {
  if (isName(name)) return prefix + name;
  throw refuse('backup-name-invalid', {
    detail: `${JSON.stringify(name)} cannot name a backup file.`,
    hint: 'A name has letters, digits, ".", "-" and "_", with "/" between folders.',
  });
};

/** The beginning of the keys in a folder; the empty folder stands for the whole store. */
export const folderKey = (prefix: string, folder: string): string =>
  folder === '' ? prefix : `${keyOf(prefix, folder)}/`;

/** The file that a key stands for; undefined for what somebody else put into the bucket. */
export const nameOf = (prefix: string, key: string): string | undefined => {
  const name = key.startsWith(prefix) ? key.slice(prefix.length) : '';
  return isName(name) ? name : undefined;
};
