import { open, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { refuse } from '../diagnostics/index.ts';
import { systemReason, withoutCredentials } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { type ReadBlob, readThrough, type WantedBlob } from './blobs.ts';
import { mirrorOfBundle } from './bundle.ts';
import { explainGit, type Git, gitAt } from './git.ts';
import { parseTags, type TaggedVersion, type TagSelection, tagFormat } from './tags.ts';
import { type FolderEntry, readFolder, readTree, type Selection, type TreeEntry } from './tree.ts';

export interface SourceOptions extends TagSelection {
  /** `source.repository`: the path of a repository or of a Git bundle file. */
  readonly repository: string;
  /** The configuration's directory, absolute. */
  readonly directory: string;
  /** Where bundles are unpacked; created where it is needed. */
  readonly cacheDirectory: string;
}

/** What a ref leads to. */
export interface Revision {
  readonly commit: string;
  readonly treeId: string;
}

/** Where versions come from: one Git repository, read and never changed. */
export interface Source {
  /** For people: the path as it was configured, without credentials. */
  readonly label: string;
  /** Every tag that names a version, from one look at the repository. */
  readonly tags: () => Promise<readonly TaggedVersion[]>;
  /** What a branch, tag or commit leads to. Throws `source-ref-unknown`. */
  readonly revision: (ref: string) => Promise<Revision>;
  /** The artifacts of a tree, in Git's order. */
  readonly listTree: (treeId: string, selection: Selection) => Promise<readonly TreeEntry[]>;
  /** Everything below one folder, by the id of its tree. */
  readonly listFolder: (treeId: string) => Promise<readonly FolderEntry[]>;
  /** Contents, in order, through one process, holding about one at a time. */
  readonly readBlobs: <Wanted extends WantedBlob>(
    wanted: readonly Wanted[],
    maxBytes?: number,
  ) => AsyncIterable<ReadBlob<Wanted>>;
}

const largestBlob = 10 * 1024 * 1024;

/** Every Git bundle begins with these words. */
const isBundle = async (path: string, label: string): Promise<boolean> => {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return /^# v\d+ git bundle\n/.test(buffer.toString('latin1', 0, bytesRead));
  } catch (error) {
    throw refuse('source-unreadable', { detail: `${label} cannot be read: ${systemReason(error)}.` }, error);
  }
};

const findRepository = async (path: string, label: string): Promise<'file' | 'directory'> => {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
  if (typeof found !== 'string') {
    if (found.isDirectory()) return 'directory';
    if (found.isFile() && (await isBundle(path, label))) return 'file';
    throw refuse('source-not-a-repository', {
      detail: `${label} is neither a Git repository nor a Git bundle.`,
      hint: 'source.repository names a directory inside a repository, or a file that "git bundle create" made.',
    });
  }
  if (found !== 'ENOENT' && found !== 'ENOTDIR') {
    throw refuse('source-unreadable', { detail: `${label} cannot be read: ${systemReason(found)}.` });
  }
  const isUrl = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(label);
  throw refuse('source-missing', {
    detail: `${label} does not exist.`,
    hint: isUrl
      ? 'A remote repository is not read directly yet: clone it, and give the path of the clone.'
      : 'source.repository names a repository or a Git bundle file, relative to m3forge.yaml.',
  });
};

interface Opened {
  readonly git: Git;
  /** Where globs start inside each tree: empty, or a folder that ends with a slash. */
  readonly base: string;
}

const openDirectory = async (system: System, path: string, label: string, own: boolean): Promise<Opened> => {
  const answer = await gitAt(system, ['-C', path], label).read(['rev-parse', '--absolute-git-dir', '--show-prefix']);
  const [gitDirectory = '', prefix = ''] = answer.toString('utf8').split('\n');
  return { git: gitAt(system, [`--git-dir=${gitDirectory}`], label), base: own ? prefix : '' };
};

const listTree = async (
  { git, base }: Opened,
  label: string,
  treeId: string,
  selection: Selection,
): Promise<readonly TreeEntry[]> => {
  let tree = treeId;
  if (base) {
    const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${treeId}:${base.slice(0, -1)}`]);
    // The configuration's folder did not exist in that version, so there was no artifact in it.
    if (found.exitCode !== 0) return [];
    tree = found.stdout.toString('utf8').trim();
  }
  // Folders are told only where a processor may want to know the id of its own.
  const flags = (selection.processor ?? []).length > 0 ? ['-r', '-t'] : ['-r'];
  return throughTree(git, label, [...flags, '-z', '--full-tree', tree], (stream) => readTree(stream, selection));
};

const throughTree = async <T>(
  git: Git,
  label: string,
  args: readonly string[],
  read: (stream: Readable) => Promise<T>,
): Promise<T> => {
  const child = git.start(['ls-tree', ...args]);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < 10_000) stderr += chunk.toString('utf8');
  });
  child.stdin.end();
  try {
    const value = await read(child.stdout);
    if ((await child.end) !== 0) throw explainGit(label, stderr);
    return value;
  } finally {
    child.kill();
  }
};

const findRevision = async (git: Git, label: string, ref: string): Promise<Revision> => {
  const find = async (suffix: string): Promise<string> => {
    const found = await git.attempt(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{${suffix}}`]);
    if (found.exitCode === 0) return found.stdout.toString('utf8').trim();
    throw refuse('source-ref-unknown', {
      detail: `${label} has no branch, tag or commit "${ref.replace(/\p{Cc}/gu, ' ')}".`,
      hint: 'See what there is:\n    git branch --all\n    git tag --list',
    });
  };
  return { commit: await find('commit'), treeId: await find('tree') };
};

/**
 * Opens the repository or bundle that `source.repository` names. Throws `Refusal` where Git is missing or the source is
 * not there, not readable or damaged.
 */
export const openSource = async (system: System, options: SourceOptions): Promise<Source> => {
  const path = resolve(options.directory, options.repository);
  const label =
    options.repository === '.' ? relative(system.cwd(), path) || '.' : withoutCredentials(options.repository);
  let opened: Opened;
  if ((await findRepository(path, label)) === 'file') {
    const mirror = await mirrorOfBundle(system, path, options.cacheDirectory, label);
    opened = { git: gitAt(system, [`--git-dir=${mirror}`], label), base: '' };
  } else {
    opened = await openDirectory(system, path, label, options.repository === '.');
  }
  const { git } = opened;
  return {
    label,
    tags: async () => {
      const output = await git.read(['for-each-ref', `--format=${tagFormat}`, 'refs/tags']);
      return parseTags(output.toString('utf8'), options);
    },
    revision: (ref) => findRevision(git, label, ref),
    listTree: (treeId, selection) => listTree(opened, label, treeId, selection),
    listFolder: (treeId) => throughTree(git, label, ['-r', '-z', '--full-tree', treeId], readFolder),
    readBlobs: (wanted, maxBytes = largestBlob) =>
      readThrough(() => git.start(['cat-file', '--batch', '--buffer']), wanted, label, maxBytes),
  };
};
