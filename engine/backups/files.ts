import type { BackupStore } from '../provider/index.ts';

/** What says which files make up a backup. */
export interface BackupName {
  readonly placeId: string;
  readonly id: string;
}

/** The compressed bodies that a backup adds, one after the other. */
export const packFile = ({ placeId, id }: BackupName): string => `${placeId}/${id}.pack`;

/**
 * The index, written last: without it there is no backup. A backup that was rewritten to stand alone gets another file,
 * so that no file is ever written twice, and its record alone says which of the two holds.
 */
export const indexFile = (backup: BackupName & { readonly parent: string | null }): string =>
  `${backup.placeId}/${backup.id}${backup.parent === null ? '.whole.json' : '.json'}`;

/** All lines and all locations of a backup that stands alone: apart from its index, so that the index stays small. */
export const linesFile = ({ placeId, id }: BackupName): string => `${placeId}/${id}.lines.json`;

/** Whether a name is one of those above: nothing else is ever removed. */
export const isBackupFile = (name: string): boolean =>
  /^[^/]+\/[0-9a-f-]{36}(\.pack|\.json|\.whole\.json|\.lines\.json)$/.test(name);

/** Whether a file is there with exactly that many bytes; reads its last byte only. */
export const hasSize = async (backups: BackupStore, name: string, bytes: number): Promise<boolean> => {
  const end = await backups.read(name, { start: bytes - 1, length: 2 });
  return end?.length === 1;
};
