import type { ArtifactKind, Digest, JsonValue } from '../values/index.ts';
import { type StateHandle, toHex } from './handle.ts';

/** What is known of a Git object once it was read as an artifact of a kind, or as a file of a processor. */
export interface BlobRecord {
  /** A blob's id; for a processor that of its folder's tree. */
  readonly blob: string;
  readonly kind: ArtifactKind | 'file';
  /** Null where the artifact is named by its file. */
  readonly name: string | null;
  readonly digest: Digest;
  readonly problems: JsonValue;
}

/** Raised whenever reading or validating an artifact changes, so that older knowledge is not used. */
const edition = 2;

export const findBlobs = async (state: StateHandle, blobs: readonly string[]): Promise<readonly BlobRecord[]> => {
  if (blobs.length === 0) return [];
  const rows = await state.query<Omit<BlobRecord, 'digest'> & { digest: Buffer }>(
    `select blob, kind, name, digest, problems from :schema.blob_cache
     where blob = any($1::text[]) and edition = $2`,
    [blobs, edition],
  );
  return rows.map((row) => ({ ...row, digest: toHex(row.digest) }));
};

export const rememberBlobs = async (state: StateHandle, records: readonly BlobRecord[]): Promise<void> => {
  if (records.length === 0) return;
  await state.execute(
    `insert into :schema.blob_cache (blob, kind, name, digest, problems, edition)
     select b, k, n, decode(d, 'hex'), p::jsonb, $6
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as t (b, k, n, d, p)
     on conflict (blob, kind) do update
       set name = excluded.name, digest = excluded.digest, problems = excluded.problems, edition = excluded.edition`,
    [
      records.map((record) => record.blob),
      records.map((record) => record.kind),
      records.map((record) => record.name),
      records.map((record) => record.digest),
      records.map((record) => JSON.stringify(record.problems)),
      edition,
    ],
  );
};
