import type { Evidence } from '../artifacts/index.ts';
import type { VersionRecord } from '../state/index.ts';
import { addressOf, type Digest, type Manifest } from '../values/index.ts';

/** A version as it is recorded. */
export interface VersionView {
  readonly name: string;
  readonly commit: string;
  readonly manifest_digest: Digest;
  readonly recorded_at: string;
  /** Null where others made its tag. */
  readonly created: CreationView | null;
  readonly deprecated: { readonly by: string; readonly at: string; readonly reason: string } | null;
}

interface CreationView {
  readonly by: string;
  readonly at: string;
  /** The version that it follows. */
  readonly base: string | null;
  readonly bump: string | null;
  readonly demanded: string;
  readonly evidence: readonly Evidence[];
  readonly reason: string | null;
  readonly notes: string;
}

/** One artifact of a version: its content, and the file that it comes from. */
export interface ArtifactOfVersion {
  readonly address: string;
  readonly digest: Digest;
  readonly path: string;
}

export const versionView = (record: VersionRecord): VersionView => {
  const { name, commit, manifestDigest, recordedAt, created, deprecated } = record;
  return {
    name,
    commit,
    manifest_digest: manifestDigest,
    recorded_at: recordedAt.toISOString(),
    created: created && {
      by: created.by,
      at: created.at.toISOString(),
      base: created.base,
      bump: created.bump,
      demanded: created.demanded,
      evidence: created.evidence as unknown as readonly Evidence[],
      reason: created.reason,
      notes: created.notes,
    },
    deprecated: deprecated && { by: deprecated.by, at: deprecated.at.toISOString(), reason: deprecated.reason },
  };
};

export const artifactsOfVersion = (manifest: Manifest | undefined): readonly ArtifactOfVersion[] =>
  (manifest?.entries ?? []).map(({ kind, name, digest, path }) => ({ address: addressOf(kind, name), digest, path }));
