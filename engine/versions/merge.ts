import { Readable } from 'node:stream';
import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { linesOf } from './commit-log.ts';
import type { Git } from './git.ts';
import { findRevision } from './git-source.ts';
import { findBranch, findOwnMain } from './main-line.ts';
import { type MergedContents, type MergedFile, mergeFiles, type Side } from './merge-file.ts';
import { type OwnOptions, openOwn } from './own-repository.ts';
import type { Revision } from './source.ts';
import { type FolderEntry, readFolder } from './tree.ts';

/** What merging `head` into `base` makes of the files of `base`. */
export interface Merge {
  readonly base: Revision;
  readonly head: Revision;
  /** Files that come to something else, sorted by path. */
  readonly changes: readonly MergedFile[];
  /** Files that both changed since they parted, in different ways; they are among `changes` as the head has them. */
  readonly conflicts: readonly string[];
  /** What files come to that both changed and Git can merge: it is in no repository yet. */
  readonly contents: MergedContents;
  /** All that the base changed since they parted. */
  readonly meanwhile: ReadonlySet<string>;
}

/** Two commits of a repository of this machine, compared without a checkout, and without writing into it. */
export interface MergeReader {
  readonly label: string;
  /** Throws `source-ref-unknown`, and `preview-unrelated` where the two have no commit in common that is here. */
  readonly merge: (base: string, head: string) => Promise<Merge>;
  /** What the merge comes to, seen from another commit, such as that of the version which a target runs, or from nothing. */
  readonly seenFrom: (commit: string | undefined, merge: Merge) => Promise<Merge>;
  /** The tip of a branch as `origin` has it, or as it is here; the main branch without a name. Throws `source-ref-unknown`. */
  readonly tipOf: (branch?: string) => Promise<string>;
  /** The name of the main branch. Throws `source-ref-unknown`. */
  readonly mainBranch: () => Promise<string>;
  /** All files of a commit below these folders, relative to where globs start; all of them where no folder is given. */
  readonly filesAt: (commit: string, folders: readonly string[]) => Promise<readonly FolderEntry[]>;
  /** A file as a commit has it, relative to where globs start; undefined where it has none. */
  readonly fileAt: (commit: string, path: string) => Promise<Buffer | undefined>;
}

/** The records of `git diff-tree -r -z --raw`: `:mode mode id id status NUL path NUL`. */
const parseChanges = (output: Buffer): ReadonlyMap<string, MergedFile> => {
  const fields = output.toString('utf8').split('\0');
  const files = new Map<string, MergedFile>();
  const sideOf = (mode: string, blob: string): Side | undefined => (/^0+$/.test(mode) ? undefined : { mode, blob });
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [mode = '', nextMode = '', blob = '', nextBlob = ''] = fields[at]?.slice(1).split(' ') ?? [];
    const path = fields[at + 1] ?? '';
    files.set(path, { path, before: sideOf(mode, blob), after: sideOf(nextMode, nextBlob) });
  }
  return files;
};

const isSame = (one: Side | undefined, other: Side | undefined): boolean =>
  one?.blob === other?.blob && one?.mode === other?.mode;

/** What the head brings on top of what the base has become since the two parted. Pure. */
export const mergeChanges = (
  ofHead: ReadonlyMap<string, MergedFile>,
  ofBase: ReadonlyMap<string, MergedFile>,
): Pick<Merge, 'changes' | 'conflicts' | 'meanwhile'> => {
  const changes: MergedFile[] = [];
  const conflicts: string[] = [];
  for (const [path, brought] of ofHead) {
    const meanwhile = ofBase.get(path);
    if (meanwhile && isSame(meanwhile.after, brought.after)) continue;
    if (meanwhile) conflicts.push(path);
    changes.push(meanwhile ? { ...brought, before: meanwhile.after } : brought);
  }
  return { changes, conflicts, meanwhile: new Set(ofBase.keys()) };
};

