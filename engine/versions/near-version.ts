import { posix } from 'node:path';
import { findCollisions } from '../artifacts/index.ts';
import { type Diagnostic, type Outcome, success } from '../diagnostics/index.ts';
import { addressOf, compareBytes, type ManifestEntry, manifestOf } from '../values/index.ts';
import { checkFolders } from './processor-folders.ts';
import type { FileChange } from './raw-changes.ts';
import { type ReadOrder, readVersion, type VersionContent } from './read-version.ts';
import type { Source } from './source.ts';
import { artifactsAmong, type FolderEntry, type Selection, type TreeEntry } from './tree.ts';

/** A version whose content is known, and whose tree is likely to differ little from the one that is read. */
export interface NearVersion {
  readonly treeId: string;
  /** Each with the path and the blob that it has in that tree. */
  readonly entries: readonly ManifestEntry[];
  /** What validation said of it. */
  readonly problems: readonly Diagnostic[];
}

/** What became of the artifacts of one tree in another. */
interface TreePatch {
  /** Paths of artifacts that are not there any more, or have changed. */
  readonly gone: ReadonlySet<string>;
  /** What is there now of those that have changed, and what is new; in Git's order. */
  readonly entries: readonly TreeEntry[];
}

const isFolder = (mode: string | undefined): boolean => mode === '040000';

const filesOf = (changes: readonly FileChange[], side: 'before' | 'after'): readonly FolderEntry[] =>
  changes.flatMap((change) => {
    const one = change[side];
    return one && !isFolder(one.mode) ? [{ path: change.path, ...one }] : [];
  });

/** Processors whose manifest stands as it was, and something beside it does not. */
const movedFolders = (
  near: readonly ManifestEntry[],
  folders: ReadonlyMap<string, FileChange>,
  settled: (path: string) => boolean,
): readonly TreeEntry[] =>
  near.flatMap(({ kind, path }): readonly TreeEntry[] => {
    const folder = kind === 'processor' && !settled(path) ? folders.get(posix.dirname(path)) : undefined;
    return folder?.after ? [{ path, blob: folder.after.blob, kind: 'processor', mode: '100644' }] : [];
  });

/** Entries by path, as far as they may have changed. */
const knownAt = (near: readonly ManifestEntry[], paths: ReadonlySet<string>): ReadonlyMap<string, ManifestEntry> => {
  const touched = near.filter(({ kind, path }) => kind === 'processor' || paths.has(path));
  return new Map(touched.map((entry) => [entry.path, entry]));
};

/**
 * Which artifacts differ, from what differs between the trees. Undefined where that does not say it: a name that is no
 * text, a path that is a file on one side and a folder on the other, something wrong, or a basis that is not as it should
 * be. Then everything is to be listed. Pure.
 */
const patchTree = (
  near: Pick<NearVersion, 'entries'>,
  changes: readonly FileChange[],
  selection: Selection,
): TreePatch | undefined => {
  if (changes.some(({ path }) => /[\p{Cc}\uFFFD]/u.test(path))) return undefined;
  const [before, after] = [
    artifactsAmong(filesOf(changes, 'before'), selection),
    artifactsAmong(filesOf(changes, 'after'), selection),
  ];
  if (before.problems.length > 0 || after.problems.length > 0) return undefined;
  const paths = new Set(changes.map(({ path }) => path));
  if (paths.size < changes.length) return undefined;
  const known = knownAt(near.entries, paths);
  const folders = new Map(
    changes.flatMap((change) =>
      isFolder(change.before?.mode) || isFolder(change.after?.mode) ? [[change.path, change] as const] : [],
    ),
  );
  const isAsKnown = ({ kind, path, blob }: TreeEntry): boolean => {
    const entry = known.get(path);
    const expected = kind === 'processor' ? folders.get(posix.dirname(path))?.before?.blob : blob;
    return entry !== undefined && entry.kind === kind && entry.blob === expected;
  };
  if (!before.entries.every(isAsKnown)) return undefined;
  const touched = new Set([...before.entries, ...after.entries].map(({ path }) => path));
  const moved = movedFolders([...known.values()], folders, (path) => touched.has(path));
  if (moved.some(({ path }) => known.get(path)?.blob !== folders.get(posix.dirname(path))?.before?.blob))
    return undefined;
  const changed = after.entries.map((entry) =>
    entry.kind === 'processor' ? { ...entry, blob: folders.get(posix.dirname(entry.path))?.after?.blob ?? '' } : entry,
  );
  if (changed.some(({ blob }) => blob === '')) return undefined;
  return {
    gone: new Set([...before.entries, ...moved].map(({ path }) => path)),
    entries: [...changed, ...moved].sort((left, right) => compareBytes(left.path, right.path)),
  };
};

/** The findings on what stands as it was, and those on what was read, in the order of the files. */
const findingsOf = (
  near: NearVersion,
  gone: ReadonlySet<string>,
  read: readonly Diagnostic[],
): readonly Diagnostic[] | undefined => {
  if (near.problems.length === 0) return read;
  const paths = new Map(near.entries.map(({ kind, name, path }) => [addressOf(kind, name), path]));
  const known = new Set(paths.values());
  const placed: (readonly [path: string, finding: Diagnostic])[] = [];
  for (const finding of near.problems) {
    const file = finding.range?.filename;
    const path = file !== undefined && known.has(file) ? file : paths.get(finding.address ?? '');
    if (path === undefined) return undefined;
    if (!gone.has(path)) placed.push([path, finding]);
  }
  for (const finding of read) placed.push([finding.range?.filename ?? '', finding]);
  return placed.sort(([left], [right]) => compareBytes(left, right)).map(([, finding]) => finding);
};

/** More than half of it changed: listing everything is no more work. */
const isFar = (near: NearVersion, changes: readonly FileChange[]): boolean => changes.length > near.entries.length / 2;

/**
 * What a tree comes to, from a version that is near and from what differs between the two trees: the same as `readVersion`
 * says, without a look at what they share. Undefined where everything has to be read after all.
 */
export const readNearVersion = async (
  source: Source,
  treeId: string,
  order: Omit<ReadOrder, 'checks'>,
  near: NearVersion,
): Promise<Outcome<VersionContent> | undefined> => {
  const changes = await source.changes(near.treeId, treeId);
  const patch = changes && !isFar(near, changes) ? patchTree(near, changes, order.selection) : undefined;
  if (!patch) return undefined;
  const chosen = { ...source, listTree: () => Promise.resolve(patch.entries) };
  const read = await readVersion(chosen, { treeId }, order);
  // Whoever is told what is wrong is told all of it.
  if (!read.ok) return undefined;
  const { entries, digest } = manifestOf([
    ...near.entries.filter(({ path }) => !patch.gone.has(path)),
    ...read.value.manifest.entries,
  ]);
  const processors = entries.filter(({ kind }) => kind === 'processor').map(({ path }) => path);
  if (findCollisions(entries).length > 0 || checkFolders(processors).length > 0) return undefined;
  const problems = findingsOf(near, patch.gone, read.value.problems);
  return problems && success({ manifest: { entries, digest }, problems });
};
