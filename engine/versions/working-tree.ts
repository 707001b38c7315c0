import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { globBase } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { artifactKinds } from '../values/index.ts';
import { type Git, gitAt } from './git.ts';
import type { Selection } from './tree.ts';

/** The working tree as a tree of Git, beside the repository and not in it. */
export interface Snapshot {
  readonly treeId: string;
  /** Git, with the objects of the repository and those of the snapshot. */
  readonly git: Git;
  readonly remove: () => Promise<void>;
}

/** Where the working tree lies, and how the repository is reached. */
export interface WorkingPlace {
  readonly gitDirectory: string;
  /** The top of the working tree, absolute. */
  readonly top: string;
  /** Where globs start below the top: empty, or a folder that ends with a slash. */
  readonly base: string;
}

const asConfiguration = (entries: readonly (readonly [key: string, value: string])[]): Record<string, string> => ({
  GIT_CONFIG_COUNT: String(entries.length),
  ...Object.fromEntries(
    entries.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
});

/** Filters are programs that a repository may name; none of them is run here, so files are taken as they lie there. */
const withoutFilters = async (git: Git): Promise<Record<string, string>> => {
  const pattern = '^filter\\..*\\.(clean|smudge|process|required)$';
  const found = await git.attempt(['config', '-z', '--name-only', '--get-regexp', pattern]);
  const names = [...new Set(found.stdout.toString('utf8').split('\0'))].filter((name) => name !== '');
  return asConfiguration(names.map((name) => [name, name.endsWith('.required') ? 'false' : '']));
};

/** The folders in which artifacts may lie, from the top; the top itself is empty. */
const foldersOf = (selection: Selection, base: string): readonly string[] => {
  const folders = artifactKinds.flatMap((kind) => (selection[kind] ?? []).map(globBase));
  return [...new Set(folders.map((folder) => `${base}${folder}`.replace(/\/$/, '')))];
};

/** Those folders of which there is anything, here or in the index: Git complains of the others. */
const withContent = async (git: Git, folders: readonly string[]): Promise<readonly string[]> => {
  const specs = folders.map((folder) => `:(top,literal)${folder}`);
  const listing = await git.read(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...specs]);
  const paths = listing.toString('utf8').split('\0');
  return specs.filter((_, index) => {
    const folder = folders[index] ?? '';
    return paths.some((path) => path !== '' && (folder === '' || path === folder || path.startsWith(`${folder}/`)));
  });
};

/**
 * Makes a tree of what Git would commit of the artifacts now: tracked and not ignored. The repository, its index and its
 * objects stay as they are; what is new lies in a directory of its own until it is removed.
 */
export const takeSnapshot = async (
  system: System,
  { gitDirectory, top, base }: WorkingPlace,
  selection: Selection,
  label: string,
): Promise<Snapshot> => {
  const directory = await mkdtemp(join(tmpdir(), 'm3forge-tree-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const location = [`--git-dir=${gitDirectory}`, `--work-tree=${top}`];
    const plain = gitAt(system, ['-C', top, ...location], label);
    const answer = await plain.read(['rev-parse', '--git-path', 'objects', '--git-path', 'index']);
    const [objects = '', index = ''] = answer.toString('utf8').split('\n');
    const indexFile = join(directory, 'index');
    const own = join(directory, 'objects');
    await mkdir(own);
    const env = { GIT_OBJECT_DIRECTORY: own, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
    // With the times of files that it remembers, only what changed is read again.
    if (existsSync(index)) await copyFile(index, indexFile);
    const specs = await withContent(plain, foldersOf(selection, base));
    const writing = gitAt(system, ['-C', top, ...location], label, {
      ...env,
      ...(await withoutFilters(plain)),
      GIT_INDEX_FILE: indexFile,
    });
    if (specs.length > 0) await writing.read(['add', '--all', '--', ...specs], ['-c', 'advice.addEmbeddedRepo=false']);
    const treeId = (await writing.read(['write-tree'])).toString('utf8').trim();
    return { treeId, git: gitAt(system, [`--git-dir=${gitDirectory}`], label, env), remove };
  } catch (error) {
    await remove();
    throw error;
  }
};
