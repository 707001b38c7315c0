import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

/**
 * Builds `invoices.bundle`: a whole Git history in one file, so that a fresh clone has versions to plan without any
 * repository beside it. Each folder of `versions/` becomes one commit and one annotated tag.
 *
 *     npm run example:bundle
 */

/** The versions in order, with the time at which each was made: fixed, so that every run gives the same commits. */
const versions = [
  { name: 'v1.0.0', at: '2026-01-12T09:00:00Z', message: 'Extract and classify invoices' },
  { name: 'v1.1.0', at: '2026-02-09T09:00:00Z', message: 'Tell receipts from invoices, retire the form of 2019' },
  { name: 'v1.2.0', at: '2026-03-16T09:00:00Z', message: 'Check that the lines of an invoice add up' },
];

/** Nothing of the machine's own Git settings takes part, because they could change what is committed. */
const environmentAt = (at: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Quick Start',
  GIT_AUTHOR_EMAIL: 'quickstart@example.com',
  GIT_AUTHOR_DATE: at,
  GIT_COMMITTER_NAME: 'Quick Start',
  GIT_COMMITTER_EMAIL: 'quickstart@example.com',
  GIT_COMMITTER_DATE: at,
});

const filesOf = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Commits the folders of `versionsDirectory` into a new repository and writes it to `bundleFile`. */
export const makeBundle = (versionsDirectory: string, bundleFile: string): void => {
  const repository = mkdtempSync(join(tmpdir(), 'm3forge-bundle-'));
  const gitAt =
    (at: string) =>
    (args: readonly string[], input = ''): string =>
      execFileSync('git', ['-C', repository, ...args], { env: environmentAt(at), input, encoding: 'utf8' }).trim();
  try {
    let parent: readonly string[] = [];
    gitAt('')(['init', '--quiet', '--bare', '--object-format=sha1', '--initial-branch=main']);
    for (const { name, at, message } of versions) {
      const git = gitAt(at);
      const root = join(versionsDirectory, name);
      const entries = filesOf(root).map((file) => {
        const id = git(['hash-object', '-w', '--stdin'], readFileSync(file, 'utf8'));
        return `100644 ${id}\t${file.slice(root.length + 1).replaceAll(sep, '/')}`;
      });
      git(['read-tree', '--empty']);
      git(['update-index', '--add', '--index-info'], `${entries.join('\n')}\n`);
      const commit = git(['commit-tree', git(['write-tree']), ...parent, '-m', message]);
      git(['update-ref', 'refs/heads/main', commit]);
      git(['tag', '--annotate', '--message', message, name, commit]);
      parent = ['-p', commit];
    }
    gitAt('')(['-c', 'pack.threads=1', 'bundle', 'create', '--quiet', bundleFile, '--all']);
  } finally {
    rmSync(repository, { recursive: true, force: true });
  }
};

if (import.meta.main) {
  makeBundle(join(import.meta.dirname, 'versions'), join(import.meta.dirname, 'invoices.bundle'));
}
