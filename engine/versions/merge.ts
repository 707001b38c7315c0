import { Readable } from 'node:stream';
import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { linesOf } from './commit-log.ts';
import type { Git } from './git.ts';
import { findRevision, largestBlob } from './git-source.ts';
import { listFolders } from './listed-folders.ts';
import { findBranch, findOwnMain } from './main-line.ts';
import { type FileMerge, type MergedContents, mergeFiles } from './merge-file.ts';
import { mergeSource } from './merge-source.ts';
import { findMoved, withMoves } from './moves.ts';
import { openObjects } from './objects.ts';
import { type OwnOptions, openOwn } from './own-repository.ts';
import { type FileChange, parseRawChanges, type Side } from './raw-changes.ts';
import type { Revision, Source } from './source.ts';
import { parseTags, type TaggedVersion, type TagSelection, tagFormat } from './tags.ts';
import { type FolderEntry, readFolder } from './tree.ts';

/** What merging `head` into `base` makes of the files of `base`. */
export interface Merge extends FileMerge {
  readonly base: Revision;
  readonly head: Revision;
  /** What files come to that both changed and Git can merge: it is in no repository yet. */
  readonly contents: MergedContents;
}

/** Two commits of a repository of this machine, compared without a checkout, and without writing into it. */
export interface MergeReader {
  readonly label: string;
  /** Throws `source-ref-unknown`, and `preview-unrelated` where the two have no commit in common that is here. */
  readonly ends: (base: string, head: string) => Promise<MergeEnds>;
  readonly merge: (ends: MergeEnds) => Promise<Merge>;
  /** What the merge comes to, seen from another revision, such as that of the version which a target runs, or from nothing. */
  readonly seenFrom: (revision: Revision | undefined, merge: Merge) => Promise<Merge>;
  /** The tags that lead to a commit or to one before it, among which are the versions of a selection. */
  readonly tagsUpTo: (commit: string) => Promise<(selection: TagSelection) => readonly TaggedVersion[]>;
  /** The repository as a source whose globs start where they do here. */
  readonly sourceOf: (ends: Pick<MergeEnds, 'folder'>, selection: TagSelection) => Source;
  /** The tip of a branch as `origin` has it, or as it is here; the main branch without a name. Throws `source-ref-unknown`. */
  readonly tipOf: (branch?: string) => Promise<string>;
  /** The name of the main branch. Throws `source-ref-unknown`. */
  readonly mainBranch: () => Promise<string>;
  /** Whether one commit comes before another; undefined where this clone does not have both. */
  readonly isBefore: (commit: string, of: string) => Promise<boolean | undefined>;
  /** All files of a commit below these folders, relative to where globs start; all of them where no folder is given. */
  readonly filesAt: (commit: string, folders: readonly string[]) => Promise<readonly FolderEntry[]>;
  /** A file as a commit has it, relative to where globs start; undefined where it has none. */
  readonly fileAt: (commit: string, path: string) => Promise<Buffer | undefined>;
  /** Ends what was started for reading. */
  readonly close: () => Promise<void>;
}

const byPath = (changes: readonly FileChange[]): ReadonlyMap<string, FileChange> =>
  new Map(changes.map((change) => [change.path, change]));

const isSame = (one: Side | undefined, other: Side | undefined): boolean =>
  one?.blob === other?.blob && one?.mode === other?.mode;

/** What the head brings on top of what the base has become since the two parted. Pure. */
export const mergeChanges = (
  ofHead: ReadonlyMap<string, FileChange>,
  ofBase: ReadonlyMap<string, FileChange>,
): FileMerge => {
  const changes: FileChange[] = [];
  const conflicts: string[] = [];
  for (const [path, brought] of ofHead) {
    const meanwhile = ofBase.get(path);
    if (meanwhile && isSame(meanwhile.after, brought.after)) continue;
    if (meanwhile) conflicts.push(path);
    changes.push(meanwhile ? { ...brought, before: meanwhile.after } : brought);
  }
  return { changes, conflicts, meanwhile: ofBase };
};

