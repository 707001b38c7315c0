import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadBlob, WantedBlob } from './blobs.ts';
import type { Git } from './git.ts';
import type { FileChange } from './raw-changes.ts';
import type { Source } from './source.ts';
import type { FolderEntry } from './tree.ts';

/** What merging comes to, file by file. */
export interface FileMerge {
  /** Files that come to something else, sorted by path. */
  readonly changes: readonly FileChange[];
  /** Files that both changed since they parted, in different ways; they are among `changes` as the head has them. */
  readonly conflicts: readonly string[];
  /** All that the base changed since they parted, by path; of a file that the head has moved, by its new path too. */
  readonly meanwhile: ReadonlyMap<string, FileChange>;
}

/** A file that both sides changed. */
export interface ChangedTwice {
  /** From where they parted to the head. */
  readonly brought: FileChange;
  /** From there to the base. */
  readonly meanwhile: FileChange;
}

/** Contents that are in no repository, because nobody has merged yet, by the ids that they would have here. */
export type MergedContents = ReadonlyMap<string, Buffer>;

/** More than these are not tried: each takes a process, and that many are no pull request any more. */
const mostTried = 200;

const isFile = (mode: string | undefined): boolean => mode === '100644' || mode === '100755';

/** What merging makes of one file, as Git would; undefined where it would ask somebody. Nothing is written into the repository. */
const mergedContent = async (
  git: Git,
  directory: string,
  { brought, meanwhile }: ChangedTwice,
): Promise<Buffer | undefined> => {
  const sides = [meanwhile.after, brought.before, brought.after];
  if (!sides.every((side) => isFile(side?.mode))) return undefined;
  const files = ['base', 'parted', 'head'].map((name) => join(directory, name));
  for (const [index, side] of sides.entries()) {
    await writeFile(files[index] ?? '', await git.read(['cat-file', 'blob', side?.blob ?? '']));
  }
  const merged = await git.attempt(['merge-file', '-p', '--quiet', ...files]);
  return merged.exitCode === 0 ? merged.stdout : undefined;
};

/**
 * Merges the files that both sides changed. Returns them as they come out, with what is in no repository beside them; one
 * that is not among them is a conflict.
 */
export const mergeFiles = async (
  git: Git,
  twice: readonly ChangedTwice[],
): Promise<{ readonly files: readonly FileChange[]; readonly contents: MergedContents }> => {
  const contents = new Map<string, Buffer>();
  const files: FileChange[] = [];
  if (twice.length === 0) return { files, contents };
  const directory = await mkdtemp(join(tmpdir(), 'm3forge-merge-'));
  try {
    for (const one of twice.slice(0, mostTried)) {
      const content = await mergedContent(git, directory, one);
      const { path, after } = one.brought;
      if (!content || !after) continue;
      const blob = `merged-${createHash('sha256').update(content).digest('hex')}`;
      contents.set(blob, content);
      files.push({ path, before: one.meanwhile.after, after: { mode: after.mode, blob } });
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return { files, contents };
};

/** The folders of processors that no commit has as merging makes them, by the ids that stand for them. */
export type MergedFolders = ReadonlyMap<string, readonly FolderEntry[]>;

/** The same source, which has these folders besides. */
export const withFolders = (source: Source, folders: MergedFolders): Source => ({
  ...source,
  listFolder: (treeId) => {
    const folder = folders.get(treeId);
    return folder ? Promise.resolve(folder) : source.listFolder(treeId);
  },
});

/** The same source, which has these contents besides. */
export const withContents = (source: Source, contents: MergedContents): Source => {
  if (contents.size === 0) return source;
  async function* readBlobs<Wanted extends WantedBlob>(
    wanted: readonly Wanted[],
    maxBytes?: number,
  ): AsyncGenerator<ReadBlob<Wanted>> {
    // In their order, because whoever reads them counts on it; what lies between two of ours is asked for at once.
    let others: Wanted[] = [];
    for (const one of wanted) {
      const bytes = contents.get(one.blob);
      if (!bytes) {
        others.push(one);
        continue;
      }
      if (others.length > 0) yield* source.readBlobs(others, maxBytes);
      others = [];
      yield { ...one, bytes };
    }
    if (others.length > 0) yield* source.readBlobs(others, maxBytes);
  }
  return { ...source, readBlobs };
};
