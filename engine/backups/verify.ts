import type { BackupStore } from '../provider/index.ts';
import { appendAudit, type BackupRecord, listBackups, markUnproven, markVerified, type State } from '../state/index.ts';
import type { Clock } from '../system/index.ts';
import { type BackupContents, readContents, requirePacks } from './contents.ts';
import { isDamage } from './damage.ts';
import { readPacked } from './pack.ts';

/** With what backups are looked at, and who looks. */
export interface Verifier {
  readonly backups: BackupStore;
  readonly state: State;
  readonly clock: Clock;
  readonly actor: string;
}

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
  backup: BackupRecord,
  full: boolean,
): Promise<BackupContents> => {
  const contents = await readContents(backups, records, backup);
  await requirePacks(backups, backup.placeId, contents.packs);
  if (full) {
    const bodies = readPacked(backups, backup.placeId, [...contents.bodies.values()]);
    // Reading is hashing: a body that comes out wrong ends this with the damage.
    while (!(await bodies.next()).done);
  }
  return contents;
};

/** What was found changes what may be built on a backup, so it is audited like any other change. */
const record = async (
  { state, clock, actor }: Verifier,
  { id, placeId }: BackupRecord,
  found: 'verified' | 'damaged',
  full: boolean,
): Promise<void> =>
  state.transaction(async (transaction) => {
    await (found === 'verified' ? markVerified : markUnproven)(transaction, id);
    await appendAudit(transaction, clock, {
      actor,
      event: `backup.${found}`,
      subject: id,
      detail: { place_id: placeId, full },
    });
  });

/**
 * Looks whether a backup can be restored: its indexes, its lines and the sizes of its packs, and with `full` every body.
 * Records and audits that it was verified. Where it is damaged, records that no backup may continue it, and throws `Refusal` with
 * `backup-damaged` naming the file.
 */
export const verifyBackup = async (
  verifier: Verifier,
  backup: BackupRecord,
  { full }: { readonly full: boolean },
): Promise<VerifyReport> => {
  const { backups, state } = verifier;
  const records = await listBackups(state, backup.placeId);
  try {
    const { lines, bodies, missing, packs } = await look(backups, records, backup, full);
    // A look at sizes does not clear what a full one found.
    const isProven = records.some(({ id, verifiedAt }) => id === backup.id && verifiedAt !== null);
    if (full || isProven) await record(verifier, backup, 'verified', full);
    return { artifacts: lines.length, bodies: bodies.size, missing: missing.length, packs: packs.size };
  } catch (error) {
    if (isDamage(error)) await record(verifier, backup, 'damaged', full);
    throw error;
  }
};
