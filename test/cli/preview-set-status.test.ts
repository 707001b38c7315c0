import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGitHub } from '../support/github-host.ts';
import { canary } from '../support/opened-source-control.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { createTeam, type HostName } from './team-at-host.ts';

const ofQueue = ['preview', '--base', 'origin/main', '--head', 'origin/receipts', '--set-status'] as const;

test.each<HostName>(['github', 'gitea'])(
  'a commit that is the head of no pull request has a status, and nobody a comment: %s',
  async (name) => {
    const { host, m3forge, pullRequest } = await createTeam(name);
    host.pullRequests.length = 0;
    const answer = await m3forge(...ofQueue, '--plan-url', 'https://ci.example/runs/7');
    expect(answer).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 created') });
    const commit = pullRequest.headCommit;
    expect(answer.stderr).toContain(`Status m3forge/plan of ${commit.slice(0, 12)}: success`);
    expect(host.statuses).toMatchObject([
      {
        ...{ commit, context: 'm3forge/plan', state: 'success', url: 'https://ci.example/runs/7' },
        description: expect.stringContaining('1 created'),
      },
    ]);
    expect(host.comments).toEqual([]);
    // Asked nothing of pull requests, for which the token of such a job has no right.
    expect(host.requests.map(({ method }) => method)).toEqual(['POST']);

    const { stdout } = await m3forge(...ofQueue, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ head: { commit }, version: { name: expect.any(String) } });
    expect(host.statuses[1]).toMatchObject({ commit, state: 'success' });
  },
);

test('a commit that must not be merged fails, and so does one that cannot be previewed', async () => {
  const { host, m3forge, push, pullRequest } = await createTeam('github');
  push({ 'workflows/receipts.json': '{' });
  expect(await m3forge(...ofQueue)).toMatchObject({ exitCode: 3 });
  expect(host.statuses.at(-1)).toMatchObject({ commit: pullRequest.headCommit, state: 'failure' });

  push({ 'workflows/receipts.json': `{"name": "receipts", "x": "${'x'.repeat(11 * 1024 * 1024)}"}` });
  expect(await m3forge(...ofQueue)).toMatchObject({ exitCode: 3, stdout: '' });
  expect(host.statuses.at(-1)).toMatchObject({
    ...{ commit: pullRequest.headCommit, state: 'failure', description: 'There is no preview of this head.' },
  });
});

test('two that are fine each by itself are stopped together', async () => {
  const { host, m3forge, directory, inClone } = await createTeam('github');
  for (const branch of ['bills', 'notes']) {
    inClone('checkout', '--quiet', '-b', branch, 'origin/main');
    writeFileSync(join(directory, `workflows/${branch}.json`), workflowFile('orders'));
    inClone('add', '.');
    inClone('commit', '--quiet', '-m', branch);
    const alone = await m3forge('preview', '--base', 'origin/main', '--head', branch, '--set-status');
    expect(alone).toMatchObject({ exitCode: 0 });
  }
  inClone('merge', '--quiet', '--no-edit', 'bills');
  const both = await m3forge('preview', '--base', 'origin/main', '--head', 'notes', '--set-status');
  expect(both).toMatchObject({ exitCode: 3 });
  expect(host.statuses.map(({ state }) => state)).toEqual(['success', 'success', 'failure']);
});

test('what is no fault of the commits is an error, of which the host is told no more', async () => {
  const { host, m3forge, inClone } = await createTeam('github');
  inClone('checkout', '--quiet', '--orphan', 'unrelated');
  inClone('commit', '--quiet', '-m', 'As a clone without history has it');
  const answer = await m3forge('preview', '--base', 'origin/main', '--head', 'unrelated', '--set-status');
  expect(answer).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('preview-unrelated') });
  expect(host.statuses).toMatchObject([
    { commit: inClone('rev-parse', 'unrelated'), state: 'error', description: expect.stringContaining('could not be') },
  ]);
  // Of what is not here nobody can be told.
  const missing = await m3forge('preview', '--base', 'origin/main', '--head', '1'.repeat(40), '--set-status');
  expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('source-ref-unknown') });
  expect(host.statuses).toHaveLength(1);
});

test('what the commit says of the host is told, and nothing is sent there', async () => {
  const elsewhere = await startGitHub();
  onTestFinished(() => elsewhere[Symbol.asyncDispose]());
  const hostile = (text: string): string => text.replace(/url: "[^"]*"/, `url: "${elsewhere.url}"`);
  const { host, m3forge } = await createTeam('github', hostile);
  expect(await m3forge(...ofQueue)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('source_control') });
  expect(elsewhere.requests).toEqual([]);
  expect(host.statuses).toHaveLength(1);
});

test('a host that refuses keeps nobody from the preview, and ends the command as a failure', async () => {
  const { host, m3forge, push, directory } = await createTeam('github');
  host.instead = () => ({ status: 403, body: { message: 'Resource not accessible by integration' } });
  // Without the secret that somebody has pasted there, which no file is given.
  push({ 'workflows/receipts.json': workflowFile('receipts') });
  const into = join(directory, 'preview.json');
  const answer = await m3forge(...ofQueue, '--json-into', into);
  expect(answer).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('1 created') });
  expect(answer.stderr).toContain('source-control-refused');
  expect(answer.stderr).not.toContain('Status m3forge/plan');
  expect(JSON.parse(readFileSync(into, 'utf8'))).toMatchObject({ project: 'invoices' });
  // Both that it cannot be previewed and that nobody was told.
  push({ 'workflows/receipts.json': `{"name": "receipts", "x": "${'x'.repeat(11 * 1024 * 1024)}"}` });
  const refused = await m3forge(...ofQueue);
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toMatch(/source-file-too-large[\s\S]*source-control-refused/);
});

