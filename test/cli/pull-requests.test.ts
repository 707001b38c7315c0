import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGitea } from '../support/gitea-host.ts';
import { startGitHub } from '../support/github-host.ts';
import { canary } from '../support/opened-source-control.ts';
import { freshDatabase, temporaryDirectory } from '../support/servers.ts';
import {
  commitOf,
  type KeptPullRequest,
  keptPullRequest,
  type SourceControlHost,
} from '../support/source-control-host.ts';
import { type Run, run } from './run.ts';

type HostName = 'github' | 'gitea';

const startTeam = (name: HostName) => (name === 'github' ? startGitHub() : startGitea());

/** A project whose host is a stand-in, with a token that must never be seen. */
const createTeam = async (name: HostName, { more = '', state = '' } = {}) => {
  const host: SourceControlHost = await startTeam(name);
  onTestFinished(async () => {
    await host[Symbol.asyncDispose]();
    expect(host.violations).toEqual([]);
  });
  host.users.set(canary, { login: 'bot', isBot: false });
  const directory = temporaryDirectory();
  const address = name === 'gitea' ? `, url: "${host.url}"` : `, url: "\${env.API_URL}"`;
  writeFileSync(
    join(directory, 'm3forge.yaml'),
    `version: 1
project: invoices
${state}source_control: { provider: ${name}, repository: acme/workflows, token: "\${env.HOST_TOKEN}"${address} }
environments: { development: { type: development } }
targets: { development: { environment: development, version: latest } }
${more}`,
  );
  const env = { HOST_TOKEN: canary, API_URL: host.url, PATH: process.env.PATH ?? '' };
  const m3forge = async (args: readonly string[], options: { readonly typed?: string } = {}): Promise<Run> => {
    const answer = await run(args, { cwd: directory, env, ...options });
    expect(answer.stdout + answer.stderr).not.toContain(canary);
    return answer;
  };
  return { host, m3forge, directory };
};

const day = 24 * 60 * 60 * 1000;

const opened = (given: Partial<KeptPullRequest>): KeptPullRequest =>
  keptPullRequest({ createdAt: new Date(Date.now() - 2.5 * day).toISOString().replace(/\.\d+Z/, 'Z'), ...given });

const files = [
  { path: 'workflows/invoices.json', status: 'added' },
  { path: 'agents/reader.yaml', status: 'changed' },
  { path: 'processors/sort/processor.yaml', status: 'changed' },
  { path: 'processors/sort/lib/sort.py', status: 'added' },
  { path: 'docs/x.md', status: 'changed' },
];

const passed = { context: 'm3forge/plan', state: 'success', description: '1 to add', url: null } as const;

test('pr list tells what each touches, how old it is, and how its checks are', async () => {
  const { host, m3forge } = await createTeam('gitea');
  host.pullRequests.push(
    opened({ number: 7, title: 'Read invoices', labels: ['feature'], files }),
    opened({ number: 8, title: '\u001b[2JEvil \u202etitle', draft: true, author: 'mallory', isFork: true }),
    opened({ number: 9, state: 'merged' }),
  );
  host.statuses.push(
    { ...passed, commit: commitOf('head 7') },
    { ...passed, commit: commitOf('head 7'), context: 'lint', state: 'failure' },
  );
  const { exitCode, stdout } = await m3forge(['pr', 'list']);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`\
pull request  state  author   age       items                             checks            labels   title
#8            draft  mallory  2.5 days  -                                 -                 -        \\u{001b}[2JEvil \\u{202e}title
#7            open   alice    2.5 days  1 workflow, 1 agent, 1 processor  1 of 2, 1 failed  feature  Read invoices
`);
  const merged = await m3forge(['pr', 'list', '--state', 'merged', '--json']);
  expect(JSON.parse(merged.stdout)).toMatchObject([
    { number: 9, state: 'merged', merge_commit: commitOf('merge 9'), checks: { passed: 0, total: 0 }, items: [] },
  ]);
  expect((await m3forge(['pr', 'list', '--author', 'nobody'])).stdout).toBe('There are no such pull requests.\n');
  expect((await m3forge(['pr', 'list', '--limit', '0'])).exitCode).toBe(1);
});

test('pr show and pr checks tell all of one', async () => {
  const { host, m3forge } = await createTeam('github');
  host.pullRequests.push(opened({ number: 7, title: 'Read invoices', labels: ["it's"], files, state: 'merged' }));
  host.statuses.push({ ...passed, commit: commitOf('head 7') });
  const { stdout } = await m3forge(['pr', 'show', '7']);
  expect(stdout).toContain('#7 Read invoices\n');
  expect(stdout).toContain('It touches 1 workflow, 1 agent, 1 processor, in 5 files.');
  expect(stdout).toContain('  + workflow workflows/invoices.json\n');
  expect(stdout).toContain('  ~ processor processors/sort\n');
  expect(stdout).toContain(`m3forge changeset add CHANGESET --pull-request 7 --label 'it'\\''s'`);
  const shown = JSON.parse((await m3forge(['pr', 'show', '#7', '--json'])).stdout) as object;
  expect(shown).toMatchObject({
    number: 7,
    files: 5,
    head: { commit: commitOf('head 7') },
    all_checks: expect.any(Array),
  });
  const checks = await m3forge(['pr', 'checks', '7']);
  expect(checks.stdout).toMatch(/^m3forge\/plan +success +1 to add/m);
  expect(checks.exitCode).toBe(0);
  host.statuses.push({ ...passed, commit: commitOf('head 7'), context: 'slow', state: 'pending' });
  expect((await m3forge(['pr', 'checks', '7'])).exitCode).toBe(7);
  host.statuses.push({ ...passed, commit: commitOf('head 7'), context: 'lint', state: 'error' });
  expect((await m3forge(['pr', 'checks', '7'])).exitCode).toBe(1);
  expect((await m3forge(['pr', 'show', 'x'])).exitCode).toBe(1);
  const unknown = await m3forge(['pr', 'show', '99', '--json']);
  expect(JSON.parse(unknown.stdout)).toMatchObject({ diagnostics: [{ code: 'source-control-unknown' }] });
});

