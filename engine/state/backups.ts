import type { Queryable } from '../database/index.ts';
import type { Digest } from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';

/** A backup that was written whole and proven. */
export interface BackupRecord {
  readonly id: string;
  readonly n: number;
  readonly placeId: string;
  readonly environment: string;
  /** The release it was taken for; null for one taken by hand. */
  readonly releaseId: string | null;
  readonly seq: number;
  readonly version: string | null;
  readonly manifestDigest: Digest;
  /** The backup that this one continues; null for one that stands alone. */
  readonly parent: string | null;
  /** SHA-256 of the index file, so that a changed one is found out before anything is restored. */
  readonly indexDigest: Digest;
  readonly bodies: number;
  readonly bytes: number;
  readonly createdAt: Date;
  /** How long ago that was, by the database's clock: this process may have another one. */
  readonly ageSeconds: number;
  readonly verifiedAt: Date | null;
  /** How long ago every byte that it rests on was read and came out right, by the database's clock; null where unknown. */
  readonly provenSecondsAgo: number | null;
}

const columns = `id, n, place_id as "placeId", environment, release_id as "releaseId", seq, version, manifest_digest,
  parent, index_digest, bodies, bytes, created_at as "createdAt", verified_at as "verifiedAt",
  extract(epoch from clock_timestamp() - created_at)::bigint as "ageSeconds",
  extract(epoch from clock_timestamp() - proven_at)::bigint as "provenSecondsAgo"`;

type Row = Omit<BackupRecord, 'manifestDigest' | 'indexDigest'> & { manifest_digest: Buffer; index_digest: Buffer };

const toRecord = ({ manifest_digest, index_digest, ...row }: Row): BackupRecord => ({
  ...row,
  manifestDigest: toHex(manifest_digest),
  indexDigest: toHex(index_digest),
});

/** The backups that can be used, newest first; of one place or of all. */
export const listBackups = async (state: StateHandle, placeId?: string): Promise<readonly BackupRecord[]> =>
  (
    await state.query<Row>(
      `select ${columns} from :schema.backup
       where removed_at is null and ($1::uuid is null or place_id = $1) order by n desc`,
      [placeId ?? null],
    )
  ).map(toRecord);

/** The newest backup of a place that was proven. */
export const lastBackup = async (state: StateHandle, placeId: string): Promise<BackupRecord | undefined> => {
  const [row] = await state.query<Row>(
    `select ${columns} from :schema.backup
     where place_id = $1 and removed_at is null and verified_at is not null order by n desc limit 1`,
    [placeId],
  );
  return row && toRecord(row);
};

/**
 * The backups that releases of a place rest on: those that an unfinished one was taken for or brings back, and those of
 * the releases that made what is active.
 */
export const backupsInNeed = async (
  state: StateHandle,
  placeId: string,
  activeReleases: readonly string[],
): Promise<readonly string[]> => {
  const rows = await state.query<{ id: string }>(
    `select distinct named.id from :schema.release as release
     cross join lateral (values (release.backup_id), ((release.section ->> 'backup')::uuid)) as named (id)
     where release.place_id = $1 and named.id is not null
       and (release.ended_at is null or release.id = any($2::uuid[]))`,
    [placeId, activeReleases],
  );
  return rows.map(({ id }) => id);
};

export interface NewBackup
  extends Omit<BackupRecord, 'n' | 'createdAt' | 'ageSeconds' | 'verifiedAt' | 'provenSecondsAgo'> {
  /** The backup in whose packs older bodies of it lie: they were proven when that one was. Null where all are its own. */
  readonly restsOn: string | null;
}

export const recordBackup = async (transaction: Queryable, backup: NewBackup): Promise<void> => {
  await transaction.execute(
    `insert into :schema.backup (id, place_id, environment, release_id, seq, version, manifest_digest, parent,
       index_digest, bodies, bytes, verified_at, proven_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now(),
       case when $12::uuid is null then now() else (select proven_at from :schema.backup where id = $12) end)`,
    [
      backup.id,
      backup.placeId,
      backup.environment,
      backup.releaseId,
      backup.seq,
      backup.version,
      toBytes(backup.manifestDigest),
      backup.parent,
      toBytes(backup.indexDigest),
      backup.bodies,
      backup.bytes,
      backup.restsOn,
    ],
  );
};

/** `full`: every byte was read, and not only the indexes and the sizes of the packs. */
export const markVerified = async (transaction: Queryable, id: string, full: boolean): Promise<void> => {
  await transaction.execute(
    `update :schema.backup set verified_at = now(), proven_at = case when $2 then now() else proven_at end
     where id = $1`,
    [id, full],
  );
};

/** A backup that was found damaged: no other continues it any more. */
export const markUnproven = async (transaction: Queryable, id: string): Promise<void> => {
  await transaction.execute('update :schema.backup set verified_at = null, proven_at = null where id = $1', [id]);
};

/** A backup whose index was written again so that it stands alone. */
export const replaceBackupIndex = async (transaction: Queryable, id: string, indexDigest: Digest): Promise<void> => {
  await transaction.execute('update :schema.backup set parent = null, index_digest = $2 where id = $1', [
    id,
    toBytes(indexDigest),
  ]);
};

/** How many bytes each backup of a place wrote, those included that were removed. */
export const backupSizes = async (state: StateHandle, placeId: string): Promise<ReadonlyMap<string, number>> => {
  const rows = await state.query<{ id: string; bytes: number }>(
    'select id, bytes from :schema.backup where place_id = $1',
    [placeId],
  );
  return new Map(rows.map((row) => [row.id, row.bytes]));
};

export const markRemoved = async (transaction: Queryable, ids: readonly string[]): Promise<void> => {
  await transaction.execute('update :schema.backup set removed_at = now() where id = any($1::uuid[])', [ids]);
};
