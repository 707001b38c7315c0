import { chooseDiagnostics, findCollisions, type ValidationChecks } from '../artifacts/index.ts';
import { type Diagnostic, failure, hasErrors, type Outcome, success } from '../diagnostics/index.ts';
import type { BlobRecord } from '../state/index.ts';
import { type Digest, type JsonValue, type Manifest, type ManifestEntry, manifestOf } from '../values/index.ts';
import { type BlobReading, stemOf } from './read-blob.ts';
import { readBlobs } from './read-blobs.ts';
import { type KnownFiles, readProcessor } from './read-processor.ts';
import type { Source } from './source.ts';
import type { TaggedVersion } from './tags.ts';
import type { Selection, TreeEntry } from './tree.ts';

/** What is known of blobs that were read before, by their Git id; the state keeps it. */
export interface BlobKnowledge {
  /** What is known of these blobs as files of processors. */
  readonly files: KnownFiles;
  /** What is known of these files' contents, for any of them and in any order. */
  readonly lookup: (entries: readonly TreeEntry[]) => Promise<readonly BlobRecord[]>;
  readonly remember: (records: readonly BlobRecord[]) => Promise<void>;
}

/** Knows nothing and keeps nothing: for `validate`, which has no database. */
export const noKnowledge: BlobKnowledge = {
  files: () => Promise.resolve([]),
  lookup: () => Promise.resolve([]),
  remember: () => Promise.resolve(),
};

export interface ReadOrder {
  readonly selection: Selection;
  readonly known: BlobKnowledge;
  /** Which validation results are wanted; all by default. Knowledge is kept of all of them. */
  readonly checks?: ValidationChecks;
  /** Told every body that had to be read, those of processors' files among them. */
  readonly onBody?: ((digest: Digest, body: Buffer) => void) | undefined;
}

/** What a tree comes to: its manifest, and what validation says of its artifacts, errors and warnings. */
export interface VersionContent {
  readonly manifest: Manifest;
  readonly problems: readonly Diagnostic[];
}

/** The `problems` of a `BlobRecord`. */
interface RememberedProblems {
  /** The file name that gives the artifact its name; null where the document names itself. */
  readonly stem: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

interface Known {
  readonly entry: ManifestEntry;
  readonly problems: readonly Diagnostic[];
}

/** The same diagnostic for the file that has this content now. */
const movedTo = (path: string, diagnostic: Diagnostic): Diagnostic =>
  diagnostic.range ? { ...diagnostic, range: { ...diagnostic.range, filename: path } } : diagnostic;

/** What is remembered of this entry's content; undefined where it has to be read. */
const recall = (entry: TreeEntry, record: BlobRecord | undefined): Known | undefined => {
  if (!record) return undefined;
  const { stem, diagnostics } = record.problems as unknown as RememberedProblems;
  // Named by its file, and the file has another name now: whether that one is usable is not known.
  if (stem !== null && stem !== stemOf(entry.path)) return undefined;
  const name = record.name ?? stem ?? '';
  return {
    entry: { kind: entry.kind, name, digest: record.digest, path: entry.path, blob: entry.blob },
    problems: diagnostics.map((diagnostic) => movedTo(entry.path, diagnostic)),
  };
};

type FoundArtifact = NonNullable<BlobReading['artifact']>;

const recordOf = (
  entry: TreeEntry,
  { stem, name, digest }: FoundArtifact,
  diagnostics: readonly Diagnostic[],
): BlobRecord => {
  const remembered: RememberedProblems = { stem, diagnostics };
  return {
    blob: entry.blob,
    kind: entry.kind,
    name: stem === null ? name : null,
    digest,
    // Diagnostics are plain data, which JSON keeps as it is.
    problems: remembered as unknown as JsonValue,
  };
};

const keyOf = ({ kind, blob }: { readonly kind: string; readonly blob: string }): string => `${kind} ${blob}`;

interface EntryReading {
  readonly entry: TreeEntry;
  readonly reading: BlobReading;
  /** What was learnt of a processor's files. */
  readonly files: readonly BlobRecord[];
}

/** Every blob that reading these entries may need, so that a host is asked once. */
const blobsToRead = async (source: Source, entries: readonly TreeEntry[]): Promise<readonly string[]> => {
  if (!source.isElsewhere) return [];
  const blobs: string[] = [];
  for (const { kind, blob } of entries) {
    if (kind !== 'processor') blobs.push(blob);
    else
      blobs.push(...(await source.listFolder(blob)).filter(({ mode }) => mode !== '160000').map((file) => file.blob));
  }
  return blobs;
};

/** Reads entries as what they are: files one by one, processors with all that is beside their manifests. */
async function* readEntries(
  source: Source,
  entries: readonly TreeEntry[],
  known: BlobKnowledge,
  onBody: ReadOrder['onBody'],
): AsyncGenerator<EntryReading> {
  const [processors, others] = [true, false].map((wanted) =>
    entries.filter(({ kind }) => (kind === 'processor') === wanted),
  );
  await source.prefetch(await blobsToRead(source, entries));
  for await (const { entry, reading } of readBlobs(source, others ?? [])) yield { entry, reading, files: [] };
  for (const entry of processors ?? []) {
    const { reading, learnt } = await readProcessor(source, entry, known.files, onBody);
    yield { entry, reading, files: learnt };
  }
}

/**
 * What a tree of files comes to. Content that is known by its Git id is neither read nor parsed again. Files that are no
 * artifacts, and names that collide, fail the whole, all in one list; validation findings come with the manifest.
 */
export const readVersion = async (
  source: Source,
  { treeId }: Pick<TaggedVersion, 'treeId'>,
  { selection, known, checks = {}, onBody }: ReadOrder,
): Promise<Outcome<VersionContent>> => {
  const tree = await source.listTree(treeId, selection);
  const records = await known.lookup(tree);
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  const found = new Map<string, Known>();
  const unread: TreeEntry[] = [];
  for (const entry of tree) {
    const remembered = recall(entry, byKey.get(keyOf(entry)));
    if (remembered) found.set(entry.path, remembered);
    else unread.push(entry);
  }

  const unreadable: Diagnostic[] = [];
  const learnt = new Map<string, BlobRecord>();
  for await (const { entry, reading, files } of readEntries(source, unread, known, onBody)) {
    for (const file of files) learnt.set(keyOf(file), file);
    const { artifact, problems } = reading;
    if (!artifact) {
      unreadable.push(...problems);
      continue;
    }
    learnt.set(keyOf(entry), recordOf(entry, artifact, problems));
    // The body of a processor is made from its folder again, which also tells where its files lie.
    if (entry.kind !== 'processor') onBody?.(artifact.digest, artifact.body);
    const { name, digest } = artifact;
    found.set(entry.path, { entry: { kind: entry.kind, name, digest, path: entry.path, blob: entry.blob }, problems });
  }
  await known.remember([...learnt.values()]);

  // In Git's order, whatever was known and whatever was read.
  const inOrder = tree.flatMap(({ path }) => found.get(path) ?? []);
  const collisions = findCollisions(inOrder.map(({ entry }) => entry));
  const problems = chooseDiagnostics(
    inOrder.flatMap((item) => item.problems),
    checks,
  );
  const fatal = [...unreadable, ...collisions];
  if (hasErrors(fatal)) return failure([...fatal, ...problems]);
  return success({ manifest: manifestOf(inOrder.map(({ entry }) => entry)), problems });
};
