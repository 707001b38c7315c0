import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { type GitHubPullRequest, pullRequestOf } from '../../providers/github/index.ts';
import { refusalOf } from '../http/loopback.ts';
import { giteaApi, githubApi } from '../support/api-descriptions.ts';
import { canary, type HostName, hostNames, openHost } from '../support/opened-source-control.ts';
import { commitOf, keptPullRequest } from '../support/source-control-host.ts';

describe.each(hostNames)('%s', (name) => {
  test('says of a pull request what there is to know', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pullRequests.push(
      keptPullRequest({
        number: 7,
        title: '<img src=x> @everyone \u202e',
        labels: ['hotfix'],
        isFork: true,
        draft: true,
      }),
      keptPullRequest({ number: 8, state: 'merged', headCommit: commitOf('h8') }),
      keptPullRequest({ number: 9, state: 'closed' }),
    );
    expect(await sourceControl.pullRequest(7)).toMatchObject({
      ...{ number: 7, title: '<img src=x> @everyone \u202e', body: '', state: 'open', isDraft: true, author: 'alice' },
      ...{ labels: ['hotfix'], isFork: true, mergeCommit: null, mergedAt: null },
      base: { branch: 'main', commit: commitOf('base'), isMain: true },
      head: { branch: 'topic-7', commit: commitOf('head 7') },
      createdAt: new Date('2026-11-01T08:00:00Z'),
      url: expect.stringMatching(/^https:\/\/\S+\/7$/),
    });
    expect(await sourceControl.pullRequest(8)).toMatchObject({
      ...{
        state: 'merged',
        isFork: false,
        mergeCommit: commitOf('merge 8'),
        mergedAt: new Date('2026-11-02T09:00:00Z'),
      },
    });
    expect(await sourceControl.pullRequest(9)).toMatchObject({ state: 'closed', mergeCommit: null });
    expect((await refusalOf(sourceControl.pullRequest(99))).code).toBe('source-control-unknown');
  });

  test('is asked page by page, and no further than the limit', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pageSize = 2;
    for (let number = 1; number <= 6; number += 1) {
      const state = number % 2 === 0 ? 'merged' : 'open';
      host.pullRequests.push(
        keptPullRequest({ number, state, author: number < 3 ? 'bob' : 'alice', labels: ['a', `${number}`] }),
      );
    }
    const numbers = async (filter: object, limit = 100) => {
      host.requests.length = 0;
      const found = await sourceControl.pullRequests({ state: 'all', limit, ...filter });
      return [found.map(({ number }) => number), host.requests.length];
    };
    expect(await numbers({})).toEqual([[6, 5, 4, 3, 2, 1], 3]);
    expect(await numbers({}, 3)).toEqual([[6, 5, 4], 2]);
    expect(await numbers({ state: 'merged' }, 1)).toEqual([[6], 1]);
    expect((await numbers({ state: 'open' }))[0]).toEqual([5, 3, 1]);
    expect((await numbers({ state: 'closed' }))[0]).toEqual([]);
    expect((await numbers({ author: 'bob' }))[0]).toEqual([2, 1]);
    expect((await numbers({ label: 'A' }))[0]).toEqual([6, 5, 4, 3, 2, 1]);
    expect((await numbers({ label: '4' }))[0]).toEqual([4]);
    expect((await numbers({ base: 'release' }))[0]).toEqual([]);
  });

  test('lists the files of three pages', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pageSize = 2;
    const removed = name === 'github' ? 'removed' : 'deleted';
    const files = [
      { path: 'workflows/a.json', status: 'added' },
      { path: 'workflows/b.json', status: removed },
      { path: 'workflows/c.json', status: name === 'github' ? 'modified' : 'changed' },
      { path: 'workflows/e.json', status: 'renamed', before: 'workflows/d.json' },
      { path: 'README.md', status: name === 'github' ? 'changed' : 'modified' },
    ];
    host.pullRequests.push(keptPullRequest({ number: 7, files }));
    expect((await sourceControl.changedFiles(7)).map(({ path, action, before }) => [path, action, before])).toEqual([
      ['workflows/a.json', 'added', undefined],
      ['workflows/b.json', 'removed', undefined],
      ['workflows/c.json', 'changed', undefined],
      ['workflows/e.json', 'renamed', 'workflows/d.json'],
      ['README.md', 'changed', undefined],
    ]);
    expect(host.requests).toHaveLength(3);
  });

  test('lists the checks of all pages, the newest of each name', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pageSize = 2;
    const commit = commitOf('head 7');
    for (const [context, state] of [
      ...[
        ['lint', 'failure'],
        ['build', 'success'],
        ['lint', 'success'],
        ['docs', 'pending'],
        ['build', 'failure'],
      ],
    ] as const) {
      const order = { name: context ?? '', state: state as 'success', description: '', url: undefined };
      await sourceControl.setStatus(commit, order);
    }
    host.requests.length = 0;
    const checks = (await sourceControl.checks(commit)).filter((one) => one.name !== 'mighty_readme');
    expect(Object.fromEntries(checks.map((one) => [one.name, one.state]))).toEqual({
      ...{ lint: 'success', build: 'failure', docs: 'pending' },
    });
    expect(checks).toHaveLength(3);
    expect(host.requests.filter(({ path }) => path.endsWith('/statuses'))).toHaveLength(3);
  });

  test('is read without a token, where anybody may', async () => {
    await using opened = await openHost(name, { token: null });
    opened.host.pullRequests.push(keptPullRequest({ number: 7 }));
    await opened.sourceControl.pullRequest(7);
    expect(opened.host.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('is asked with the token in its header, and in nothing else', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    await sourceControl.pullRequest(7);
    const [request] = host.requests;
    expect(request?.headers.authorization).toBe(`token ${canary}`);
    expect(request?.headers['user-agent']).toMatch(/^m3forge/);
    expect(sourceControl.label).toBe(`acme/workflows at ${new URL(host.origin).host}`);
  });
});

