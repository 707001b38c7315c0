import { posix } from 'node:path';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { Merge } from './merge.ts';
import type { MergedFile } from './merge-file.ts';
import type { Source } from './source.ts';
import { artifactsAmong, type FolderEntry, type Selection, type TreeEntry } from './tree.ts';

/** The artifacts among what a merge changes, on both sides. */
export interface MergedArtifacts {
  readonly before: readonly TreeEntry[];
  readonly after: readonly TreeEntry[];
  /** What keeps a file of the head from being an artifact. */
  readonly problems: readonly Diagnostic[];
  /** Manifests of processors that both sides changed, so that neither has them as they will be. */
  readonly conflicts: readonly string[];
  /** Changed files that are still there afterwards. */
  readonly kept: ReadonlySet<string>;
  /** Changed files that are no artifacts. */
  readonly others: readonly string[];
}

const filesOf = (changes: readonly MergedFile[], side: 'before' | 'after'): readonly FolderEntry[] =>
  changes.flatMap((change) => {
    const file = change[side];
    return file ? [{ path: change.path, ...file }] : [];
  });

const isIn = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);

/** The processors with a changed file in their folders. */
const processorsIn = async (
  source: Source,
  merge: Merge,
  selection: Selection,
  paths: readonly string[],
): Promise<Pick<MergedArtifacts, 'before' | 'after' | 'conflicts'>> => {
  const { processor = [] } = selection;
  if (processor.length === 0 || paths.length === 0) return { before: [], after: [], conflicts: [] };
  const changedIn = async ({ treeId }: Merge['base']): Promise<readonly TreeEntry[]> =>
    (await source.listTree(treeId, { processor })).filter(({ path }) =>
      paths.some((changed) => isIn(posix.dirname(path), changed)),
    );
  const [before, after] = [await changedIn(merge.base), await changedIn(merge.head)];
  const meanwhile = [...merge.meanwhile];
  const conflicts = after.filter(({ path }) => meanwhile.some((changed) => isIn(posix.dirname(path), changed)));
  return { before, after, conflicts: conflicts.map(({ path }) => path) };
};

/** Finds them from the changed files alone; only where one may belong to a processor are the trees listed. */
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
    problems: after?.problems ?? [],
    conflicts: processors.conflicts,
    kept: new Set([
      ...merge.changes.flatMap((change) => (change.after ? [change.path] : [])),
      ...processors.after.map(({ path }) => path),
    ]),
    others,
  };
};
