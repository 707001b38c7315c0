import type { Readable } from 'node:stream';
import { refuse } from '../diagnostics/index.ts';
import { authorsSince } from './authors.ts';
import { readThrough } from './blobs.ts';
import { explainGit, type Git } from './git.ts';
import { findBranch, isAncestor } from './main-line.ts';
import { wholeId } from './object-id.ts';
import { type FileChange, parseRawChanges } from './raw-changes.ts';
import type { Revision, Source } from './source.ts';
import { parseTags, type TagSelection, tagFormat } from './tags.ts';
import { readFolder, readTree, type Selection, type TreeEntry } from './tree.ts';

/** Bytes. */
export const largestBlob = 10 * 1024 * 1024;

/** A repository that Git has found. */
export interface Opened {
  readonly git: Git;
  /** Where globs start inside each tree: empty, or a folder that ends with a slash. */
  readonly base: string;
}

/** The tree in which globs start; undefined where the configuration's folder did not exist in it. */
const subtreeOf = async ({ git, base }: Opened, treeId: string): Promise<string | undefined> => {
  if (!base) return treeId;
  const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${treeId}:${base.slice(0, -1)}`]);
  return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : undefined;
};

const changesIn = async (
  opened: Opened,
  fromTree: string,
  toTree: string,
): Promise<readonly FileChange[] | undefined> => {
  const [from, to] = [await subtreeOf(opened, fromTree), await subtreeOf(opened, toTree)];
  if (from === undefined || to === undefined) return undefined;
  const found = await opened.git.attempt(['diff-tree', '-r', '-t', '-z', '--raw', '--no-renames', from, to]);
  return found.exitCode === 0 ? parseRawChanges(found.stdout) : undefined;
};

const listTree = async (
  opened: Opened,
  label: string,
  treeId: string,
  selection: Selection,
  only: readonly string[],
): Promise<readonly TreeEntry[]> => {
  const tree = await subtreeOf(opened, treeId);
  // The configuration's folder did not exist in that version, so there was no artifact in it.
  if (tree === undefined) return [];
  // Folders are told only where a processor may want to know the id of its own.
  const flags = (selection.processor ?? []).length > 0 ? ['-r', '-t'] : ['-r'];
  const args = [...flags, '-z', '--full-tree', tree, ...(only.length > 0 ? ['--', ...only] : [])];
  return throughTree(opened.git, label, args, (stream) => readTree(stream, selection));
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

export const findRevision = async (git: Git, label: string, ref: string): Promise<Revision> => {
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

/** One process for all of them. `rev-list` and not `log`, which a repository's settings can have start other programs. */
const commitTimes = async (git: Git, commits: readonly string[]): Promise<ReadonlyMap<string, Date>> => {
  // What is no id could be taken for an option.
  const ids = commits.filter((commit) => wholeId.test(commit));
  if (ids.length === 0) return new Map();
  const args = ['rev-list', '--no-walk=unsorted', '--timestamp', '--ignore-missing', '--stdin'];
  const output = await git.read(args, [], ids.map((id) => `${id}\n`).join(''));
  const lines = output.toString('utf8').split('\n');
  return new Map(
    lines.flatMap((line): readonly (readonly [string, Date])[] => {
      const [, seconds, id] = /^(\d+) ([0-9a-f]+)$/.exec(line) ?? [];
      const at = new Date(Number(seconds) * 1000);
      return id === undefined || Number.isNaN(at.getTime()) ? [] : [[id, at]];
    }),
  );
};

/** A source that reads what lies in a repository of this machine. */
export const createGitSource = (opened: Opened, label: string, options: TagSelection): Omit<Source, 'workingTree'> => {
  return {
    label,
    isElsewhere: false,
    warnings: [],
    tags: async () => {
      const output = await opened.git.read(['for-each-ref', `--format=${tagFormat}`, 'refs/tags']);
      return parseTags(output.toString('utf8'), options);
    },
    revision: (ref) => findRevision(opened.git, label, ref),
    authorsSince: (base, commit) => authorsSince(opened.git, base, commit),
    isOnBranch: async (branch, commit) => {
      const { tips } = await findBranch(opened.git, label, branch);
      const holding = await Promise.all(tips.map((tip) => isAncestor(opened.git, commit, tip)));
      return holding.includes(true);
    },
    committedAt: (commits) => commitTimes(opened.git, commits),
    changes: (from, to) => changesIn(opened, from, to),
    listTree: (treeId, selection, only = []) => listTree(opened, label, treeId, selection, only),
    listFolder: (treeId) => throughTree(opened.git, label, ['-r', '-z', '--full-tree', treeId], readFolder),
    readBlobs: (wanted, maxBytes = largestBlob) =>
      readThrough(() => opened.git.start(['cat-file', '--batch', '--buffer']), wanted, label, maxBytes),
    prefetch: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
};
