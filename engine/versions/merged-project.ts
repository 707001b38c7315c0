import { globBase } from '../documents/index.ts';
import type { Merge, MergeReader } from './merge.ts';
import { artifactsAmong, type FolderEntry, type Selection, type TreeEntry } from './tree.ts';

/** The folders that globs begin with; none where one of them begins anywhere. Pure. */
const foldersOf = (globs: readonly string[]): readonly string[] => {
  const folders = [...new Set(globs.map(globBase))];
  return folders.includes('') ? [] : folders;
};

/**
 * The artifacts of which the project consists once it is merged, by one listing of the base and what the merge changes. A
 * processor comes with the id of its manifest, and not with that of its folder. What is no artifact is left out.
 */
export const projectOfMerge = async (
  reader: Pick<MergeReader, 'filesAt'>,
  { base, changes }: Pick<Merge, 'base' | 'changes'>,
  selection: Selection,
): Promise<readonly TreeEntry[]> => {
  const listed = await reader.filesAt(base.commit, foldersOf(Object.values(selection).flat()));
  const files = new Map<string, FolderEntry>(listed.map((file) => [file.path, file]));
  for (const { path, after } of changes) {
    if (after) files.set(path, { path, ...after });
    else files.delete(path);
  }
  return artifactsAmong([...files.values()], selection).entries;
};
