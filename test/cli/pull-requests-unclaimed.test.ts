import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGitea } from '../support/gitea-host.ts';
import { startGitHub } from '../support/github-host.ts';
import { createRepository } from '../support/repository.ts';
import { freshDatabase, temporaryDirectory } from '../support/servers.ts';
import { commitOf, keptPullRequest } from '../support/source-control-host.ts';
import { workflowFile } from '../support/workflows.ts';
import { run } from './run.ts';

/** A clone of a repository to which four pull requests were merged, one of them before its last version. */
const createTeam = async (name: 'github' | 'gitea', database: string) => {
  const host = await (name === 'github' ? startGitHub() : startGitea());
  onTestFinished(async () => {
    await host[Symbol.asyncDispose]();
    expect(host.violations).toEqual([]);
  });
  const configuration = `version: 1
project: invoices
${database}source_control: { provider: ${name}, repository: acme/workflows, url: "${host.url}" }
environments: { development: { type: development } }
targets: { development: { environment: development, version: latest } }
`;
  const repository = createRepository(temporaryDirectory());
  const files: Record<string, string> = { 'm3forge.yaml': configuration, '.gitignore': '.m3forge/\n' };
  const merge = (number: number, subject: string, tag?: string): void => {
    files[`workflows/w${number}.json`] = workflowFile(`w${number}`);
    const made = repository.commit(files, tag, subject);
    // Of the last one the host tells a commit that is not here: then its number says which it is.
    const mergeCommit = number === 9 ? commitOf('not here') : made;
    host.pullRequests.push(
      keptPullRequest({ number, state: 'merged', mergeCommit, author: number === 9 ? 'bob' : 'alice' }),
    );
  };
  merge(6, 'Read letters (#6)', 'v1.0.0');
  merge(7, 'Read invoices (#7)');
  merge(8, 'Merged without its number');
  merge(9, 'Sort (#9)');
  const open = keptPullRequest({ number: 10 });
  // Merged to another branch, which nobody has fetched.
  host.pullRequests.push(open, keptPullRequest({ number: 11, state: 'merged', baseBranch: 'release' }));
  writeFileSync(join(repository.directory, 'm3forge.yaml'), configuration);
  const m3forge = (...args: readonly string[]) =>
    run(args, { cwd: repository.directory, env: { PATH: process.env.PATH ?? '' } });
  const numbers = async (...flags: readonly string[]): Promise<readonly number[]> => {
    const { stdout } = await m3forge('pr', 'list', '--json', ...flags);
    return (JSON.parse(stdout) as readonly { readonly number: number }[]).map(({ number }) => number);
  };
  return { host, m3forge, numbers, open };
};

test.each([
  ['github', 'embedded'],
  ['gitea', 'server'],
] as const)('what was merged to %s and is in no change set is listed, and goes into one (%s)', async (name, kind) => {
  const database = kind === 'server' ? `state: { database: "${await freshDatabase()}" }\n` : '';
  const { m3forge, numbers } = await createTeam(name, database);
  expect(await numbers('--unclaimed')).toEqual([11, 9, 8, 7]);
  expect(await numbers('--unclaimed', '--base', 'main', '--limit', '2')).toEqual([9, 8]);

  // By its commit: nothing in it says which pull request it was.
  const commit = ['changeset', 'create', 'Eight', '--commit', 'HEAD~1'];
  expect(await m3forge(...commit)).toMatchObject({ exitCode: 0 });
  const { stdout } = await m3forge('pr', 'list', '--unclaimed', '--base', 'main');
  expect(stdout).toContain(`
#9            merged  bob`);
  expect(stdout).not.toContain('#8');
  expect(stdout.slice(stdout.indexOf('\n\n'))).toBe(`

Once they are fetched, they come into a change set with:

    m3forge changeset create NAME --branch main --unclaimed
`);
  const mine = await m3forge('pr', 'list', '--unclaimed', '--author', 'alice', '--base', 'main');
  expect(mine.stdout).toContain('    m3forge changeset create NAME --branch main --pull-request 7\n');

  const made = await m3forge('changeset', 'create', 'Rest', '--branch', 'main', '--unclaimed', '--json');
  expect(JSON.parse(made.stdout)).toMatchObject({ changes: [{ pull_request: 7 }, { pull_request: 9 }] });
  const nothing = await m3forge('pr', 'list', '--unclaimed', '--base', 'main');
  expect(nothing).toMatchObject({ exitCode: 0, stdout: 'There are no such pull requests.\n' });
  const again = await m3forge('changeset', 'create', 'More', '--unclaimed');
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('changeset-none-unclaimed') });
});

test('pr list takes those of one base, and asks the host for no others where that can be said', async () => {
  const { host, numbers } = await createTeam('github', '');
  expect(await numbers('--state', 'all', '--base', 'release')).toEqual([11]);
  const [first] = host.requests.filter(({ path }) => path.endsWith('/pulls'));
  expect(first?.query.get('base')).toBe('release');
  expect(await numbers('--base', 'main')).toEqual([10]);
  expect(await numbers('--base', 'nowhere')).toEqual([]);
});

test('flags that do not go together are refused', async () => {
  const { m3forge, host } = await createTeam('gitea', '');
  for (const wrong of [
    ['pr', 'list', '--unclaimed', '--state', 'open'],
    ['pr', 'list', '--base', ' '],
    ['changeset', 'create', 'Empty', '--label', 'x'],
  ]) {
    const answer = await m3forge(...wrong);
    expect(answer, wrong.join(' ')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('usage-') });
  }
  expect(host.requests).toEqual([]);
});