test('GitHub Enterprise is asked below its own path, page after page', async () => {
  await using opened = await openHost('github', {}, '/api/v3');
  const { host, sourceControl } = opened;
  host.pageSize = 1;
  host.pullRequests.push(keptPullRequest({ number: 1 }), keptPullRequest({ number: 2 }));
  expect(await sourceControl.pullRequests({ state: 'open', limit: 10 })).toHaveLength(2);
  expect(host.requests.map(({ path }) => path)).toEqual(Array.from({ length: 2 }, () => '/repos/acme/workflows/pulls'));
});

test('Gitea behind a path of its own is asked there', async () => {
  await using opened = await openHost('gitea', {}, '/git/api/v1');
  opened.host.pullRequests.push(keptPullRequest({ number: 1 }));
  expect(await opened.sourceControl.pullRequest(1)).toMatchObject({ number: 1 });
});

test.each<readonly [HostName, string]>([
  ['github', '/api/v3'],
  ['gitea', '/git/api/v1'],
])('%s below %s gets comments and statuses there, and is asked whether they have changed', async (name, prefix) => {
  await using opened = await openHost(name, {}, prefix);
  const { host, sourceControl } = opened;
  host.tags = true;
  host.pageSize = 3;
  for (let id = 1; id <= 4; id += 1) {
    host.comments.push({ id, pullRequest: 7, login: 'alice', isBot: false, body: 'Looks good' });
  }
  const put = (text: string) => sourceControl.putComment(7, { marker: '<!-- m -->', body: `<!-- m -->\n${text}` });
  expect(await put('one')).toMatchObject({ action: 'created' });
  expect(await put('one')).toMatchObject({ action: 'unchanged' });
  expect(host.unchanged).toBeGreaterThan(0);
  // What was remembered is not taken for what is there now.
  const [ours] = host.comments.slice(-1);
  if (ours) ours.body = '<!-- m -->\nby another run';
  expect(await put('two')).toMatchObject({ action: 'edited' });
  expect(host.comments.map(({ body }) => body).slice(-1)).toEqual(['<!-- m -->\ntwo']);
  const order = { name: 'm3forge/plan', state: 'success', description: '', url: undefined } as const;
  await sourceControl.setStatus(commitOf('head 7'), order);
  expect(host.requests.every(({ path }) => path.startsWith('/repos/') || path === '/user')).toBe(true);
});

