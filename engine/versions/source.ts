import type { Diagnostic } from '../diagnostics/index.ts';
import type { ReadBlob, WantedBlob } from './blobs.ts';
import type { Patience } from './patience.ts';
import type { FileChange } from './raw-changes.ts';
import type { TaggedVersion, TagSelection } from './tags.ts';
import type { FolderEntry, Selection, TreeEntry } from './tree.ts';

export interface SourceOptions extends TagSelection {
  /** `source.repository`: the path of a repository or of a Git bundle file, or a URL. */
  readonly repository: string;
  /** The configuration's directory, absolute. */
  readonly directory: string;
  /** Where bundles are unpacked and repositories elsewhere are copied to; created where it is needed. */
  readonly cacheDirectory: string;
  /** How long to wait for a host; the usual times where it is not given. */
  readonly patience?: Partial<Patience>;
}

/** What a ref leads to. */
export interface Revision {
  readonly commit: string;
  readonly treeId: string;
}

/** The working tree as a revision of its own. */
export interface WorkingTree extends Revision {
  /** Paths of artifacts and their files that differ from the commit; none where the tree is that of the commit. */
  readonly uncommitted: readonly string[];
}

/** Somebody as their commits name them. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Where versions come from: one Git repository, read and never changed. */
export interface Source {
  /** For people: the path as it was configured, without credentials. */
  readonly label: string;
  /** Every tag that names a version, from one look at the repository. */
  readonly tags: () => Promise<readonly TaggedVersion[]>;
  /** What a branch, tag or commit leads to. Throws `source-ref-unknown`. */
  readonly revision: (ref: string) => Promise<Revision>;
  /** Whether a branch, here or as it was last seen at `origin`, holds a commit. Throws `source-ref-unknown` where there is none. */
  readonly isOnBranch: (branch: string, commit: string) => Promise<boolean>;
  /** When these commits were made, as their committers' clocks had it. What is not here is left out; nothing is fetched for it. */
  readonly committedAt: (commits: readonly string[]) => Promise<ReadonlyMap<string, Date>>;
  /** Who wrote the commits after `base` up to `commit`, each once; all of them without a base, and where that is not here. */
  readonly authorsSince: (base: string | undefined, commit: string) => Promise<readonly Author[]>;
  /** Files and folders that differ between two trees; undefined where one of them is not here. Nothing is fetched for it. */
  readonly changes: (from: string, to: string) => Promise<readonly FileChange[] | undefined>;
  /** The artifacts of a tree, in Git's order; of these paths alone, where some are given. */
  readonly listTree: (treeId: string, selection: Selection, only?: readonly string[]) => Promise<readonly TreeEntry[]>;
  /** Everything below one folder, by the id of its tree. */
  readonly listFolder: (treeId: string) => Promise<readonly FolderEntry[]>;
  /** Contents have to be brought from another host first. */
  readonly isElsewhere: boolean;
  /** What a reader should know of where all this comes from, such as that the host does not answer. */
  readonly warnings: readonly Diagnostic[];
  /** What lies in the working tree now, as if it had been committed. Throws `source-no-working-tree`. */
  readonly workingTree: (selection: Selection) => Promise<WorkingTree>;
  /** Says what is going to be read, so that it can be brought here at once. */
  readonly prefetch: (blobs: readonly string[]) => Promise<void>;
  /** Removes what was made for reading. */
  readonly close: () => Promise<void>;
  /** Contents, in order, through one process, holding about one at a time. */
  readonly readBlobs: <Wanted extends WantedBlob>(
    wanted: readonly Wanted[],
    maxBytes?: number,
  ) => AsyncIterable<ReadBlob<Wanted>>;
}