/** With what came of the files that both sides changed; what did not come out stays a conflict. Pure. */
const settled = (
  { changes, conflicts, meanwhile }: Pick<Merge, 'changes' | 'conflicts' | 'meanwhile'>,
  merged: readonly MergedFile[],
): Pick<Merge, 'changes' | 'conflicts' | 'meanwhile'> => {
  const byPath = new Map(merged.map((file) => [file.path, file]));
  return {
    changes: changes.map((change) => byPath.get(change.path) ?? change),
    conflicts: conflicts.filter((path) => !byPath.has(path)),
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
interface Ends {
  readonly base: Revision;
  readonly head: Revision;
  readonly parted: string;
}

/** All of it in one question; undefined where that has no plain answer. */
const endsAtOnce = async (git: Git, base: string, head: string): Promise<Ends | undefined> => {
  const isPlain = [base, head].every((ref) => /^[\w/@][\w./@-]*$/.test(ref) && !ref.includes('..'));
  if (!isPlain) return undefined;
  const wanted = [base, head].flatMap((ref) => [`${ref}^{commit}`, `${ref}^{tree}`]);
  const found = await git.attempt(['rev-parse', ...wanted, `${base}...${head}`]);
  const lines = linesOf(found.stdout);
  const [commit = '', treeId = '', next = '', nextTree = ''] = lines;
  const parted = lines.find((line) => line.startsWith('^'))?.slice(1);
  if (found.exitCode !== 0 || parted === undefined) return undefined;
  return { base: { commit, treeId }, head: { commit: next, treeId: nextTree }, parted };
};

/** Where one question did not do, each of several says what is wrong. */
const endsOf = async (git: Git, label: string, baseRef: string, headRef: string): Promise<Ends> => {
  const known = await endsAtOnce(git, baseRef, headRef);
  if (known) return known;
  const [base, head] = [await findRevision(git, label, baseRef), await findRevision(git, label, headRef)];
  return { base, head, parted: await partedAt(git, label, base.commit, head.commit) };
};

const changesBetween = async (git: Git, from: string, to: string): Promise<ReadonlyMap<string, MergedFile>> =>
  from === to
    ? new Map()
    : parseChanges(await git.read(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--relative', from, to]));

/** What changes from one commit to what `merge` comes to, where `toBase` leads from that commit to the base. Pure. */
export const overlaid = (
  toBase: ReadonlyMap<string, MergedFile>,
  { changes }: Pick<Merge, 'changes'>,
): readonly MergedFile[] => {
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

/** Opens the repository that `source.repository` names. Throws `version-source-elsewhere` where that is not on this machine. */
export const openMergeReader = async (system: System, options: OwnOptions): Promise<MergeReader> => {
  const { git, label } = await openOwn(system, options);
  const files = new Map<string, Promise<Buffer | undefined>>();
  return {
    label,
    merge: async (baseRef, headRef) => {
      const { base, head, parted } = await endsOf(git, label, baseRef, headRef);
      const [ofHead, ofBase] = [
        await changesBetween(git, parted, head.commit),
        await changesBetween(git, parted, base.commit),
      ];
      const merge = mergeChanges(ofHead, ofBase);
      const twice = merge.conflicts.flatMap((path) => {
        const [brought, meanwhile] = [ofHead.get(path), ofBase.get(path)];
        return brought && meanwhile ? [{ brought, meanwhile }] : [];
      });
      const { files, contents } = await mergeFiles(git, twice);
      return { base, head, ...settled(merge, files), contents };
    },
    seenFrom: async (commit, merge) => {
      const from = commit === undefined ? await emptyTree(git) : await findRevision(git, label, commit);
      const toBase = await changesBetween(git, from.commit, merge.base.commit);
      return { ...merge, base: from, changes: overlaid(toBase, merge), conflicts: [] };
    },
    tipOf: async (branch) => {
      // Where there is no repository at all, that is what is said.
      await git.read(['rev-parse', '--git-dir']);
      const { tips } = branch === undefined ? await findOwnMain(git, label) : await findBranch(git, label, branch);
      // What `origin` has is newer than what somebody has checked out.
      return tips.at(-1) ?? '';
    },
    filesAt: async (commit, folders) => {
      const listed = await git.read(['ls-tree', '-r', '-z', commit, ...folders.map((folder) => `./${folder}`)]);
      return readFolder(Readable.from([listed]));
    },
    mainBranch: async () => (await findOwnMain(git, label)).name,
    fileAt: (commit, path) => {
      const name = `${commit}:./${path}`;
      const file = files.get(name) ?? readBlob(git, name);
      files.set(name, file);
      return file;
    },
  };
};
