import { posix } from 'node:path';
import { type Diagnostic, type DiagnosticCode, Refusal } from '../diagnostics/index.ts';
import { type BlobRecord, findBlobs, findProblems, readManifest, rememberBlobs, type State } from '../state/index.ts';
import { addressOf, type Digest, type JsonValue, type ManifestEntry } from '../values/index.ts';
import type { BlobKnowledge, TreeEntry } from '../versions/index.ts';

/** So many blobs are asked for in one statement. */
const perQuery = 5000;

/** What a database says to somebody who may only read. */
const readOnly: ReadonlySet<DiagnosticCode> = new Set(['database-privilege-missing', 'database-read-only'] as const);

/** A cache that cannot be written costs time, not correctness: a reader of the state may plan too. */
export const unlessReadOnly = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Refusal) || !error.diagnostics.every(({ code }) => readOnly.has(code))) throw error;
  }
};

/** Tells what is known of a file because a version that is near holds the same content under the same path. */
const recallFrom = async (
  state: State,
  basis: Digest | undefined,
): Promise<(entry: TreeEntry) => BlobRecord | undefined> => {
  const manifest = basis === undefined ? undefined : await readManifest(state, basis);
  const findings = manifest && (await findProblems(state, manifest.digest));
  if (!manifest || findings === undefined) return () => undefined;
  const byPath = new Map<string, ManifestEntry>(manifest.entries.map((entry) => [entry.path, entry]));
  const byFile = Map.groupBy(findings as unknown as readonly Diagnostic[], ({ range }) => range?.filename);
  const byAddress = Map.groupBy(findings as unknown as readonly Diagnostic[], ({ address }) => address);
  return ({ path, blob, kind }) => {
    const known = byPath.get(path);
    if (known?.blob !== blob || known.kind !== kind) return undefined;
    const diagnostics = byFile.get(path) ?? byAddress.get(addressOf(kind, known.name)) ?? [];
    // A name that is the file's own holds for files of that name only: the same content may lie under another name too.
    const stem = posix.parse(path).name === known.name ? known.name : null;
    return {
      blob,
      kind,
      name: stem === null ? known.name : null,
      digest: known.digest,
      problems: { stem, diagnostics } as unknown as JsonValue,
    };
  };
};

/**
 * What the state knows of Git blobs. A version differs little from the one that is active: what the two share is recalled
 * from the manifest of that one, and only the rest is asked for by its Git ids.
 */
export const blobKnowledge = (state: State, basis?: Digest): BlobKnowledge => ({
  files: (blobs) => findBlobs(state, [...new Set(blobs)]),
  lookup: async (entries) => {
    const recall = await recallFrom(state, basis);
    const found: BlobRecord[] = [];
    const unknown = new Set<string>();
    for (const entry of entries) {
      const record = recall(entry);
      if (record) found.push(record);
      else unknown.add(entry.blob);
    }
    const blobs = [...unknown];
    for (let start = 0; start < blobs.length; start += perQuery) {
      found.push(...(await findBlobs(state, blobs.slice(start, start + perQuery))));
    }
    return found;
  },
  remember: (records) =>
    unlessReadOnly(async () => {
      for (let start = 0; start < records.length; start += perQuery) {
        await rememberBlobs(state, records.slice(start, start + perQuery));
      }
    }),
});
