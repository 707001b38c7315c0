import { readKnownBody } from '../artifacts/index.ts';
import { type Digest, digestOfBytes, type Manifest, type ManifestEntry } from '../values/index.ts';
import { type KnownFiles, type LocatedFile, readProcessor, type Source } from '../versions/index.ts';
import type { BodyReader } from './details.ts';
import type { KeptBodies } from './kept-bodies.ts';

/** Where bodies may be found: a manifest, the one before it, and what was read already. */
export interface GitBodies {
  readonly source: Source;
  readonly manifest: () => Promise<Manifest>;
  readonly former: () => Promise<Manifest | undefined>;
  readonly kept: KeptBodies | undefined;
  readonly knownFiles: KnownFiles;
}

export interface BodiesFromGit {
  readonly bodies: BodyReader;
  /** Brings what another host has to this machine, so that nobody waits for it once something is locked. */
  readonly gather: (digests: ReadonlySet<Digest>) => Promise<void>;
}

type FoundBody = { readonly digest: Digest; readonly body: Buffer };

const notTheSame = (path: string): Error => new Error(`${path} no longer reads as what it was read as before`);

/** Artifacts of one file each. */
async function* readPlain(source: Source, entries: readonly ManifestEntry[]): AsyncGenerator<FoundBody> {
  let index = 0;
  for await (const { path, bytes } of source.readBlobs(entries)) {
    const entry = entries[index];
    index += 1;
    const body = entry && (await readKnownBody(entry.kind, { path, bytes }));
    if (!body || digestOfBytes(body) !== entry.digest) throw notTheSame(path);
    yield { digest: entry.digest, body };
  }
}

/** Files of processors, each digest once. */
async function* readFiles(source: Source, files: readonly LocatedFile[]): AsyncGenerator<FoundBody> {
  const unique = [...new Map(files.map((file) => [file.digest, file])).values()];
  for await (const { path, digest, bytes } of source.readBlobs(unique)) {
    if (digestOfBytes(bytes) !== digest) throw notTheSame(path);
    yield { digest, body: bytes };
  }
}

/**
 * Reads bodies by their digest: those that were kept, and the others from Git, where the manifest or the one before it
 * says in which file they lie. What no manifest names is looked for among the files of its processors: first of those
 * that were read here before, then of all.
 */
export const bodiesFromGit = ({ source, manifest, former, kept, knownFiles }: GitBodies): BodiesFromGit => {
  const located = new Map<Digest, LocatedFile>();
  const opened = new Map<string, Buffer>();

  /** Remembered, because a place that is being written to must not be kept waiting for a question to the state. */
  const openProcessor = async (entry: ManifestEntry): Promise<Buffer> => {
    const known = opened.get(entry.blob);
    if (known) return known;
    const { reading, files } = await readProcessor(source, entry, knownFiles);
    for (const file of files) located.set(file.digest, file);
    if (reading.artifact?.digest !== entry.digest) throw notTheSame(entry.path);
    opened.set(entry.blob, reading.artifact.body);
    return reading.artifact.body;
  };

  const locate = async (digests: ReadonlySet<Digest>, entries: readonly ManifestEntry[]): Promise<void> => {
    for (const entry of entries) {
      if ([...digests].every((digest) => located.has(digest))) return;
      if (entry.kind === 'processor' && !opened.has(entry.blob)) await openProcessor(entry);
    }
  };

  const gather = async (digests: ReadonlySet<Digest>): Promise<void> => {
    if (!source.isElsewhere) return;
    const plain = (await manifest()).entries.filter(({ kind, digest }) => kind !== 'processor' && digests.has(digest));
    const files = [...digests].flatMap((digest) => located.get(digest) ?? []);
    await source.prefetch([...plain, ...files].map(({ blob }) => blob));
  };

  const bodies: BodyReader = async function* (digests) {
    const unread = new Set<Digest>();
    for (const digest of digests) {
      const body = kept?.take(digest);
      if (body) yield { digest, body };
      else unread.add(digest);
    }
    if (unread.size === 0) return;
    const wanted = new Map<Digest, ManifestEntry>();
    const find = ({ entries }: Manifest): void => {
      for (const entry of entries) if (unread.has(entry.digest)) wanted.set(entry.digest, entry);
    };
    const present = await manifest();
    find(present);
    const isLocated = (digest: Digest): boolean => wanted.has(digest) || located.has(digest);
    const before = [...unread].every(isLocated) ? undefined : await former();
    if (before) find(before);
    const entries = [...wanted.values()];
    yield* readPlain(
      source,
      entries.filter(({ kind }) => kind !== 'processor'),
    );
    for (const entry of entries.filter(({ kind }) => kind === 'processor')) {
      yield { digest: entry.digest, body: await openProcessor(entry) };
    }
    const files = new Set([...unread].filter((digest) => !wanted.has(digest)));
    if (files.size === 0) return;
    await locate(files, [...present.entries, ...(before?.entries ?? [])]);
    yield* readFiles(
      source,
      [...files].flatMap((digest) => located.get(digest) ?? []),
    );
  };
  return { bodies, gather };
};