interface Example {
  readonly name: string;
  readonly examples: readonly { readonly action?: string; readonly pull_request?: GitHubPullRequest }[];
}

test('what GitHub really sends of pull requests is understood', () => {
  const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Example[];
  const sent = all.find(({ name }) => name === 'pull_request')?.examples ?? [];
  expect(sent.length).toBeGreaterThan(10);
  const understood = sent.flatMap(({ action, pull_request: one }) =>
    one ? [[action, pullRequestOf(one)] as const] : [],
  );
  for (const [action, one] of understood) {
    expect(one.number).toBeGreaterThan(0);
    expect(one.base.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(one.head.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(one.author).not.toBe('');
    expect(one.createdAt.getTime()).not.toBeNaN();
    if (action === 'opened') expect(one).toMatchObject({ state: 'open', mergeCommit: null, mergedAt: null });
  }
  expect(understood.filter(([action]) => action === 'closed').map(([, { state }]) => state)).toContain('closed');
});

const none = new URLSearchParams();

test.each([
  ['GitHub', githubApi],
  ['Gitea', giteaApi],
])('what does not keep to the description of %s is found', (name, api) => {
  const path = '/repos/{owner}/{repo}/statuses/{sha}';
  const post = (body: unknown) => api.requestFaults({ method: 'POST', path, query: none, body });
  expect(post({ state: 'success' })).toEqual([]);
  expect(post({ state: 'fine' })).toHaveLength(1);
  expect(post({ state: 'success', url: 'x' })).toHaveLength(1);
  expect(post({ state: 'success', description: 7 })).toHaveLength(1);
  const pulls = '/repos/{owner}/{repo}/pulls';
  const list = (query: string) =>
    api.requestFaults({ method: 'GET', path: pulls, query: new URLSearchParams(query), body: undefined });
  expect(list('state=closed&page=2')).toEqual([]);
  for (const wrong of ['state=merged', 'author=x', 'page=two']) expect(list(wrong)).toHaveLength(1);
  expect(api.responseFaults('GET', pulls, 200, [{ number: 'one' }])).toHaveLength(1);
  expect(api.responseFaults('GET', pulls, 202, [])).toHaveLength(1);
  expect(api.responseFaults('POST', path, 201, undefined)).toHaveLength(1);
  expect(() => api.responseFaults('GET', '/nowhere', 200, {})).toThrow(`${name} has no GET /nowhere`);
});

test('what a host asks for has to be there, and Gitea sends no field that it does not publish', () => {
  const sent = { method: 'POST', query: none };
  expect(
    githubApi.requestFaults({ ...sent, path: '/repos/{owner}/{repo}/statuses/{sha}', body: undefined }),
  ).toHaveLength(1);
  const merge = '/repos/{owner}/{repo}/pulls/{index}/merge';
  expect(giteaApi.requestFaults({ ...sent, path: merge, body: { head_commit_id: 'x' } })).toHaveLength(1);
  const comments = '/repos/{owner}/{repo}/issues/{index}/comments';
  expect(giteaApi.responseFaults('GET', comments, 200, [{ id: 1, text: 'x' }])).toHaveLength(1);
  expect(giteaApi.responseFaults('GET', comments, 200, [{ id: 1, body: 'x' }])).toEqual([]);
});