/** With what came of the files that both sides changed; what did not come out stays a conflict. Pure. */
const settled = ({ changes, conflicts, meanwhile }: FileMerge, merged: readonly FileChange[]): FileMerge => {
  const settledFiles = byPath(merged);
  return {
    changes: changes.map((change) => ({ ...change, after: settledFiles.get(change.path)?.after ?? change.after })),
    conflicts: conflicts.filter((path) => !settledFiles.has(path)),
    meanwhile,
  };
};

const unrelated = (label: string): Error =>
  refuse('preview-unrelated', {
    detail: `The two have no commit in common in ${label}.`,
    hint: 'A shallow clone lacks it. Fetch the history of both:\n    git fetch --unshallow origin',
  });

const partedAt = async (git: Git, label: string, base: string, head: string): Promise<string> => {
  const found = await git.attempt(['merge-base', base, head]);
  const [commit = ''] = linesOf(found.stdout);
  if (found.exitCode !== 0 || commit === '') throw unrelated(label);
  return commit;
};

/** Both commits, and the one where they parted. */
export interface MergeEnds {
  readonly base: Revision;
  readonly head: Revision;
  readonly parted: string;
  /** Where globs start in each tree: empty, or a folder that ends with a slash. */
  readonly folder: string;
}

/** All of it in one question; undefined where that has no plain answer. */
const endsAtOnce = async (git: Git, base: string, head: string): Promise<MergeEnds | undefined> => {
  const isPlain = [base, head].every((ref) => /^[\w/@][\w./@-]*$/.test(ref) && !ref.includes('..'));
  if (!isPlain) return undefined;
  const wanted = [base, head].flatMap((ref) => [`${ref}^{commit}`, `${ref}^{tree}`]);
  const asked = ['rev-parse', ...wanted, `${base}...${head}`, '--show-prefix'];
  const found = await git.attempt(asked, ['-c', 'core.warnAmbiguousRefs=true']);
  // A tag may be called like a branch, and then Git takes the tag.
  if (found.stderr.includes('is ambiguous')) return undefined;
  const lines = found.stdout.toString('utf8').split('\n');
  const [commit = '', treeId = '', next = '', nextTree = ''] = lines;
  const at = lines.findIndex((line) => line.startsWith('^'));
  const parted = lines[at]?.slice(1);
  if (found.exitCode !== 0 || parted === undefined) return undefined;
  const folder = lines.slice(at + 1, -1).join('\n');
  return { base: { commit, treeId }, head: { commit: next, treeId: nextTree }, parted, folder };
};

