import type { BackupStore } from '../provider/index.ts';
import { type BackupRecord, lastBackup, listBackups, type State } from '../state/index.ts';
import { type BackupContents, readContents, requirePacks } from './contents.ts';
import { damaged, isDamage } from './damage.ts';
import { hasSize, linesFile } from './files.ts';
import { type BackupIndex, readIndex } from './index-file.ts';

/** The backup that a new one may continue. */
export interface LastBackup {
  readonly record: BackupRecord;
  readonly index: BackupIndex;
}

export const unlessDamaged = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
};

/**
 * The newest proven backup of a place, where its own files are in order; costs nothing of the size of the estate. A
 * damaged one is as good as none: the next backup then stands alone.
 */
export const findLast = async (
  backups: BackupStore,
  state: State,
  placeId: string,
): Promise<LastBackup | undefined> => {
  const record = await lastBackup(state, placeId);
  if (!record) return undefined;
  return unlessDamaged(async () => {
    const index = await readIndex(backups, record);
    await requirePacks(backups, placeId, index.packs);
    const lines = linesFile(record);
    if (index.lists && !(await hasSize(backups, lines, index.lists.bytes))) {
      throw damaged(backups, lines, `is not there with its ${index.lists.bytes} bytes`);
    }
    return { record, index };
  });
};

/** All that the last backup holds, where every file it rests on is in order. Costs the size of the estate. */
export const readLastContents = (
  backups: BackupStore,
  state: State,
  last: LastBackup | undefined,
): Promise<BackupContents | undefined> =>
  unlessDamaged(async () => {
    if (!last) return undefined;
    const { record } = last;
    const contents = await readContents(backups, await listBackups(state, record.placeId), record);
    await requirePacks(backups, record.placeId, contents.packs);
    return contents;
  });
