import { describe, expect, test } from 'vitest';
import { postPreview } from '../../engine/operations/post-preview.ts';
import { refusalOf } from '../http/loopback.ts';
import { canary, hostNames, openHost } from '../support/opened-source-control.ts';
import { commitOf, keptPullRequest } from '../support/source-control-host.ts';

const head = commitOf('head 7');

describe.each(hostNames)('%s', (name) => {
  test('keeps a status of each name, the newest for what it says', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    for (const state of ['pending', 'failure', 'success'] as const) {
      const description = 'x'.repeat(200);
      await sourceControl.setStatus(head, { name: 'm3forge/plan', state, description, url: 'https://example.com/1' });
    }
    await sourceControl.setStatus(head, { name: 'lint', state: 'failure', description: 'no', url: undefined });
    await sourceControl.setStatus(commitOf('other'), {
      name: 'other',
      state: 'failure',
      description: '',
      url: undefined,
    });
    expect(host.statuses[0]?.description).toHaveLength(140);
    const checks = await sourceControl.checks(head);
    expect(checks.filter((one) => one.name !== 'mighty_readme')).toEqual([
      { name: 'lint', state: 'failure', description: 'no', url: null },
      {
        name: 'm3forge/plan',
        state: 'success',
        description: expect.stringMatching(/^x+…$/),
        url: 'https://example.com/1',
      },
    ]);
  });

  test('merges while the head is the one that was looked at', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7, headCommit: head }));
    const moved = await refusalOf(sourceControl.merge(7, { head: commitOf('before'), method: 'squash' }));
    expect(moved.code).toBe('pull-request-not-merged');
    expect(host.pullRequests[0]?.state).toBe('open');
    expect(await sourceControl.merge(7, { head, method: 'squash' })).toEqual({ commit: 'f'.repeat(40) });
    expect((await refusalOf(sourceControl.merge(7, { head, method: 'squash' }))).code).toBe('pull-request-not-merged');
    expect(host.requests.at(-1)?.body).toMatchObject(
      name === 'github' ? { sha: head, merge_method: 'squash' } : { head_commit_id: head, Do: 'squash' },
    );
  });

  test('gets the comment of a preview and its status, and no comment for a head of before', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7, headCommit: head }));
    const marker = '<!-- m3forge:preview -->';
    const status = { name: 'm3forge/plan', state: 'success', description: '1 to add' } as const;
    const stampOf = (commit: string) => ({ head: commit, base: commitOf('base'), into: 'main', at: new Date() });
    const facts = { now: new Date(), isBefore: () => Promise.resolve(undefined) };
    const order = { stamp: stampOf(head), marker, body: `${marker}\nnew`, status };
    const posted = await postPreview(sourceControl, 7, order, facts);
    expect(posted).toMatchObject({ comment: { action: 'created' }, status: 'set' });
    const late = commitOf('before');
    const former = { ...order, stamp: stampOf(late), body: `${marker}\nold` };
    expect(await postPreview(sourceControl, 7, former, facts)).toEqual({
      ...{ comment: null, status: 'set', overtaken: null, unposted: [] },
    });
    expect(host.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^<!-- m3forge:preview -->\n<!-- m3forge:of head=\S+ base=\S+ into=\S+ at=\S+ -->\nnew$/),
    ]);
    expect(host.statuses).toMatchObject([
      { commit: head, context: 'm3forge/plan', state: 'success', url: expect.stringContaining('#issuecomment-') },
      { commit: late, context: 'm3forge/plan', url: expect.stringMatching(/\/7$/) },
    ]);
  });
});

test('GitHub is told of a release once, and of each of its states', async () => {
  await using opened = await openHost('github');
  const { host, sourceControl } = opened;
  const order = {
    ...{ environment: 'production', commit: head, version: 'v1.2.0', description: 'v1.2.0 to production' },
    ...{ release: '0b7e', isProduction: true },
  };
  await sourceControl.deployment?.({ ...order, state: 'in_progress' });
  const again = await opened.open();
  await again.deployment?.({ ...order, state: 'success' });
  await again.deployment?.({ ...order, release: '1c8f', state: 'in_progress' });
  // Nobody knows whether it was told when an answer is lost.
  await again.deployment?.({ ...order, state: 'success' });
  await again.deployment?.({ ...order, state: 'in_progress' });
  expect(host.deployments.map((one) => [one.order, one.statuses.map(({ state }) => state)])).toMatchObject([
    [{ ref: head, environment: 'production', payload: { m3forge_release: '0b7e' } }, ['in_progress', 'success']],
    [{ payload: { m3forge_release: '1c8f' } }, ['in_progress']],
  ]);
});

test('Gitea keeps no deployments', async () => {
  await using opened = await openHost('gitea');
  expect(opened.sourceControl.deployment).toBeUndefined();
});

test('Gitea takes a status from those alone who may write to the repository, and the comment from others, too', async () => {
  await using opened = await openHost('gitea');
  const { host, sourceControl } = opened;
  host.users.set(canary, { login: 'M3forge-Bot', isBot: false, mayWriteCode: false });
  host.pullRequests.push(keptPullRequest({ number: 7, headCommit: head }));
  expect(await sourceControl.putComment(7, { marker: '<!-- m -->', body: '<!-- m -->' })).toMatchObject({
    action: 'created',
  });
  const order = { name: 'm3forge/plan', state: 'success', description: '1 to add', url: undefined } as const;
  const { code, text } = await refusalOf(sourceControl.setStatus(head, order));
  expect(code).toBe('source-control-refused');
  expect(text).toContain('user should have a permission to write to a repo');
  expect(host.statuses).toEqual([]);
});
