import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file of a commit. `path` may be bytes, because Git's file names need not be text; `mode` is 100644 by default. */
export interface CommittedFile {
  readonly path: string | Uint8Array;
  readonly content: string | Uint8Array;
  readonly mode?: string;
  /** The id of an object to name as it is, instead of storing `content`. */
  readonly id?: string;
}

type Files = Readonly<Record<string, string>> | readonly CommittedFile[];

export interface TestRepository {
  readonly directory: string;
  readonly git: (args: readonly string[], input?: string | Uint8Array) => string;
  /** Commits exactly these files on top of the last commit, tags the commit where asked, and returns its id. */
  readonly commit: (files: Files, tag?: string, message?: string) => string;
  /** The same from a branch with one commit: returns the merge, and the commit of the branch. */
  readonly merge: (files: Files, message: string) => { readonly id: string; readonly branch: string };
}

/** Nothing of the machine's own Git settings takes part, and every commit is the same on every machine. */
const environment = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** A new repository in `parent/name`, filled by Git's plumbing: no files are checked out. */
export const createRepository = (parent: string, name = 'repository'): TestRepository => {
  const directory = join(parent, name);
  mkdirSync(directory, { recursive: true });
  const git = (args: readonly string[], input: string | Uint8Array = ''): string =>
    execFileSync('git', ['-C', directory, ...args], { env: environment, input, stdio: 'pipe' })
      .toString('utf8')
      .trim();
  git(['init', '--quiet', '--initial-branch=main']);
  let last: string | undefined;
  /** Most files are the same from one commit to the next. */
  const blobs = new Map<string, string>();
  const blobOf = ({ id, content }: CommittedFile): string => {
    const known = id ?? (typeof content === 'string' ? blobs.get(content) : undefined);
    const blob = known ?? git(['hash-object', '-w', '--stdin'], content);
    if (id === undefined && typeof content === 'string') blobs.set(content, blob);
    return blob;
  };

  const treeOf = (files: Files): string => {
    const list = Array.isArray(files)
      ? (files as readonly CommittedFile[])
      : Object.entries(files as Readonly<Record<string, string>>).map(([path, content]) => ({ path, content }));
    git(['read-tree', '--empty']);
    const records = list.flatMap((file: CommittedFile) => {
      const id = blobOf(file);
      return [Buffer.from(`${file.mode ?? '100644'} ${id}\t`), Buffer.from(file.path), Buffer.from([0])];
    });
    git(['update-index', '-z', '--add', '--index-info'], Buffer.concat(records));
    return git(['write-tree']);
  };

  const commitTree = (tree: string, message: string, parents: readonly (string | undefined)[]): string =>
    git(['commit-tree', tree, '-m', message, ...parents.flatMap((parent) => (parent ? ['-p', parent] : []))]);

  const advance = (id: string): string => {
    last = id;
    git(['update-ref', 'refs/heads/main', id]);
    return id;
  };

  const commit: TestRepository['commit'] = (files, tag, message = tag ?? 'commit') => {
    const id = advance(commitTree(treeOf(files), message, [last]));
    if (tag) git(['update-ref', `refs/tags/${tag}`, id]);
    return id;
  };

  const merge: TestRepository['merge'] = (files, message) => {
    const tree = treeOf(files);
    const branch = commitTree(tree, 'work on a branch', [last]);
    return { id: advance(commitTree(tree, message, [last, branch])), branch };
  };
  return { directory, git, commit, merge };
};
