import type { BackupStore } from '../provider/index.ts';
import {
  appendAudit,
  type BackupRecord,
  type Lease,
  listBackups,
  markUnproven,
  markVerified,
  requireLease,
  type State,
} from '../state/index.ts';
import type { System } from '../system/index.ts';
import { type BackupContents, readContents, requirePacks } from './contents.ts';
import { isDamage } from './damage.ts';
import { readPacked } from './pack.ts';

/** With what backups are looked at, and who looks. */
export interface Verifier {
  readonly backups: BackupStore;
  readonly state: State;
  readonly system: Pick<System, 'clock' | 'processes'>;
  readonly actor: string;
  /** Of the place, where this is part of what its holder does: who lost it records nothing. */
  readonly lease?: Lease;
}

/** How thoroughly a backup is looked at. */
export interface Thoroughness {
  /** Every byte is read and hashed, and not only the indexes and the sizes of the packs. */
  readonly full: boolean;
  /** Only where its packs are not larger in all. */
  readonly mostBytes?: number;
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
  { full, mostBytes = Number.POSITIVE_INFINITY }: Thoroughness,
): Promise<{ readonly contents: BackupContents; readonly isFull: boolean }> => {
  const contents = await readContents(backups, records, backup);
  await requirePacks(backups, backup.placeId, contents.packs);
  const isFull = full && [...contents.packs.values()].reduce((sum, bytes) => sum + bytes, 0) <= mostBytes;
  if (isFull) {
    const bodies = readPacked(backups, backup.placeId, [...contents.bodies.values()]);
    // Reading is hashing: a body that comes out wrong ends this with the damage.
    while (!(await bodies.next()).done);
  }
  return { contents, isFull };
};

/** What was found changes what may be built on a backup, so it is audited like any other change. */
const record = async (
  { state, system, actor, lease }: Verifier,
  { id, placeId, environment }: BackupRecord,
  found: 'verified' | 'damaged',
  full: boolean,
): Promise<void> =>
  state.transaction(async (transaction) => {
    if (lease) await requireLease(transaction, lease);
    await (found === 'verified' ? markVerified(transaction, id, full) : markUnproven(transaction, id));
    await appendAudit(transaction, system, {
      actor,
      event: `backup.${found}`,
      subject: id,
      environment,
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
  thoroughness: Thoroughness,
): Promise<VerifyReport> => {
  const { backups, state } = verifier;
  const records = await listBackups(state, backup.placeId);
  try {
    const { contents, isFull } = await look(backups, records, backup, thoroughness);
    const { lines, bodies, missing, packs } = contents;
    // A look at sizes does not clear what a full one found.
    const isProven = records.some(({ id, verifiedAt }) => id === backup.id && verifiedAt !== null);
    if (isFull || isProven) await record(verifier, backup, 'verified', isFull);
    return { artifacts: lines.length, bodies: bodies.size, missing: missing.length, packs: packs.size };
  } catch (error) {
    if (isDamage(error)) await record(verifier, backup, 'damaged', thoroughness.full);
    throw error;
  }
};
