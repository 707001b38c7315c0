import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Diagnostic } from '../diagnostics/index.ts';
import { globMatcher } from '../values/index.ts';
import type { Merge } from './merge.ts';
import type { MergedFolders } from './merge-file.ts';
import type { FileChange } from './raw-changes.ts';
import type { Source } from './source.ts';
import { artifactsAmong, type FolderEntry, type Selection, type TreeEntry } from './tree.ts';

/** The artifacts among what a merge changes, on both sides. */
export interface MergedArtifacts {
  readonly before: readonly TreeEntry[];
  readonly after: readonly TreeEntry[];
  /** The folders of processors that both sides changed, as they come out. */
  readonly folders: MergedFolders;
  /** What keeps a file of the head from being an artifact. */
  readonly problems: readonly Diagnostic[];
  /** Manifests of processors of which both sides changed the same file, so that nobody has them as they will be. */
  readonly conflicts: readonly string[];
  /** Changed files that are still there afterwards. */
  readonly kept: ReadonlySet<string>;
  /** Changed files that are no artifacts. */
  readonly others: readonly string[];
}

const filesOf = (changes: readonly FileChange[], side: 'before' | 'after'): readonly FolderEntry[] =>
  changes.flatMap((change) => {
    const file = change[side];
    return file ? [{ path: change.path, ...file }] : [];
  });

const isIn = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);

const foldersAbove = (path: string): readonly string[] => {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

/** More of them than these are found by listing everything. */
const mostSought = 500;

/**
 * Where the manifests of the processors would lie that these files may belong to; undefined where everything has to be
 * listed, because a glob leaves their names open. Pure.
 */
export const manifestsAbove = (paths: readonly string[], globs: readonly string[]): readonly string[] | undefined => {
  const names = globs.map((glob) => posix.basename(glob));
  if (!names.every((name) => /^[\w.-]+$/.test(name))) return undefined;
  const matches = globMatcher(globs);
  const folders = new Set(paths.flatMap(foldersAbove));
  const sought = [...folders].flatMap((folder) => [...new Set(names)].map((name) => `${folder}/${name}`));
  const found = sought.filter((path) => matches(path));
  return found.length > mostSought ? undefined : found;
};

/** The processors with a changed file in their folders, as one side has them. */
const processorsOf = async (
  source: Source,
  treeId: string,
  globs: readonly string[],
  paths: readonly string[],
): Promise<readonly TreeEntry[]> => {
  const sought = manifestsAbove(paths, globs);
  if (sought?.length === 0) return [];
  const found = await source.listTree(treeId, { processor: globs }, sought);
  return found.filter(({ path }) => paths.some((changed) => isIn(posix.dirname(path), changed)));
};

/** A folder as `before` has it, with what merging changes in it. Pure. */
const mergedFolder = (
  folder: string,
  before: readonly FolderEntry[],
  changes: readonly FileChange[],
): readonly FolderEntry[] => {
  const files = new Map(before.map((entry) => [entry.path, entry]));
  for (const { path, after } of changes.filter((change) => isIn(folder, change.path))) {
    const inside = path.slice(folder.length + 1);
    if (after) files.set(inside, { path: inside, ...after });
    else files.delete(inside);
  }
  return [...files.values()];
};

const idOf = (listing: readonly FolderEntry[]): string =>
  `merged-${createHash('sha256').update(JSON.stringify(listing)).digest('hex')}`;

type Processors = Pick<MergedArtifacts, 'before' | 'after' | 'folders' | 'conflicts'>;

/** A processor of either side as merging makes it: that of the head, unless the base changed something in its folder too. */
const mergedProcessors = async (
  source: Source,
  merge: Merge,
  before: readonly TreeEntry[],
  ofHead: readonly TreeEntry[],
): Promise<Omit<Processors, 'before'>> => {
  const meanwhile = [...merge.meanwhile.keys()];
  const after: TreeEntry[] = [];
  const folders = new Map<string, readonly FolderEntry[]>();
  const conflicts: string[] = [];
  const known = new Map([...before, ...ofHead].map((entry) => [entry.path, entry]));
  const brought = new Map(ofHead.map((entry) => [entry.path, entry]));
  const stood = new Map(before.map((entry) => [entry.path, entry]));
  for (const [path, entry] of known) {
    const folder = posix.dirname(path);
    const own = brought.get(path);
    const isConflict = merge.conflicts.some((changed) => isIn(folder, changed));
    if (isConflict) conflicts.push(path);
    if (isConflict || !meanwhile.some((changed) => isIn(folder, changed))) {
      if (own) after.push(own);
      continue;
    }
    const old = stood.get(path);
    const listing = mergedFolder(folder, old ? await source.listFolder(old.blob) : [], merge.changes);
    if (!listing.some((file) => file.path === posix.basename(path))) continue;
    const blob = idOf(listing);
    folders.set(blob, listing);
    after.push({ ...entry, blob });
  }
  return { after, folders, conflicts };
};

const processorsIn = async (
  source: Source,
  merge: Merge,
  selection: Selection,
  paths: readonly string[],
): Promise<Processors> => {
  const { processor = [] } = selection;
  if (processor.length === 0 || paths.length === 0) return { before: [], after: [], folders: new Map(), conflicts: [] };
  const [before, ofHead] = await Promise.all([
    processorsOf(source, merge.base.treeId, processor, paths),
    processorsOf(source, merge.head.treeId, processor, paths),
  ]);
  return { before, ...(await mergedProcessors(source, merge, before, ofHead)) };
};

/** Finds them from the changed files alone; the trees are asked only for manifests that lie above one. */
export const artifactsOfMerge = async (
  source: Source,
  merge: Merge,
  selection: Selection,
): Promise<MergedArtifacts> => {
  const alone = { workflow: selection.workflow ?? [], agent: selection.agent ?? [] };
  const [before, after] = (['before', 'after'] as const).map((side) =>
    artifactsAmong(filesOf(merge.changes, side), alone),
  );
  const found = new Set([...(before?.entries ?? []), ...(after?.entries ?? [])].map(({ path }) => path));
  const others = merge.changes.map(({ path }) => path).filter((path) => !found.has(path));
  const processors = await processorsIn(source, merge, selection, others);
  return {
    before: [...(before?.entries ?? []), ...processors.before],
    after: [...(after?.entries ?? []), ...processors.after],
    folders: processors.folders,
    problems: after?.problems ?? [],
    conflicts: processors.conflicts,
    kept: new Set([
      ...merge.changes.flatMap((change) => (change.after ? [change.path] : [])),
      ...processors.after.map(({ path }) => path),
    ]),
    others,
  };
};
