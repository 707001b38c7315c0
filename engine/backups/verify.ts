import type { BackupStore } from '../provider/index.ts';
import { type BackupRecord, listBackups, markUnproven, markVerified, type State } from '../state/index.ts';
import { type BackupContents, readContents, requirePacks } from './contents.ts';
import { isDamage } from './damage.ts';
import { readPacked } from './pack.ts';

/** What a backup was found to hold. */
export interface VerifyReport {
  readonly artifacts: number;
  /** Bodies it can restore. */
  readonly bodies: number;
  /** Bodies that it never had: they had drifted when it was taken. */
  readonly missing: number;
  /** Packs that its bodies lie in. */
  readonly packs: number;
}

const look = async (
  backups: BackupStore,
  records: readonly BackupRecord[],
  record: BackupRecord,
  full: boolean,
): Promise<BackupContents> => {
  const contents = await readContents(backups, records, record);
  await requirePacks(backups, record.placeId, contents.packs);
  if (full) {
    const bodies = readPacked(backups, record.placeId, [...contents.bodies.values()]);
    // Reading is hashing: a body that comes out wrong ends this with the damage.
    while (!(await bodies.next()).done);
  }
  return contents;
};

/**
 * Looks whether a backup can be restored: its indexes, its lines and the sizes of its packs, and with `full` every body.
 * Records that it was verified. Where it is damaged, records that no backup may continue it, and throws `Refusal` with
 * `backup-damaged` naming the file.
 */
export const verifyBackup = async (
  backups: BackupStore,
  state: State,
  record: BackupRecord,
  { full }: { readonly full: boolean },
): Promise<VerifyReport> => {
  const records = await listBackups(state, record.placeId);
  try {
    const { lines, bodies, missing, packs } = await look(backups, records, record, full);
    // A look at sizes does not clear what a full one found.
    const isProven = records.some(({ id, verifiedAt }) => id === record.id && verifiedAt !== null);
    if (full || isProven) await state.transaction((transaction) => markVerified(transaction, record.id));
    return { artifacts: lines.length, bodies: bodies.size, missing: missing.length, packs: packs.size };
  } catch (error) {
    if (isDamage(error)) await state.transaction((transaction) => markUnproven(transaction, record.id));
    throw error;
  }
};
