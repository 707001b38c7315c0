import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGitHub } from '../support/github-host.ts';
import { canary } from '../support/opened-source-control.ts';
import { keptPullRequest } from '../support/source-control-host.ts';
import { workflowFile } from '../support/workflows.ts';

import { createTeam, type HostName } from './team-at-host.ts';

test.each<HostName>(['github', 'gitea'])(
  'a pull request that is previewed twice has one comment, by %s',
  async (name) => {
    const { host, m3forge, push } = await createTeam(name);
    const first = await m3forge('preview', '--pr', '12', '--post');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toMatch(/Posted: http/);
    expect(host.comments).toMatchObject([{ pullRequest: 12, login: 'M3forge-Bot' }]);
    const [comment] = host.comments;
    expect(comment?.body).toMatch(
      /^<!-- m3forge:plan:invoices -->\n<!-- m3forge:of head=\w+ base=\w+ into=\w+ at=\S+ -->\n\n## m3forge: 1 created, 0 updated, 0 deleted → v1\.\d\.\d/,
    );
    expect(comment?.body).toContain('workflow.receipts');
    expect(comment?.body).not.toContain(canary);
    expect(host.statuses).toMatchObject([
      { context: 'm3forge/plan', state: 'success', description: expect.stringContaining('1 created') },
    ]);

    push({ 'workflows/tickets.json': workflowFile('tickets') });
    const second = await m3forge('preview', '--pr', '12', '--post', '--plan-url', 'https://ci.example/runs/7');
    expect(second.stderr).toMatch(/Brought up to date: http/);
    expect(host.comments).toHaveLength(1);
    expect(host.comments[0]?.body).toContain('2 created');
    expect(host.statuses.map(({ commit }) => commit)).toEqual([...new Set(host.statuses.map(({ commit }) => commit))]);
  },
);

test.each<HostName>(['github', 'gitea'])(
  'what the head says of the host is told, and nothing is sent there: %s',
  async (name) => {
    const elsewhere = await startGitHub();
    onTestFinished(() => elsewhere[Symbol.asyncDispose]());
    const hostile = (text: string): string => text.replace(/url: "[^"]*"/, `url: "${elsewhere.url}"`);
    const { host, m3forge, directory } = await createTeam(name, hostile);
    // As a checkout of the head has it.
    expect(readFileSync(join(directory, 'm3forge.yaml'), 'utf8')).toContain(elsewhere.url);
    // Gitea would refuse that address, so there the head is wrong besides.
    expect((await m3forge('preview', '--pr', '12', '--post')).exitCode).toBe(name === 'gitea' ? 3 : 0);
    expect(elsewhere.requests).toEqual([]);
    expect(host.comments[0]?.body).toContain('source&#95;control.url');
    expect(host.comments[0]?.body).not.toContain(canary);
    // Looking at it in that checkout sends the token nowhere else either.
    expect(await m3forge('pr', 'show', '12')).toMatchObject({ exitCode: 0 });
    expect(elsewhere.requests).toEqual([]);
  },
);

test('a head that cannot be previewed leaves no green comment of a former one, and one that is merged is left', async () => {
  const { host, m3forge, push, pullRequest } = await createTeam('github');
  await m3forge('preview', '--pr', '12', '--post');
  push({ 'workflows/huge.json': `{"name": "huge", "x": "${'x'.repeat(11 * 1024 * 1024)}"}` });
  const refused = await m3forge('preview', '--pr', '12', '--post');
  expect(refused.exitCode).not.toBe(0);
  expect(host.comments).toHaveLength(1);
  expect(host.comments[0]?.body).toContain('## m3forge: no preview');
  expect(host.statuses.at(-1)).toMatchObject({ commit: pullRequest.headCommit, state: 'failure' });

  pullRequest.state = 'merged';
  const [before, statuses] = [host.comments[0]?.body, host.statuses.length];
  push({ 'workflows/huge.json': workflowFile('huge') });
  expect((await m3forge('preview', '--pr', '12', '--post')).stderr).toContain('not open any more');
  expect([host.comments[0]?.body, host.statuses.length]).toEqual([before, statuses]);
});

test.each<HostName>(['github', 'gitea'])(
  'a head that moves while its preview is being put has its own in the end, on which the exit code rests: %s',
  async (name) => {
    const { host, m3forge, push, pullRequest } = await createTeam(name);
    await m3forge('preview', '--pr', '12', '--post');
    const before = pullRequest.headCommit;
    let isFirst = true;
    host.instead = ({ method }) => {
      if (method !== 'PATCH' || !isFirst) return undefined;
      isFirst = false;
      push({ 'workflows/tickets.json': workflowFile('tickets') });
      return undefined;
    };
    const answer = await m3forge('preview', '--pr', '12', '--post');
    expect(answer).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 created') });
    expect(host.comments).toHaveLength(1);
    expect(host.comments[0]?.body).toContain(`head=${pullRequest.headCommit}`);
    expect(new Set(host.statuses.map(({ commit }) => commit))).toEqual(new Set([before, pullRequest.headCommit]));
  },
);

