import { describe, expect, test } from 'vitest';
import { hostNames, type OpenedHost, openHost } from '../support/opened-source-control.ts';

const marker = '<!-- m3forge:plan:invoices -->';
const said = (text: string): string => `${marker}\n${text}`;

const jobsOf = { github: 'github-actions[bot]', gitea: 'gitea-actions' } as const;

/** Alice may write to the repository, a job of its workflows runs, and Mallory may only comment. */
const team = async (name: (typeof hostNames)[number], job: { readonly ownOnly?: boolean } = {}) => {
  const opened = await openHost(name);
  const { host } = opened;
  host.users.set('alice-token', { login: 'alice', isBot: false });
  host.users.set('job-token', { login: jobsOf[name], isBot: true, ...job });
  host.writers.add('alice');
  return opened;
};

const put = async (opened: OpenedHost, token: string, text: string) => {
  const sourceControl = await opened.open({ token });
  return sourceControl.putComment(7, { marker, body: said(text) });
};

const standing = ({ host }: OpenedHost) => host.comments.map(({ login, body }) => [login, body]);

describe.each(hostNames)('who has written the comment at %s', (name) => {
  test('is no matter among those who may write: a person and a job keep one comment', async () => {
    await using opened = await team(name);
    expect(await put(opened, 'alice-token', 'by hand')).toMatchObject({ action: 'created' });
    expect(await put(opened, 'job-token', 'by the job')).toMatchObject({ action: 'edited' });
    expect(await put(opened, 'alice-token', 'by hand again')).toMatchObject({ action: 'edited' });
    expect(standing(opened)).toEqual([['alice', said('by hand again')]]);
  });

  test('and it is the one of the job where the job was first', async () => {
    await using opened = await team(name);
    await put(opened, 'job-token', 'by the job');
    expect(await put(opened, 'alice-token', 'by hand')).toMatchObject({ action: 'edited' });
    expect(standing(opened)).toEqual([[jobsOf[name], said('by hand')]]);
  });

  test('is a stranger whose marker keeps nobody from a comment, and whose comment nobody touches', async () => {
    await using opened = await team(name);
    const hostile = { id: 1, pullRequest: 7, login: 'mallory', isBot: false, body: said('all is well') };
    opened.host.comments.push({ ...hostile });
    for (const token of ['job-token', 'alice-token']) await put(opened, token, 'as it is');
    expect(standing(opened)).toEqual([
      ['mallory', said('all is well')],
      [jobsOf[name], said('as it is')],
    ]);
    const touched = opened.host.requests.filter(({ method, path }) => method !== 'GET' && path.endsWith('/1'));
    expect(touched).toEqual([]);
  });

  test("was somebody who may not write any more: that comment is a stranger's", async () => {
    await using opened = await team(name);
    await put(opened, 'alice-token', 'by hand');
    opened.host.writers.delete('alice');
    expect(await put(opened, 'job-token', 'by the job')).toMatchObject({ action: 'created' });
    expect(opened.host.comments).toHaveLength(2);
  });

  test('is another bot, which may say whatever a stranger has told it to: its comment is not ours', async () => {
    await using opened = await team(name);
    // Its app may write, and on Gitea a bot is an account like another.
    if (name === 'github') opened.host.writers.add('translator[bot]');
    opened.host.comments.push({ id: 1, pullRequest: 7, login: 'translator[bot]', isBot: true, body: said('echo') });
    await put(opened, 'job-token', 'as it is');
    expect(standing(opened)[1]).toEqual([jobsOf[name], said('as it is')]);
  });

  test('has one of his own where the host lets nobody edit what others wrote, and edits that the next time', async () => {
    await using opened = await team(name, { ownOnly: true });
    await put(opened, 'alice-token', 'by hand');
    expect(await put(opened, 'job-token', 'by the job')).toMatchObject({ action: 'created' });
    expect(await put(opened, 'job-token', 'by the job again')).toMatchObject({ action: 'edited' });
    expect(standing(opened)).toEqual([
      ['alice', said('by hand')],
      [jobsOf[name], said('by the job again')],
    ]);
    // Whoever may do more makes one of both.
    await put(opened, 'alice-token', 'by hand again');
    expect(standing(opened)).toEqual([['alice', said('by hand again')]]);
  });

  test('is asked only of those who have written the marker, and only once', async () => {
    await using opened = await team(name);
    for (const login of ['bob', 'carol']) {
      opened.host.comments.push({ id: 1, pullRequest: 7, login, isBot: false, body: 'Looks good' });
    }
    await put(opened, 'alice-token', 'by hand');
    const job = await opened.open({ token: 'job-token' });
    for (const text of ['one', 'two']) await job.putComment(7, { marker, body: said(text) });
    const asked = opened.host.requests.filter(({ path }) => /permission$|assignees$/.test(path));
    expect(asked).toHaveLength(1);
  });
});

test('an account that is called as the jobs of Gitea are is no job', async () => {
  await using opened = await team('gitea');
  opened.host.instead = ({ method, path }) =>
    method === 'GET' && path.endsWith('/comments')
      ? {
          status: 200,
          body: [{ id: 1, body: said('echo'), user: { id: 9, login: 'Gitea-Actions' }, html_url: 'https://x.example' }],
        }
      : undefined;
  await put(opened, 'alice-token', 'by hand');
  expect(standing(opened)).toEqual([['alice', said('by hand')]]);
  expect(opened.host.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method)).toEqual(['POST']);
});
