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

export interface TestRepository {
  readonly directory: string;
  readonly git: (args: readonly string[], input?: string | Uint8Array) => string;
  /** Commits exactly these files on top of the last commit, tags the commit where asked, and returns its id. */
  readonly commit: (files: Readonly<Record<string, string>> | readonly CommittedFile[], tag?: string) => string;
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

  const commit: TestRepository['commit'] = (files, tag) => {
    const list = Array.isArray(files)
      ? (files as readonly CommittedFile[])
      : Object.entries(files as Readonly<Record<string, string>>).map(([path, content]) => ({ path, content }));
    git(['read-tree', '--empty']);
    const records = list.flatMap((file: CommittedFile) => {
      const id = file.id ?? git(['hash-object', '-w', '--stdin'], file.content);
      return [Buffer.from(`${file.mode ?? '100644'} ${id}\t`), Buffer.from(file.path), Buffer.from([0])];
    });
    git(['update-index', '-z', '--add', '--index-info'], Buffer.concat(records));
    const tree = git(['write-tree']);
    last = git(['commit-tree', tree, '-m', tag ?? 'commit', ...(last ? ['-p', last] : [])]);
    git(['update-ref', 'refs/heads/main', last]);
    if (tag) git(['update-ref', `refs/tags/${tag}`, last]);
    return last;
  };
  return { directory, git, commit };
};
