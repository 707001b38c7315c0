import { describe, expect, test } from 'vitest';
import { hostNames, openHost } from '../support/opened-source-control.ts';
import { keptPullRequest, type SourceControlHost } from '../support/source-control-host.ts';

const marker = '<!-- m3forge:preview:invoices -->';
const body = (text: string): string => `${marker}\n${text}`;

const written = ({ requests }: SourceControlHost): readonly string[] =>
  requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);

describe.each(hostNames)('the one comment at %s', (name) => {
  test('is created once, edited afterwards, and left alone where nothing changed', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    expect(await sourceControl.putComment(7, { marker, body: body('first') })).toMatchObject({ action: 'created' });
    const again = await opened.open();
    const edited = await again.putComment(7, { marker, body: body('second') });
    expect(edited).toMatchObject({ action: 'edited', url: expect.stringContaining('#issuecomment-') });
    expect(await again.putComment(7, { marker, body: body('second\n') })).toMatchObject({ action: 'unchanged' });
    expect(host.comments.map((one) => one.body)).toEqual([body('second')]);
    expect(written(host)).toEqual(['POST', 'PATCH']);
  });

  test('is no comment of somebody else, whatever it begins with, nor one that has the marker further down', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    const others = [
      { id: 1, pullRequest: 7, login: 'mallory', isBot: false, body: body('mine') },
      { id: 2, pullRequest: 7, login: 'm3forge-bot', isBot: false, body: `> ${body('quoted')}` },
    ];
    host.comments.push(...others.map((one) => ({ ...one })));
    expect(await sourceControl.putComment(7, { marker, body: body('ours') })).toMatchObject({ action: 'created' });
    expect(host.comments).toEqual([...others, expect.objectContaining({ body: body('ours') })]);
  });

  test('is found among hundreds, by a login that the host writes in other letters', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    for (let id = 1; id <= 250; id += 1) {
      host.comments.push({ id, pullRequest: 7, login: 'alice', isBot: false, body: `${id}` });
    }
    host.comments.push({ id: 251, pullRequest: 7, login: 'M3FORGE-bot', isBot: false, body: body('before') });
    expect(await sourceControl.putComment(7, { marker, body: body('after') })).toMatchObject({ action: 'edited' });
    expect(host.comments).toHaveLength(251);
    expect(host.comments.at(-1)?.body).toBe(body('after'));
  });

  test('is one although twelve put it at once', async () => {
    await using opened = await openHost(name);
    const { host } = opened;
    // Nobody may create one before all of them have seen that there is none.
    let looking = 0;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    host.instead = async ({ method, path }) => {
      if (method === 'GET' && path.endsWith('/comments') && looking < 12) {
        looking += 1;
        if (looking === 12) resolve(undefined);
        return promise;
      }
      return undefined;
    };
    const runs = await Promise.all(Array.from({ length: 12 }, () => opened.open()));
    const put = await Promise.all(runs.map((one, index) => one.putComment(7, { marker, body: body(`run ${index}`) })));
    expect(written(host).filter((method) => method === 'POST')).toHaveLength(12);
    expect(host.comments).toHaveLength(1);
    expect(host.comments[0]?.body).toMatch(/run \d+$/);
    expect(new Set(put.map((one) => one?.url)).size).toBe(1);
  });

  test('is found again by a token that may not ask who it is', async () => {
    await using opened = await openHost(name);
    const { host } = opened;
    const jobs = name === 'github' ? 'github-actions[bot]' : 'gitea-actions';
    host.users.set('job', { login: jobs, isBot: true });
    host.comments.push({ id: 1, pullRequest: 7, login: 'mallory', isBot: false, body: body('mine') });
    for (const text of ['first', 'second']) {
      const job = await opened.open({ token: 'job' });
      await job.putComment(7, { marker, body: body(text) });
    }
    expect(host.comments.map((one) => [one.login, one.body])).toEqual([
      ['mallory', body('mine')],
      [jobs, body('second')],
    ]);
  });

  test('is one also where only what it writes shows who a token is', async () => {
    await using opened = await openHost(name);
    const { host } = opened;
    host.users.set('narrow', { login: 'deployer', isBot: true });
    for (const text of ['first', 'second']) {
      const narrow = await opened.open({ token: 'narrow' });
      await narrow.putComment(7, { marker, body: body(text) });
    }
    expect(host.comments.map((one) => [one.login, one.body])).toEqual([['deployer', body('second')]]);
  });

  test('is not made twice where the host fails after it has made it', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.instead = ({ method, path, body: sent }) => {
      if (method !== 'POST' || !path.endsWith('/comments')) return undefined;
      const made = (sent as { readonly body: string }).body;
      host.comments.push({ id: 5, pullRequest: 7, login: 'm3forge-bot', isBot: false, body: made });
      return { status: 502, body: '<html>bad gateway</html>' };
    };
    expect(await sourceControl.putComment(7, { marker, body: body('text') })).toMatchObject({ action: 'created' });
    expect(host.comments).toHaveLength(1);
    expect(written(host)).toEqual(['POST']);
  });

  test('needs a token', async () => {
    await using opened = await openHost(name, { token: null });
    await expect(opened.sourceControl.putComment(7, { marker, body: body('text') })).rejects.toMatchObject({
      diagnostics: [{ code: 'source-control-refused' }],
    });
    expect(opened.host.requests).toEqual([]);
  });
});
