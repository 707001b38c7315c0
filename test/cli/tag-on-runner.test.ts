import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { run } from './run.ts';

const configuration = (approvals: number): string => `version: 1
project: invoices
source: { repository: . }
environments: { development: { type: development } }
targets:
  development: { environment: development, version: latest, triggers: {}, approvals: { min_approvals: ${approvals} } }
`;

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', cwd, ...args], { stdio: 'pipe' })
    .toString()
    .trim();

const commit = (directory: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  git(directory, 'add', '.');
  git(directory, 'commit', '--quiet', '-m', 'More');
};

/** What the checkout action does for a branch with `fetch-depth: 0`: all branches and all tags, and the branch on the disk. */
const checkedOut = (origin: string): string => {
  const directory = join(temporaryDirectory(), 'runner');
  git('.', 'init', '--quiet', directory);
  git(directory, 'remote', 'add', 'origin', origin);
  const refs = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  git(directory, 'fetch', '--quiet', '--no-tags', 'origin', ...refs);
  git(directory, 'checkout', '--quiet', '--force', '-B', 'main', 'refs/remotes/origin/main');
  return directory;
};

test('a tag that is anywhere is found from the main branch, and released by the rules of that one', async () => {
  const origin = join(temporaryDirectory(), 'origin');
  git('.', 'init', '--quiet', '-b', 'main', origin);
  commit(origin, { 'm3forge.yaml': configuration(1), 'workflows/a.json': workflowFile('a') });
  git(origin, 'tag', 'v1.0.0');
  git(origin, 'checkout', '--quiet', '-b', 'aside');
  // Where the one who tags has his own way.
  commit(origin, { 'm3forge.yaml': configuration(0), 'workflows/a.json': workflowFile('a', ['read', 'more']) });
  git(origin, 'tag', 'v1.1.0');
  git(origin, 'checkout', '--quiet', 'main');
  commit(origin, { 'README.md': 'The main branch has gone on.\n' });

  const cwd = checkedOut(origin);
  const { exitCode, stdout } = await run(['worker', '--once', '--target', 'development'], { cwd });
  expect(stdout).toMatch(/^development: v1\.1\.0 waiting \(v1\.1\.0: a new tag\), release /m);
  expect(exitCode).toBe(0);
}, 60_000);