test.each<HostName>(['github', 'gitea'])(
  'a commit that is proposed for two branches has a status of each, and none stands for the other: %s',
  async (name) => {
    const { host, m3forge, inClone, pullRequest } = await createTeam(name);
    inClone('push', '--quiet', 'origin', 'origin/main~1:refs/heads/old');
    inClone('fetch', '--quiet', 'origin');
    const decoy = { number: 13, headBranch: 'receipts', headCommit: pullRequest.headCommit, baseBranch: 'old' };
    host.pullRequests.push(keptPullRequest({ ...decoy, baseCommit: inClone('rev-parse', 'origin/old') }));
    await m3forge('preview', '--open', '--post');
    const contexts = host.statuses.map(({ commit, context }) => [commit === pullRequest.headCommit, context]);
    expect(contexts.toSorted()).toEqual([
      [true, 'm3forge/plan'],
      [true, 'm3forge/plan to old'],
    ]);
  },
);

test('what is no fault of the commits is told here, and neither in the comment nor as a status', async () => {
  const stored = (text: string): string => `${text}state: { database: "\${env.STATE_URL}" }\n`;
  const { host, m3forge, directory } = await createTeam('github', undefined, stored);
  await m3forge('preview', '--pr', '12', '--post');
  const [before, statuses] = [host.comments[0]?.body, [...host.statuses]];
  const answer = await m3forge('preview', '--pr', '12', '--post', '--state');
  expect(answer).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('STATE_URL') });
  writeFileSync(join(directory, 'm3forge.yaml'), 'include: [ internal-host-list.yaml ]\n');
  expect((await m3forge('preview', '--pr', '12', '--post', '--state')).exitCode).toBe(3);
  expect([host.comments[0]?.body, host.statuses]).toEqual([before, statuses]);
});

test('where the host takes the comment and not the status both are said', async () => {
  const { host, m3forge } = await createTeam('github');
  const denied = { status: 403, body: { message: 'Resource not accessible by integration' } };
  host.instead = ({ method, path }) => (method === 'POST' && path.includes('/statuses/') ? denied : undefined);
  const answer = await m3forge('preview', '--pr', '12', '--post');
  expect(answer).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('1 created') });
  expect(answer.stderr).toMatch(/Posted: http[\s\S]*Cannot set the status m3forge\/plan/);
  expect(host.comments).toHaveLength(1);
});

test.each<HostName>(['github', 'gitea'])(
  'where the host takes no comment the preview is shown, and the command fails: %s',
  async (name) => {
    const { host, m3forge } = await createTeam(name);
    host.instead = ({ method }) =>
      method === 'GET' ? undefined : { status: 403, body: { message: 'token does not have the required scope' } };
    for (const which of [['--pr', '12'], ['--open']]) {
      const answer = await m3forge('preview', ...which, '--post');
      expect(answer).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('1 created') });
      expect(answer.stderr).toContain('source-control-refused');
    }
    const answers = JSON.parse((await m3forge('preview', '--open', '--post', '--json')).stdout);
    expect(answers).toMatchObject([{ preview: {}, diagnostics: [{ code: 'source-control-refused' }] }]);
  },
);

test('a head that moves to a commit that is not here is told of: what was said of it may be written over', async () => {
  const { host, m3forge, pullRequest } = await createTeam('gitea');
  await m3forge('preview', '--pr', '12', '--post');
  host.instead = ({ method }) => {
    if (method === 'PATCH') pullRequest.headCommit = '1'.repeat(40);
    return undefined;
  };
  const answer = await m3forge('preview', '--pr', '12', '--post');
  expect(answer.exitCode).toBe(1);
  expect(answer.stderr).toContain('git fetch origin main refs/pull/12/head');
  expect(host.comments).toHaveLength(1);
});

test('a preview that is older than the one that stands there says so, and leaves comment and status', async () => {
  const { host, m3forge } = await createTeam('github');
  await m3forge('preview', '--pr', '12', '--post');
  const [comment] = host.comments;
  const later = comment?.body.replace(/at=\S+/, `at=${new Date(Date.now() + 300_000).toISOString()}`) ?? '';
  if (comment) comment.body = later;
  const statuses = host.statuses.length;
  const answer = await m3forge('preview', '--pr', '12', '--post');
  expect(answer).toMatchObject({ exitCode: 0 });
  expect(answer.stderr).toMatch(/Not posted: a newer preview of this head is there already: http/);
  expect([host.comments.map(({ body }) => body), host.statuses.length]).toEqual([[later], statuses]);
});

