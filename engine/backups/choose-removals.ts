import type { BackupRecord } from '../state/index.ts';

export interface RetentionPolicy {
  /** So many of the newest stay in any case. */
  readonly keepLast: number;
  /** Where it is set, the others stay too until they are older than this. */
  readonly maxAgeDays: number | undefined;
  /** Backups that an open or the active release names. */
  readonly neededIds: readonly string[];
}

const dayMs = 24 * 60 * 60 * 1000;

/** The backups that go. The newest proven one never does: it is what the next release falls back on. */
export const chooseRemovals = (
  records: readonly BackupRecord[],
  policy: RetentionPolicy,
  now: Date,
): readonly BackupRecord[] => {
  const newestFirst = [...records].sort((a, b) => b.n - a.n);
  const proven = newestFirst.find((record) => record.verifiedAt !== null);
  const needed = new Set(policy.neededIds);
  const isOld = ({ createdAt }: BackupRecord): boolean =>
    policy.maxAgeDays === undefined || now.getTime() - createdAt.getTime() > policy.maxAgeDays * dayMs;
  return newestFirst
    .slice(Math.max(0, policy.keepLast))
    .filter((record) => record !== proven && !needed.has(record.id) && isOld(record));
};

/** The backups that stay and continue one that goes: they must stand alone first. */
export const chooseRewrites = (
  records: readonly BackupRecord[],
  removals: readonly BackupRecord[],
): readonly BackupRecord[] => {
  const going = new Set(removals.map(({ id }) => id));
  return records.filter(({ id, parent }) => !going.has(id) && parent !== null && going.has(parent));
};
