import type { Queryable } from '../database/index.ts';
import type { Digest, JsonValue, VersionPart } from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';

/** A version whose name means this commit and this content for ever: because it was made here, or released. */
export interface RecordedVersion {
  readonly name: string;
  readonly commit: string;
  readonly treeId: string;
  readonly manifestDigest: Digest;
}

/** How a version that was made here came to be. */
export interface VersionCreation {
  readonly by: string;
  /** The version that it follows; null for the first one. */
  readonly base: string | null;
  /** The versions that it comes after and its base does not, such as hotfixes that were merged; null where nobody recorded them. */
  readonly merged: readonly string[] | null;
  /** How far its number rises; null for the first one. */
  readonly bump: VersionPart | null;
  readonly demanded: VersionPart;
  /** Why that much was demanded; plain data, so that this folder need not know what it means. */
  readonly evidence: JsonValue;
  /** Why its number rises less than was demanded. */
  readonly reason: string | null;
  /** Markdown. */
  readonly notes: string;
}

export interface Deprecation {
  readonly by: string;
  readonly reason: string;
}

/** A version as it is recorded. */
export interface VersionRecord extends RecordedVersion {
  readonly recordedAt: Date;
  /** Null where others made its tag. */
  readonly created: (VersionCreation & { readonly at: Date }) | null;
  readonly deprecated: (Deprecation & { readonly at: Date }) | null;
}

interface Row {
  readonly name: string;
  readonly commit: string;
  readonly treeId: string;
  readonly manifest_digest: Buffer;
  readonly recordedAt: Date;
  readonly created_at: Date | null;
  readonly created_by: string;
  readonly base: string | null;
  readonly merged: readonly string[] | null;
  readonly bump: VersionPart | null;
  readonly demanded: VersionPart;
  readonly evidence: JsonValue;
  readonly reason: string | null;
  readonly notes: string;
  readonly deprecated_at: Date | null;
  readonly deprecated_by: string;
  readonly deprecation_reason: string;
}

const columns = `name, commit, tree_id as "treeId", manifest_digest, recorded_at as "recordedAt", created_at, created_by, base,
  merged_versions as merged, bump, demanded, evidence, reason, notes, deprecated_at, deprecated_by, deprecation_reason`;

const fromRow = (row: Row): VersionRecord => {
  const { name, commit, treeId, recordedAt, base, merged, bump, demanded, evidence, reason, notes } = row;
  return {
    ...{ name, commit, treeId, recordedAt, manifestDigest: toHex(row.manifest_digest) },
    created: row.created_at && {
      at: row.created_at,
      by: row.created_by,
      base,
      merged,
      bump,
      demanded,
      evidence,
      reason,
      notes,
    },
    deprecated: row.deprecated_at && { at: row.deprecated_at, by: row.deprecated_by, reason: row.deprecation_reason },
  };
};

/** The records of these versions, as far as there are any. */
export const findVersions = async (
  state: Pick<StateHandle, 'query'>,
  names: readonly string[],
): Promise<readonly VersionRecord[]> => {
  const rows = await state.query<Row>(`select ${columns} from :schema.version where name = any($1::text[])`, [names]);
  return rows.map(fromRow);
};

/** All of them, in the order in which they were recorded. */
export const listVersions = async (state: StateHandle): Promise<readonly VersionRecord[]> => {
  const rows = await state.query<Row>(`select ${columns} from :schema.version order by recorded_at, name`);
  return rows.map(fromRow);
};

/** Those that were made here of this commit. */
export const versionsMadeOf = async (state: StateHandle, commit: string): Promise<readonly VersionRecord[]> => {
  const rows = await state.query<Row>(
    `select ${columns} from :schema.version where commit = $1 and created_at is not null order by recorded_at, name`,
    [commit],
  );
  return rows.map(fromRow);
};

export const recordVersion = async (
  transaction: Queryable,
  version: RecordedVersion,
  releaseId: string,
): Promise<void> => {
  await transaction.execute(
    `insert into :schema.version (name, commit, tree_id, manifest_digest, recorded_by) values ($1, $2, $3, $4, $5)
     on conflict (name) do nothing`,
    [version.name, version.commit, version.treeId, toBytes(version.manifestDigest), releaseId],
  );
};

/** Records a version that is being made; false where the name is taken. */
export const createVersion = async (
  transaction: Queryable,
  version: RecordedVersion,
  { by, base, merged, bump, demanded, evidence, reason, notes }: VersionCreation,
): Promise<boolean> => {
  const created = await transaction.execute(
    `insert into :schema.version (name, commit, tree_id, manifest_digest, created_at, created_by, base, bump, demanded, evidence, reason,
       notes, merged_versions)
     values ($1, $2, $3, $4, clock_timestamp(), $5, $6, $7, $8, $9, $10, $11, $12) on conflict (name) do nothing`,
    [
      ...[version.name, version.commit, version.treeId, toBytes(version.manifestDigest)],
      ...[by, base, bump, demanded, JSON.stringify(evidence), reason, notes, merged && JSON.stringify(merged)],
    ],
  );
  return created > 0;
};

/** Marks a version as not to be chosen any more, recording it where it is not known yet; false where it is marked already. */
export const deprecateVersion = async (
  transaction: Queryable,
  version: RecordedVersion,
  { by, reason }: Deprecation,
): Promise<boolean> => {
  const changed = await transaction.execute(
    `insert into :schema.version as known
       (name, commit, tree_id, manifest_digest, deprecated_at, deprecated_by, deprecation_reason)
     values ($1, $2, $3, $4, clock_timestamp(), $5, $6)
     on conflict (name) do update
       set deprecated_at = excluded.deprecated_at, deprecated_by = excluded.deprecated_by,
           deprecation_reason = excluded.deprecation_reason
       where known.deprecated_at is null`,
    [version.name, version.commit, version.treeId, toBytes(version.manifestDigest), by, reason],
  );
  return changed > 0;
};

/** The versions that are not to be chosen any more, each with the reason. */
export const deprecatedVersions = async (state: StateHandle): Promise<ReadonlyMap<string, string>> => {
  const rows = await state.query<{ name: string; reason: string }>(
    'select name, deprecation_reason as reason from :schema.version where deprecated_at is not null',
  );
  return new Map(rows.map(({ name, reason }) => [name, reason]));
};
