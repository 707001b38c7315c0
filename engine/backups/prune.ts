import type { BackupStore } from '../provider/index.ts';
import { type BackupRecord, backupSizes, type Lease, listBackups, requireLease, type State } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { chooseRemovals, chooseRewrites, newestProven, type RetentionPolicy, staying } from './choose-removals.ts';
import { readContents } from './contents.ts';
import { isDamage } from './damage.ts';
import { indexFile, isBackupFile, linesFile, packFile } from './files.ts';
import { readIndex, writeIndex } from './index-file.ts';
import { holderOf, type Rewrite, recordRemovals } from './record.ts';
import { sweepDrafts } from './sweep-drafts.ts';
import { verifyBackup } from './verify.ts';

export interface PruneInput extends RetentionPolicy {
  readonly system: System;
  readonly state: State;
  /** Of the place whose backups are pruned. */
  readonly lease: Lease;
  readonly backups: BackupStore;
  readonly placeId: string;
}

export interface PruneReport {
  /** Ids of the backups that can no longer be used. */
  readonly removed: readonly string[];
  readonly files: number;
  /** Bytes of the packs among these files; what was never recorded is not counted. */
  readonly bytes: number;
}

/** Writes everything a backup rests on into an index of its own; its bodies stay in the packs in which they lie. */
const rewrite = async (
  backups: BackupStore,
  records: readonly BackupRecord[],
  record: BackupRecord,
): Promise<Rewrite> => {
  const { head, lines, bodies, files, packs, missing } = await readContents(backups, records, record);
  const whole = { ...head, parent: null, depth: 0, packs: [...packs], missing };
  const indexDigest = await writeIndex(backups, whole, {
    lines_added: lines.map(({ kind, name, digest }) => [kind, name, digest]),
    lines_removed: [],
    bodies: [...bodies.values()],
    ...(files.size > 0 && { files: [...files] }),
  });
  return { id: record.id, indexDigest };
};

/** The records once the newest proven one among them was read in full; those found damaged on the way are proven no more. */
const proveNewest = async (input: PruneInput, records: readonly BackupRecord[]): Promise<readonly BackupRecord[]> => {
  const { state, backups, system, lease } = input;
  const verifier = { state, backups, system, actor: await holderOf(input), lease };
  let known = records;
  for (;;) {
    const newest = newestProven(known);
    if (!newest) return known;
    try {
      await verifyBackup(verifier, newest, { full: true });
      return known;
    } catch (error) {
      if (!isDamage(error)) throw error;
      known = known.map((record) => (record.id === newest.id ? { ...record, verifiedAt: null } : record));
    }
  }
};

/** The files that the backups which are still recorded rest on. */
const filesInUse = async (backups: BackupStore, records: readonly BackupRecord[]): Promise<ReadonlySet<string>> => {
  const used = new Set<string>();
  for (const record of records) {
    const index = await readIndex(backups, record);
    used.add(indexFile(record));
    if (index.lists) used.add(linesFile(record));
    for (const [pack] of index.packs) used.add(packFile({ placeId: record.placeId, id: pack }));
  }
  return used;
};

/** Deletes what no recorded backup rests on: files of removed backups, and what runs that were killed left behind. */
const sweep = async ({ state, lease, backups, placeId }: PruneInput): Promise<Omit<PruneReport, 'removed'>> => {
  const drafts = await sweepDrafts(state, lease, backups, placeId);
  const present = (await backups.list(placeId)).filter(isBackupFile);
  // Listed first: what another holder of the lease may be writing by now is not in the list.
  await state.transaction((transaction) => requireLease(transaction, lease));
  const used = await filesInUse(backups, await listBackups(state, placeId));
  const sizes = await backupSizes(state, placeId);
  const unused = present.filter((file) => !used.has(file));
  for (const file of unused) await backups.remove(file);
  const gone = new Set(unused);
  const freed = [...sizes].filter(([id]) => gone.has(packFile({ placeId, id })));
  return { files: drafts + unused.length, bytes: freed.reduce((sum, [, bytes]) => sum + bytes, 0) };
};

/**
 * Removes the backups of a place that its policy does not keep. Those that stay and rest on one that goes are first
 * written again so that they stand alone; removals are recorded before any file is deleted. Killed anywhere, the next
 * call finishes. Throws `Refusal` with `backup-damaged` where a backup that stays cannot be read, and then deletes nothing.
 */
export const pruneBackups = async (input: PruneInput): Promise<PruneReport> => {
  const { state, backups, placeId } = input;
  const planned = await listBackups(state, placeId);
  const goes = (records: readonly BackupRecord[]) => chooseRemovals(records, input);
  // Only what really is good is worth more than what goes: it is read to its last byte while there is another.
  const records = goes(planned).length === 0 ? planned : await proveNewest(input, planned);
  const removals = goes(records);
  const removed = removals.map(({ id }) => id);
  if (removed.length > 0) {
    await filesInUse(backups, staying(records, removals));
    const rewrites: Rewrite[] = [];
    for (const record of chooseRewrites(records, removals)) rewrites.push(await rewrite(backups, records, record));
    await recordRemovals(input, removed, rewrites);
  }
  return { removed, ...(await sweep(input)) };
};
