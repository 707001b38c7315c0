import type { Queryable } from '../database/index.ts';
import type { Digest } from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';

/** A version that a release has used: from then on its name means this commit and this content for ever. */
export interface RecordedVersion {
  readonly name: string;
  readonly commit: string;
  readonly treeId: string;
  readonly manifestDigest: Digest;
}

export const findVersions = async (
  state: StateHandle,
  names: readonly string[],
): Promise<readonly RecordedVersion[]> => {
  const rows = await state.query<{ name: string; commit: string; treeId: string; manifest_digest: Buffer }>(
    'select name, commit, tree_id as "treeId", manifest_digest from :schema.version where name = any($1::text[])',
    [names],
  );
  return rows.map(({ manifest_digest, ...row }) => ({ ...row, manifestDigest: toHex(manifest_digest) }));
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
