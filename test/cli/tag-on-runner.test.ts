import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { commitIn, gitIn } from '../support/working-clone.ts';
import { run } from './run.ts';

const configuration = (approvals: number): string => `version: 1
project: invoices
source: { repository: . }
environments: { development: { type: development } }
targets:
  development: { environment: development, version: latest, triggers: {}, approvals: { min_approvals: ${approvals} } }
`;

/** What the checkout action does for a branch with `fetch-depth: 0`: all branches and all tags, and the branch on the disk. */
const checkedOut = (origin: string): string => {
  const directory = join(temporaryDirectory(), 'runner');
  gitIn('.', 'init', '--quiet', directory);
  gitIn(directory, 'remote', 'add', 'origin', origin);
  const refs = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  gitIn(directory, 'fetch', '--quiet', '--no-tags', 'origin', ...refs);
  gitIn(directory, 'checkout', '--quiet', '--force', '-B', 'main', 'refs/remotes/origin/main');
  return directory;
};

test('a tag that is anywhere is found from the main branch, and released by the rules of that one', async () => {
  const origin = join(temporaryDirectory(), 'origin');
  gitIn('.', 'init', '--quiet', '-b', 'main', origin);
  commitIn(origin, { 'm3forge.yaml': configuration(1), 'workflows/a.json': workflowFile('a') });
  gitIn(origin, 'tag', 'v1.0.0');
  gitIn(origin, 'checkout', '--quiet', '-b', 'aside');
  // Where the one who tags has his own way.
  commitIn(origin, { 'm3forge.yaml': configuration(0), 'workflows/a.json': workflowFile('a', ['read', 'more']) });
  gitIn(origin, 'tag', 'v1.1.0');
  gitIn(origin, 'checkout', '--quiet', 'main');
  commitIn(origin, { 'README.md': 'The main branch has gone on.\n' });

  const cwd = checkedOut(origin);
  const { exitCode, stdout } = await run(['worker', '--once', '--target', 'development'], { cwd });
  expect(stdout).toMatch(/^development: v1\.1\.0 waiting \(v1\.1\.0: a new tag\), release /m);
  expect(exitCode).toBe(0);
}, 60_000);