test('for another branch than the main one the status has another name, which no other branch has', async () => {
  const { host, m3forge } = await createTeam('github');
  const named = { 'refs/heads/release-1': 'release-1', 'a/b.c_1': 'a/b.c_1', '20240101': '20240101' };
  for (const [into, name] of Object.entries(named)) {
    expect(await m3forge(...ofQueue, '--into', into)).toMatchObject({ exitCode: 0 });
    expect(host.statuses.at(-1)?.context).toBe(`m3forge/plan to ${name}`);
  }
  const others = ['Stable', 'stable', 'release@1', '@everyone', 'x'.repeat(41), 'x'.repeat(40), '\u202eniam'];
  for (const into of others) await m3forge(...ofQueue, '--into', into);
  const contexts = host.statuses.slice(-others.length).map(({ context }) => context.toLowerCase());
  expect(new Set(contexts).size).toBe(others.length);
  for (const one of contexts) expect(one).toMatch(/^m3forge\/plan to [a-z0-9._/-]{1,40}(?:#[0-9a-f]{8})?$/);
});

test('a base without a usable configuration leaves the status to say so, at the host of the main branch', async () => {
  const { host, m3forge, directory, inClone, pullRequest } = await createTeam('github');
  inClone('checkout', '--quiet', '-b', 'broken', 'origin/main');
  writeFileSync(join(directory, 'm3forge.yaml'), 'version: [');
  inClone('commit', '--quiet', '--all', '-m', 'Break it');
  inClone('checkout', '--quiet', '-b', 'without');
  inClone('rm', '--quiet', 'm3forge.yaml');
  inClone('commit', '--quiet', '-m', 'Remove it');
  for (const [base, exitCode] of [
    ['broken', 3],
    ['without', 1],
  ] as const) {
    const asked = ['--base', base, '--head', 'origin/receipts', '--set-status', '--into', base];
    expect(await m3forge('preview', ...asked)).toMatchObject({ exitCode, stdout: '' });
    expect(host.statuses.at(-1)).toMatchObject({ commit: pullRequest.headCommit, state: 'failure' });
  }
  // One that is not there is no fault of the commit.
  await m3forge('preview', '--base', 'gone', '--head', 'origin/receipts', '--set-status');
  expect(host.statuses.at(-1)).toMatchObject({ commit: pullRequest.headCommit, state: 'error' });
});

test('what is wrong on the disk alone is an error, and an address with a secret in it is not sent', async () => {
  const { host, m3forge, directory, inClone } = await createTeam('github');
  inClone('checkout', '--quiet', 'main');
  writeFileSync(join(directory, 'm3forge.yaml'), 'include: [ internal-host-list.yaml ]\n');
  const answer = await m3forge(...ofQueue, '--state', '--plan-url', `https://ci.example/?token=${canary}`);
  expect(answer.exitCode).not.toBe(0);
  expect(host.statuses).toMatchObject([{ state: 'error' }]);
  expect(JSON.stringify(host.requests)).not.toContain('internal-host-list');
  expect(JSON.stringify(host.statuses)).not.toContain(canary);
});

test('a configuration that lies in another repository names the host by its own main branch', async () => {
  const { host, m3forge, directory, inClone } = await createTeam('github');
  const apart = temporaryDirectory();
  mkdirSync(join(apart, 'configuration'));
  const text = inClone('show', 'origin/main:m3forge.yaml');
  writeFileSync(join(apart, 'configuration/m3forge.yaml'), `${text}\nsource: { repository: "${directory}" }\n`);
  for (const args of [
    ['init', '--quiet', '-b', 'trunk'],
    ['add', '.'],
    ['commit', '--quiet', '-m', 'Ours'],
  ]) {
    inClone('-C', join(apart, 'configuration'), ...args);
  }
  inClone('-C', join(apart, 'configuration'), 'branch', 'master');
  const config = join(apart, 'configuration/m3forge.yaml');
  const answer = await m3forge(...ofQueue, '--config', config);
  expect(answer).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 created') });
  expect(host.statuses).toMatchObject([{ context: 'm3forge/plan', state: 'success' }]);
});

test('no status is set where none is asked for, or where a pull request has its own', async () => {
  const { host, m3forge } = await createTeam('github');
  expect(await m3forge(...ofQueue.slice(0, -1))).toMatchObject({ exitCode: 0 });
  for (const [wrong, why] of [
    [['--pr', '12', '--set-status'], '--set-status and --pr do not go together'],
    [['--open', '--set-status'], '--set-status and --open do not go together'],
    [['--head', 'origin/receipts', '--set-status'], '--base is missing'],
    [[...ofQueue.slice(1), '--plan-url', 'https://'], '--plan-url is no https or http address'],
    [[...ofQueue.slice(1), '--plan-url', 'https:ci.example'], '--plan-url is no https or http address'],
    [[...ofQueue.slice(1), '--plan-url', 'https://ci.example/\n'], '--plan-url is no https or http address'],
    [[...ofQueue.slice(1), '--into', 'refs/heads/'], '--into is empty'],
    [[...ofQueue.slice(1, -1), '--into', 'main'], '--into needs --set-status'],
    [[...ofQueue.slice(1), '--plan-url', `https://ci.example/${'x'.repeat(1000)}`], 'at most 1000 characters'],
  ] as const) {
    const answer = await m3forge('preview', ...wrong);
    expect(answer, wrong.join(' ')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(why) });
    if (wrong.includes('--set-status')) expect(answer.stderr).not.toContain('--pr 12\n');
  }
  expect(host.requests).toEqual([]);
});