/** A branch goes before a tag of its name: branches are what is merged. */
const findEnd = async (git: Git, label: string, ref: string): Promise<Revision> => {
  const branch = `refs/heads/${ref}`;
  const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${branch}^{commit}`]);
  return findRevision(git, label, found.exitCode === 0 ? branch : ref);
};

/** Where one question did not do, each of several says what is wrong. */
const endsOf = async (git: Git, label: string, baseRef: string, headRef: string): Promise<MergeEnds> => {
  const known = await endsAtOnce(git, baseRef, headRef);
  if (known) return known;
  const [base, head] = [await findEnd(git, label, baseRef), await findEnd(git, label, headRef)];
  const [parted, prefix] = [
    await partedAt(git, label, base.commit, head.commit),
    await git.read(['rev-parse', '--show-prefix']),
  ];
  return { base, head, parted, folder: prefix.toString('utf8').replace(/\n$/, '') };
};

const changesBetween = async (git: Git, from: string, to: string): Promise<ReadonlyMap<string, FileChange>> =>
  from === to
    ? new Map()
    : byPath(
        parseRawChanges(await git.read(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--relative', from, to])),
      );

/** What changes from one commit to what `merge` comes to, where `toBase` leads from that commit to the base. Pure. */
export const overlaid = (
  toBase: ReadonlyMap<string, FileChange>,
  { changes }: Pick<Merge, 'changes'>,
): readonly FileChange[] => {
  const files = new Map(toBase);
  for (const change of changes) {
    const sofar = files.get(change.path);
    files.set(change.path, sofar ? { ...change, before: sofar.before } : change);
  }
  return [...files.values()].filter(({ before, after }) => !isSame(before, after));
};

/** A tree without files, which each repository knows by its id without having it. */
const emptyTree = async (git: Git): Promise<Revision> => {
  const id = (await git.read(['hash-object', '-t', 'tree', '--stdin'], [], '')).toString('utf8').trim();
  return { commit: id, treeId: id };
};

const readBlob = async (git: Git, name: string): Promise<Buffer | undefined> => {
  const found = await git.attempt(['cat-file', 'blob', name]);
  return found.exitCode === 0 ? found.stdout : undefined;
};

const mergeOf = async (git: Git, ends: MergeEnds): Promise<Merge> => {
  const { base, head, parted } = ends;
  const [ofHead, ofBase] = await Promise.all([
    changesBetween(git, parted, head.commit),
    changesBetween(git, parted, base.commit),
  ]);
  const found = mergeChanges(ofHead, ofBase);
  const moved = await findMoved(git, ends, found.conflicts, { ofHead, ofBase });
  const merge = withMoves(found, moved);
  const followed = new Map(moved.twice.map(({ twice }) => [twice.brought.path, twice]));
  const twice = merge.conflicts.flatMap((path) => {
    const [brought, meanwhile] = [ofHead.get(path), ofBase.get(path)];
    return followed.get(path) ?? (brought && meanwhile ? [{ brought, meanwhile }] : []);
  });
  const { files, contents } = await mergeFiles(git, twice);
  return { base, head, ...settled(merge, files), contents };
};

/** Opens the repository that `source.repository` names. Throws `version-source-elsewhere` where that is not on this machine. */
export const openMergeReader = async (system: System, options: OwnOptions): Promise<MergeReader> => {
  const { git, label } = await openOwn(system, options);
  const objects = openObjects(() => git.start(['cat-file', '--batch']));
  const readFile = async (name: string): Promise<Buffer | undefined> => {
    const object = await objects.read(name, largestBlob);
    if (object?.type === 'missing') return undefined;
    return object?.type === 'blob' ? object.bytes : readBlob(git, name);
  };
  const files = new Map<string, Promise<Buffer | undefined>>();
  return {
    label,
    ends: (base, head) => {
      // Files are read next.
      objects.begin();
      return endsOf(git, label, base, head);
    },
    merge: (ends) => mergeOf(git, ends),
    seenFrom: async (revision, merge) => {
      const from = revision ?? (await emptyTree(git));
      const toBase = await changesBetween(git, from.commit, merge.base.commit);
      return { ...merge, base: from, changes: overlaid(toBase, merge), conflicts: [] };
    },
    tagsUpTo: async (commit) => {
      const output = await git.read(['for-each-ref', `--merged=${commit}`, `--format=${tagFormat}`, 'refs/tags']);
      return (selection) => parseTags(output.toString('utf8'), selection);
    },
    sourceOf: ({ folder }, selection) => mergeSource({ git, base: folder }, label, objects, selection),
    tipOf: async (branch) => {
      // Where there is no repository at all, that is what is said.
      await git.read(['rev-parse', '--git-dir']);
      const { tips } = branch === undefined ? await findOwnMain(git, label) : await findBranch(git, label, branch);
      // What `origin` has is newer than what somebody has checked out.
      return tips.at(-1) ?? '';
    },
    filesAt: async (commit, folders) => {
      const found = folders.length > 0 ? await listFolders(objects, commit, folders) : undefined;
      if (found) return found;
      const listed = await git.read(['ls-tree', '-r', '-z', commit, ...folders.map((folder) => `./${folder}`)]);
      return readFolder(Readable.from([listed]));
    },
    mainBranch: async () => (await findOwnMain(git, label)).name,
    isBefore: async (commit, of) => {
      const { exitCode } = await git.attempt(['merge-base', '--is-ancestor', commit, of]);
      return exitCode === 0 ? true : exitCode === 1 ? false : undefined;
    },
    fileAt: (commit, path) => {
      const name = `${commit}:./${path}`;
      const file = files.get(name) ?? readFile(name);
      files.set(name, file);
      return file;
    },
    close: objects.close,
  };
};
