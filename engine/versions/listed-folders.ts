import { posix } from 'node:path';
import type { GitObject, Objects } from './objects.ts';
import { type FolderEntry, namedEntry } from './tree.ts';

const space = 32;
const folder = '040000';

/** As Git tells modes: those of old trees, such as `100664`, mean one of these too. */
const modeOf = (stored: string): string => {
  const mode = Number.parseInt(stored, 8);
  const type = mode & 0o170000;
  if (type === 0o100000) return mode & 0o100 ? '100755' : '100644';
  if (type === 0o120000) return '120000';
  return type === 0o040000 ? folder : '160000';
};

/** The entries of a tree as Git stores it: `mode SP name NUL id`, the id as bytes; undefined where it is damaged. Pure. */
export const entriesOfTree = (bytes: Buffer, idBytes: number): readonly FolderEntry[] | undefined => {
  const entries: FolderEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [nameAt, nameEnd] = [bytes.indexOf(space, at) + 1, bytes.indexOf(0, at)];
    if (nameAt <= at || nameEnd <= nameAt || nameEnd + idBytes >= bytes.length) return undefined;
    const mode = modeOf(bytes.toString('latin1', at, nameAt - 1));
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
  const entries = entriesOfTree(tree.bytes, idBytes);
  if (!entries) return undefined;
  for (const entry of entries) {
    const named = { ...entry, path: `${path}/${entry.path}` };
    if (entry.mode !== folder) {
      found.push(named);
      continue;
    }
    const inside = await objects.read(entry.blob);
    const more = inside?.type === 'tree' ? await below(objects, inside, named.path, idBytes) : undefined;
    if (!more) return undefined;
    for (const one of more) found.push(one);
  }
  return found;
};

/**
 * The tree at a path below another one: `missing` where that one has nothing there. Undefined where it cannot be told, as in a
 * clone that lacks trees, or where it is no folder.
 */
const folderAt = async (objects: Objects, top: GitObject, path: string, idBytes: number) => {
  let tree = top;
  for (const name of path.split('/')) {
    const entries = entriesOfTree(tree.bytes, idBytes);
    const entry = entries?.find((one) => one.path === name);
    // These lead elsewhere, and are no names.
    if (!entries || ['', '.', '..'].includes(name)) return undefined;
    if (!entry) return 'missing';
    const inside = entry.mode === folder ? await objects.read(entry.blob) : undefined;
    if (inside?.type !== 'tree') return undefined;
    tree = inside;
  }
  return tree;
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
  const idBytes = commit.length / 2;
  const top = await objects.read(`${commit}:./`);
  if (top?.type !== 'tree') return undefined;
  const found = new Map<string, FolderEntry>();
  for (const path of folders.map((one) => posix.normalize(one))) {
    const tree = await folderAt(objects, top, path, idBytes);
    if (tree === 'missing') continue;
    const entries = tree && (await below(objects, tree, path, idBytes));
    if (!entries) return undefined;
    for (const entry of entries) found.set(entry.path, entry);
  }
  return [...found.values()];
};