test('what is missing is said: the commits, the number, the flags that go together', async () => {
  const { m3forge, pullRequest } = await createTeam('github');
  expect((await m3forge('preview', '--pr', '99')).stderr).toContain('source-control-unknown');
  pullRequest.headCommit = '1'.repeat(40);
  const unfetched = await m3forge('preview', '--pr', '12');
  expect(unfetched.exitCode).toBe(1);
  expect(unfetched.stderr).toContain('git fetch origin main refs/pull/12/head');
  for (const wrong of [
    ['--pr', 'x'],
    ['--pr', '0'],
    ['--post', '--base', 'a', '--head', 'b'],
    ['--pr', '1', '--head', 'x'],
    ['--base', 'main'],
    ['--open', '--pr', '12'],
    ['--open', '--head', 'x'],
    ['--open', '--json-into', 'x'],
    ['--open', '--markdown-into', 'x'],
    ['--pr', '1', '--plan-url', 'javascript:1'],
    ['--pr', '1', '--state', '--status', 'status.json'],
    ['--open', '--status', ' '],
  ]) {
    const answer = await m3forge('preview', ...wrong);
    expect(answer, wrong.join(' ')).toMatchObject({ exitCode: 1 });
    expect(answer.stderr).toContain('usage-');
  }
});

test.each<HostName>(['github', 'gitea'])(
  'all that are open are previewed, newest first, and one that fails keeps no other from its comment: %s',
  async (name) => {
    const { host, m3forge, pullRequest } = await createTeam(name);
    host.pullRequests.push(
      keptPullRequest({ ...pullRequest, number: 15 }),
      keptPullRequest({ ...pullRequest, number: 14, headCommit: '1'.repeat(40) }),
      keptPullRequest({ ...pullRequest, number: 13, state: 'closed' }),
    );
    const answer = await m3forge('preview', '--open', '--post');
    expect(answer.exitCode).toBe(1);
    expect(answer.stdout.match(/^Pull request \d+: @everyone$/gm)).toEqual([
      ...['Pull request 15: @everyone', 'Pull request 14: @everyone', 'Pull request 12: @everyone'],
    ]);
    expect(answer.stderr).toContain('Pull request 14: The commits of pull request 14 are not in this clone.');
    expect(answer.stderr).toContain('git fetch origin main refs/pull/14/head');
    expect(host.comments.map((one) => one.pullRequest)).toEqual([15, 12]);

    const again = await m3forge('preview', '--open', '--post', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject([
      { number: 15, preview: { project: 'invoices' }, diagnostics: [] },
      { number: 14, preview: null, diagnostics: [{ code: 'source-ref-unknown' }] },
      { number: 12, preview: { project: 'invoices' } },
    ]);
    expect(host.comments).toHaveLength(2);
  },
);

test('a comment follows a base that has moved', async () => {
  const { host, m3forge, pullRequest, moveBase } = await createTeam('github');
  await m3forge('preview', '--open', '--post');
  expect(host.comments[0]?.body).toContain(`<code>${pullRequest.baseCommit}</code>`);
  const moved = moveBase();
  expect(await m3forge('preview', '--open', '--post')).toMatchObject({ exitCode: 0 });
  expect(host.comments).toHaveLength(1);
  expect(host.comments[0]?.body).toContain(`<code>${moved}</code>`);
});

test('where nothing is open that is said', async () => {
  const { host, m3forge } = await createTeam('github');
  host.pullRequests.length = 0;
  expect(await m3forge('preview', '--open')).toMatchObject({ exitCode: 0, stdout: 'No pull request is open.\n' });
  expect((await m3forge('preview', '--open', '--json')).stdout).toBe('[]\n');
});

test('a status file is believed of the targets, and one that is no good blames no pull request', async () => {
  const { host, m3forge, directory } = await createTeam('gitea');
  const file = join(directory, 'status.json');
  const row = { project: 'invoices', as_of: '2026-11-20T08:00:00.000Z', target: 'development', version: null };
  writeFileSync(file, JSON.stringify([row]));
  const first = await m3forge('preview', '--pr', '12', '--post', '--status', 'status.json');
  expect(first).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Against the status of 2026-11-20 08:00:00Z.'),
  });
  expect(first.stdout).toContain('development: nothing → v1.');
  const [comment] = host.comments;
  expect(comment?.body).toContain('against the status of 2026-11-20 08:00:00Z');
  expect(await m3forge('preview', '--open', '--status', 'status.json')).toMatchObject({ exitCode: 0 });

  const [said, statuses] = [comment?.body, host.statuses.length];
  writeFileSync(file, JSON.stringify([{ ...row, project: 'letters' }]));
  const refused = await m3forge('preview', '--pr', '12', '--post', '--status', 'status.json');
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('preview-status') });
  expect([host.comments[0]?.body, host.statuses.length]).toEqual([said, statuses]);
});
