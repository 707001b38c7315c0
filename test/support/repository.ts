import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createObjects, type TreeFile } from './git-objects.ts';

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

/** What `git init` makes, as far as Git asks for it. */
const initialise = (directory: string): void => {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) {
    mkdirSync(join(directory, '.git', folder), { recursive: true });
  }
  writeFileSync(join(directory, '.git/HEAD'), 'ref: refs/heads/main\n');
  const settings = ['repositoryformatversion = 0', 'filemode = true', 'bare = false', 'logallrefupdates = true'];
  writeFileSync(join(directory, '.git/config'), `[core]\n${settings.map((one) => `\t${one}\n`).join('')}`);
};

const asList = (files: Files): readonly CommittedFile[] =>
  Array.isArray(files)
    ? (files as readonly CommittedFile[])
    : Object.entries(files as Readonly<Record<string, string>>).map(([path, content]) => ({ path, content }));

/**
 * A new repository in `parent/name`. No files are checked out, and nothing is asked of Git for what a test commits: a
 * process for each file would take most of the time of many tests.
 */
export const createRepository = (parent: string, name = 'repository'): TestRepository => {
  const directory = join(parent, name);
  mkdirSync(directory, { recursive: true });
  initialise(directory);
  const objects = createObjects(join(directory, '.git'));
  let last: string | undefined;
  /** The tree that Git's index does not have yet. */
  let unread: string | undefined;

  const run = (args: readonly string[], input: string | Uint8Array = ''): string =>
    execFileSync('git', ['-C', directory, ...args], { env: environment, input, stdio: 'pipe' })
      .toString('utf8')
      .trim();
  const git: TestRepository['git'] = (args, input) => {
    if (unread !== undefined) run(['read-tree', unread]);
    unread = undefined;
    return run(args, input);
  };

  const treeOf = (files: Files): string => {
    const entries = asList(files).map(({ path, content, mode = '100644', id }): TreeFile => {
      const bytes = Buffer.from(path);
      return { path: bytes, mode, id: id ?? objects.blob(content) };
    });
    unread = objects.tree(entries);
    return unread;
  };

  const writeRef = (ref: string, id: string): void => {
    mkdirSync(join(directory, '.git', ref, '..'), { recursive: true });
    writeFileSync(join(directory, '.git', ref), `${id}\n`);
  };

  const advance = (id: string): string => {
    last = id;
    writeRef('refs/heads/main', id);
    return id;
  };

  const commitTree = (tree: string, message: string, parents: readonly (string | undefined)[]): string =>
    objects.commit(tree, message, [...new Set(parents.filter((parent) => parent !== undefined))]);

  const commit: TestRepository['commit'] = (files, tag, message = tag ?? 'commit') => {
    const id = advance(commitTree(treeOf(files), message, [last]));
    if (tag) writeRef(`refs/tags/${tag}`, id);
    return id;
  };

  const merge: TestRepository['merge'] = (files, message) => {
    const tree = treeOf(files);
    const branch = commitTree(tree, 'work on a branch', [last]);
    return { id: advance(commitTree(tree, message, [last, branch])), branch };
  };
  return { directory, git, commit, merge };
};
