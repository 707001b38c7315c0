import { expect, onTestFinished, test } from 'vitest';
import { startGitHub } from '../support/github-host.ts';
import { canary } from '../support/opened-source-control.ts';
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
  const refused = await m3forge(...ofQueue);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout).toBe('');
  expect(host.statuses.at(-1)).toMatchObject({
    ...{ commit: pullRequest.headCommit, state: 'failure', description: 'There is no preview of this head.' },
  });
});

test('that a clone lacks the commit is no fault of it, and leaves its status alone', async () => {
  const { host, m3forge } = await createTeam('github');
  const answer = await m3forge('preview', '--base', 'origin/main', '--head', '1'.repeat(40), '--set-status');
  expect(answer).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('source-ref-unknown') });
  expect(host.statuses).toEqual([]);
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

test('a host that refuses is told of, and ends the command as a failure', async () => {
  const { host, m3forge } = await createTeam('github');
  host.instead = () => ({ status: 403, body: { message: 'Resource not accessible by integration' } });
  const answer = await m3forge(...ofQueue);
  expect(answer.exitCode).not.toBe(0);
  expect(answer.stderr).toContain('source-control-refused');
});

test('no status is set where none is asked for, or where a pull request has its own', async () => {
  const { host, m3forge } = await createTeam('github');
  expect(await m3forge(...ofQueue.slice(0, -1))).toMatchObject({ exitCode: 0 });
  for (const [wrong, why] of [
    [['--pr', '12', '--set-status'], '--set-status and --pr do not go together'],
    [['--open', '--set-status'], '--set-status and --open do not go together'],
    [['--head', 'origin/receipts', '--set-status'], '--base'],
  ] as const) {
    const answer = await m3forge('preview', ...wrong);
    expect(answer, wrong.join(' ')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(why) });
  }
  expect(host.requests).toEqual([]);
});

test('two that are fine each by itself are stopped together', async () => {
  const { host, m3forge, push } = await createTeam('github');
  push({ 'workflows/again.json': workflowFile('receipts') });
  expect((await m3forge(...ofQueue)).exitCode).not.toBe(0);
  expect(host.statuses).toMatchObject([{ state: 'failure' }]);
  expect(JSON.stringify(host.statuses)).not.toContain(canary);
});
