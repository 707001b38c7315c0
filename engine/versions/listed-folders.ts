import type { GitObject, Objects } from './objects.ts';
import { type FolderEntry, namedEntry } from './tree.ts';

const space = 32;
const folder = '040000';

/** The entries of a tree as Git stores it: `mode SP name NUL id`, the id as bytes. Pure. */
export const entriesOfTree = (bytes: Buffer, idBytes: number): readonly FolderEntry[] => {
  const entries: FolderEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [nameAt, nameEnd] = [bytes.indexOf(space, at) + 1, bytes.indexOf(0, at)];
    const mode = bytes.toString('latin1', at, nameAt - 1).padStart(6, '0');
    at = nameEnd + 1 + idBytes;
    const blob = bytes.toString('hex', nameEnd + 1, at);
    entries.push(namedEntry(mode, blob, bytes.subarray(nameAt, nameEnd)));
  }
  return entries;
};

/** Everything below a tree, in Git's order; undefined where a part of it cannot be read. */
const below = async (
  objects: Objects,
  tree: GitObject,
  path: string,
  idBytes: number,
): Promise<readonly FolderEntry[] | undefined> => {
  const found: FolderEntry[] = [];
  for (const entry of entriesOfTree(tree.bytes, idBytes)) {
    const named = { ...entry, path: `${path}/${entry.path}` };
    if (entry.mode !== folder) {
      found.push(named);
      continue;
    }
    const inside = await objects.read(entry.blob);
    const entries = inside?.type === 'tree' ? await below(objects, inside, named.path, idBytes) : undefined;
    if (!entries) return undefined;
    found.push(...entries);
  }
  return found;
};

/**
 * All files of a commit below these folders, as `git ls-tree -r` lists them. Undefined where that has to be asked after all:
 * one of them is no folder, or cannot be read.
 */
export const listFolders = async (
  objects: Objects,
  commit: string,
  folders: readonly string[],
): Promise<readonly FolderEntry[] | undefined> => {
  const found = new Map<string, FolderEntry>();
  for (const path of folders) {
    const tree = await objects.read(`${commit}:./${path}`);
    if (tree?.type === 'missing') continue;
    const entries = tree?.type === 'tree' ? await below(objects, tree, path, commit.length / 2) : undefined;
    if (!entries) return undefined;
    for (const entry of entries) found.set(entry.path, entry);
  }
  return [...found.values()];
};
