import type { BackupRecord } from '../state/index.ts';

export interface RetentionPolicy {
  /** So many of the newest stay in any case. */
  readonly keepLast: number;
  /** Where it is set, the others stay too until they are older than this. */
  readonly maxAgeDays: number | undefined;
  /** Backups that an open or the active release names. */
  readonly neededIds: readonly string[];
}

const daySeconds = 24 * 60 * 60;

const byAge = (records: readonly BackupRecord[]): readonly BackupRecord[] => [...records].sort((a, b) => b.n - a.n);

/** What the next release falls back on. */
export const newestProven = (records: readonly BackupRecord[]): BackupRecord | undefined =>
  byAge(records).find((record) => record.verifiedAt !== null);

/** The backups that go. Where none is proven, none does: any of them may be the only one that can be restored. The newest proven one never does: it is what the next release falls back on. */
export const chooseRemovals = (records: readonly BackupRecord[], policy: RetentionPolicy): readonly BackupRecord[] => {
  const proven = newestProven(records);
  if (!proven) return [];
  const needed = new Set(policy.neededIds);
  const isOld = ({ ageSeconds }: BackupRecord): boolean =>
    policy.maxAgeDays === undefined || ageSeconds > policy.maxAgeDays * daySeconds;
  return byAge(records)
    .slice(Math.max(0, policy.keepLast))
    .filter((record) => record !== proven && !needed.has(record.id) && isOld(record));
};

export const staying = (
  records: readonly BackupRecord[],
  removals: readonly BackupRecord[],
): readonly BackupRecord[] => {
  const going = new Set(removals.map(({ id }) => id));
  return records.filter(({ id }) => !going.has(id));
};

/** The backups that stay and continue one that goes: they must stand alone first. */
export const chooseRewrites = (
  records: readonly BackupRecord[],
  removals: readonly BackupRecord[],
): readonly BackupRecord[] => {
  const going = new Set(removals.map(({ id }) => id));
  return staying(records, removals).filter(({ parent }) => parent !== null && going.has(parent));
};
