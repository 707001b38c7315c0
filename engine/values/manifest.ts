import { createHash } from 'node:crypto';
import { brotliDecompressSync, constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type ArtifactKind, artifactKinds, compareBytes } from './address.ts';
import type { Digest } from './digest.ts';

/** What a manifest says of one artifact: which content has this name. */
export interface ManifestLine {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly digest: Digest;
}

/** A line together with where its content lies in Git. */
export interface ManifestEntry extends ManifestLine {
  readonly path: string;
  /** The Git id of the file's blob. */
  readonly blob: string;
}

/** The content of a version: lines in byte order of (kind, name), and the digest that identifies them. */
export interface Manifest {
  readonly entries: readonly ManifestEntry[];
  readonly digest: Digest;
}

/** One name whose content differs: no `before` is a creation, no `after` a deletion. */
export interface LineChange {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly before?: Digest;
  readonly after?: Digest;
}

export const compareLines = (left: ManifestLine, right: ManifestLine): number =>
  compareBytes(left.kind, right.kind) || compareBytes(left.name, right.name);

const hashedAtOnce = 65_536;

/**
 * SHA-256 over `kind <tab> name <tab> digest <newline>` for each line, in byte order of (kind, name). A place computes
 * the same with `string_agg` and `collate "C"`. The lines must be sorted.
 */
export const manifestDigestOf = (lines: readonly ManifestLine[]): Digest => {
  const hash = createHash('sha256');
  let text = '';
  for (const { kind, name, digest } of lines) {
    text += `${kind}\t${name}\t${digest}\n`;
    // Handing each line over takes longer than hashing it.
    if (text.length < hashedAtOnce) continue;
    hash.update(text);
    text = '';
  }
  return hash.update(text).digest('hex');
};

export const manifestOf = (entries: readonly ManifestEntry[]): Manifest => {
  const sorted = [...entries].sort(compareLines);
  return { entries: sorted, digest: manifestDigestOf(sorted) };
};

/** The manifest of nothing: what a place holds before its first release. */
export const emptyManifestDigest: Digest = manifestDigestOf([]);

/** What changes from one sorted list of lines to another, in one pass. */
export const compareManifests = (
  before: readonly ManifestLine[],
  after: readonly ManifestLine[],
): readonly LineChange[] => {
  const changes: LineChange[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [old, next] = [before[i], after[j]];
    // Lists that come from one another share what they have in common.
    const order = old === next ? 0 : !old ? 1 : !next ? -1 : compareLines(old, next);
    if (old && order < 0) {
      changes.push({ kind: old.kind, name: old.name, before: old.digest });
      i += 1;
    } else if (next && order > 0) {
      changes.push({ kind: next.kind, name: next.name, after: next.digest });
      j += 1;
    } else if (old && next) {
      if (old.digest !== next.digest)
        changes.push({ kind: old.kind, name: old.name, before: old.digest, after: next.digest });
      i += 1;
      j += 1;
    }
  }
  return changes;
};

type Row = readonly [kind: number, name: string, digest: string, path: string, blob: string];

/** Compact, compressed form for storage: rows of (kind, name, digest, path, blob). */
export const encodeEntries = (entries: readonly ManifestEntry[]): Buffer => {
  const rows: Row[] = entries.map((entry) => [
    artifactKinds.indexOf(entry.kind),
    entry.name,
    entry.digest,
    entry.path,
    entry.blob,
  ]);
  return zstdCompressSync(JSON.stringify(rows), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
};

const zstandard = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);

/** What was stored before is in Brotli, which takes four times as long to read and to write. */
const unpacked = (bytes: Uint8Array): Buffer =>
  zstandard.equals(bytes.subarray(0, zstandard.length)) ? zstdDecompressSync(bytes) : brotliDecompressSync(bytes);

export const decodeEntries = (bytes: Uint8Array): readonly ManifestEntry[] =>
  (JSON.parse(unpacked(bytes).toString('utf8')) as Row[]).map(([kind, name, digest, path, blob]) => ({
    kind: artifactKinds[kind] ?? 'workflow',
    name,
    digest,
    path,
    blob,
  }));