test('without source_control it is said how to name the host', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'm3forge.yaml'), 'version: 1\nproject: x\n');
  const { exitCode, stderr } = await run(['pr', 'list'], { cwd: directory });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('source-control-none');
  expect(stderr).toContain('source_control: { provider: github');
});

test.each([
  ['github', 'embedded'],
  ['gitea', 'server'],
] as const)('pr merge asks, lets %s merge, and leaves it in the audit trail (%s)', async (name, kind) => {
  const database = kind === 'server' ? `state: { database: "${await freshDatabase()}" }\n` : '';
  const { host, m3forge } = await createTeam(name, { state: database });
  host.pullRequests.push(opened({ number: 7, title: 'Read invoices', labels: ['feature'], files }));
  const json = async (args: readonly string[]) => JSON.parse((await m3forge([...args, '--json'])).stdout) as object;
  const merging = () => host.requests.filter(({ path }) => path.endsWith('/merge'));

  const declined = await m3forge(['pr', 'merge', '7'], { typed: 'no\n' });
  expect(declined.exitCode).toBe(1);
  expect(declined.stdout).toContain('#7 Read invoices');
  expect((await m3forge(['pr', 'merge', '7'])).stderr).toContain('confirmation-impossible');
  host.statuses.push({ ...passed, commit: commitOf('head 7'), state: 'failure' });
  expect((await m3forge(['pr', 'merge', '7', '--yes'])).exitCode).toBe(6);
  host.statuses.push({ ...passed, commit: commitOf('head 7'), state: 'pending' });
  const pending = await m3forge(['pr', 'merge', '7', '--yes']);
  expect(pending.stderr).toContain('1 check has not ended: "m3forge/plan"');
  expect(merging()).toEqual([]);

  host.statuses.push({ ...passed, commit: commitOf('head 7') });
  expect(await json(['pr', 'merge', '7', '--method', 'squash', '--yes'])).toEqual({
    ...{ number: 7, title: 'Read invoices', head: commitOf('head 7'), base: 'main', method: 'squash' },
    ...{ commit: 'f'.repeat(40), labels: ['feature'] },
  });
  expect((await m3forge(['pr', 'merge', '7', '--yes'])).stderr).toContain('it is merged already');
  expect(merging()).toHaveLength(1);
  const trail = (await json(['audit', 'list'])) as readonly { readonly event: string; readonly detail: object }[];
  const told = trail.filter(({ event }) => event.startsWith('pull_request.'));
  expect(told.map(({ event }) => event).sort()).toEqual(['pull_request.merged', 'pull_request.merging']);
  expect(told.find(({ event }) => event === 'pull_request.merged')).toMatchObject({
    ...{ subject: 'pull_request.7' },
    detail: { repository: 'acme/workflows', head: commitOf('head 7'), method: 'squash', commit: 'f'.repeat(40) },
  });
});

test('pr merge is for those who may make versions', async () => {
  const { host, m3forge } = await createTeam('gitea', {
    more: 'team: { alice: { role: admin }, carol: { role: developer } }\n',
  });
  host.pullRequests.push(opened({ number: 7 }));
  const { exitCode, stderr } = await m3forge(['pr', 'merge', '7', '--yes', '--as', 'carol']);
  expect(exitCode).toBe(6);
  expect(stderr).toContain('role-denied');
  expect(host.requests).toEqual([]);
  expect((await m3forge(['pr', 'merge', '7', '--yes', '--as', 'alice'])).exitCode).toBe(0);
});

test('a merge whose answer is lost is not tried again: the host says what became of it', async () => {
  const { host, m3forge } = await createTeam('gitea');
  const [one, two] = [opened({ number: 7 }), opened({ number: 8 })];
  host.pullRequests.push(one, two);
  host.instead = ({ path }) => {
    if (!path.endsWith('/merge')) return undefined;
    if (path.includes('/7/')) Object.assign(one, { state: 'merged', mergeCommit: commitOf('done') });
    return { status: 502, body: 'bad gateway' };
  };
  const done = await m3forge(['pr', 'merge', '7', '--yes', '--json']);
  expect(JSON.parse(done.stdout)).toMatchObject({ number: 7, commit: commitOf('done') });
  const lost = await m3forge(['pr', 'merge', '8', '--yes']);
  expect(lost.exitCode).toBe(1);
  expect(lost.stderr).toContain('source-control-unreachable');
  expect(host.requests.filter(({ path }) => path.endsWith('/merge'))).toHaveLength(2);
});

test('a head that moves at the question is not merged', async () => {
  const { host, m3forge } = await createTeam('gitea');
  const one = opened({ number: 7 });
  host.pullRequests.push(one);
  let looked = 0;
  host.instead = ({ path }) => {
    if (path.endsWith('/pulls/7')) looked += 1;
    if (looked === 2) one.headCommit = commitOf('another');
    return undefined;
  };
  const { exitCode, stderr } = await m3forge(['pr', 'merge', '7'], { typed: 'yes\n' });
  expect(exitCode).toBe(6);
  expect(stderr).toContain('its head has moved');
  expect(one.state).toBe('open');
});
