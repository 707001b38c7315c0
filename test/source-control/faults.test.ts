import { describe, expect, test } from 'vitest';
import type { SourceControl } from '../../engine/provider/index.ts';
import { refusalOf, serve } from '../http/loopback.ts';
import { canary, hostNames, openHost } from '../support/opened-source-control.ts';
import { keptPullRequest } from '../support/source-control-host.ts';

const ask = (sourceControl: SourceControl) => sourceControl.pullRequest(7);
const put = (sourceControl: SourceControl) =>
  sourceControl.putComment(7, { marker: '<!-- m -->', body: '<!-- m -->\ntext' });

describe.each(hostNames)('%s', (name) => {
  test('fails once and is asked again, a half second more or less later', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl, waits } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    let failures = 1;
    host.instead = () => {
      failures -= 1;
      return failures < 0 ? undefined : { status: 502, body: '<html>bad gateway</html>' };
    };
    expect(await ask(sourceControl)).toMatchObject({ number: 7 });
    expect(host.requests).toHaveLength(2);
    expect(waits).toEqual([expect.closeTo(500, -3)]);
    expect(waits[0]).toBeGreaterThanOrEqual(250);
  });

  test('that goes on failing is given up, with what could not be done', async () => {
    await using opened = await openHost(name);
    opened.host.instead = () => ({ status: 503, body: { message: 'down for maintenance' } });
    const { code, text } = await refusalOf(ask(opened.sourceControl));
    expect(code).toBe('source-control-unreachable');
    expect(text).toContain('Cannot read pull request 7');
    expect(text).toContain('down for maintenance');
    expect(opened.host.requests).toHaveLength(4);
  });

  test('that fails at an order is not sent it twice', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    const order = { name: 'm3forge/plan', state: 'success', description: '1 to add', url: undefined } as const;
    host.instead = ({ method }) => (method === 'POST' ? { status: 500, body: {} } : undefined);
    const { code } = await refusalOf(sourceControl.setStatus('a'.repeat(40), order));
    expect(code).toBe('source-control-unreachable');
    expect(host.requests.map(({ method }) => method)).toEqual(['POST']);
  });

  test('that asks for patience is given it, at an order, too', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl, waits } = opened;
    let limited = true;
    host.instead = ({ method }) => {
      if (method !== 'POST' || !limited) return undefined;
      limited = false;
      return {
        status: 429,
        body: { message: 'You have exceeded a secondary rate limit' },
        headers: { 'retry-after': '7' },
      };
    };
    expect(await put(sourceControl)).toMatchObject({ action: 'created' });
    expect(waits).toEqual([8000]);
  });

  test.each([
    ['retry-after', { 'retry-after': '3600' }, 429],
    ['the time of the reset', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795870800' }, 403],
  ])('that asks for an hour, by %s, is not waited for: the problem says when it ends', async (_, headers, status) => {
    await using opened = await openHost(name);
    opened.host.instead = () => ({ status, body: { message: 'API rate limit exceeded' }, headers });
    const { code, text } = await refusalOf(ask(opened.sourceControl));
    expect(code).toBe('source-control-limited');
    expect(text).toContain('until 2026-11-28T13:00:00Z');
    expect(opened.waits).toEqual([]);
    expect(opened.host.requests).toHaveLength(1);
  });

  const secondary = {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  };
  const abuse = { message: 'You have triggered an abuse detection mechanism. Please wait a few minutes.' };

  test.each<readonly [string, number, object, Readonly<Record<string, string>>, number]>([
    ['429 with how long', 429, secondary, { 'retry-after': '20' }, 21_000],
    ['403 with how long', 403, secondary, { 'retry-after': '20' }, 21_000],
    [
      '403 with when it ends',
      403,
      secondary,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795867230' },
      31_000,
    ],
    ['429 and nothing else', 429, {}, {}, 61_000],
    [
      '403 and words alone',
      403,
      secondary,
      { 'x-ratelimit-remaining': '4711', 'x-ratelimit-reset': '1795867230' },
      61_000,
    ],
    ['403 and the words of before', 403, abuse, {}, 61_000],
  ])('that has had too many requests, and says so by %s, is waited for', async (_, status, said, headers, waited) => {
    await using opened = await openHost(name);
    const { host, sourceControl, waits } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    let limited = true;
    host.instead = () => {
      if (!limited) return undefined;
      limited = false;
      return { status, body: said, headers };
    };
    expect(await ask(sourceControl)).toMatchObject({ number: 7 });
    expect(waits).toEqual([waited]);
  });

  test('that goes on saying so in words is told of as a limit, and not as a right that is missing', async () => {
    await using opened = await openHost(name);
    opened.host.instead = () => ({ status: 403, body: secondary });
    const { code, text } = await refusalOf(ask(opened.sourceControl));
    expect(code).toBe('source-control-limited');
    expect(text).toContain('until 2026-11-28T12:02:01Z');
    expect(opened.waits).toEqual([61_000]);
  });

  test('that says when it ends as a date is waited for until then', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl, waits } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    const dates = ['Sat, 28 Nov 2026 12:00:30 GMT'];
    host.instead = () => {
      const date = dates.pop();
      return date === undefined ? undefined : { status: 429, body: {}, headers: { 'retry-after': date } };
    };
    await ask(sourceControl);
    expect(waits).toEqual([31_000]);
  });

  test('that is waited for is left at once where somebody interrupts', async () => {
    const interruption = new AbortController();
    await using opened = await openHost(name, { interrupted: interruption.signal });
    opened.host.instead = () => {
      // While the answer is on its way.
      setImmediate(() => interruption.abort());
      return { status: 429, body: {}, headers: { 'retry-after': '20' } };
    };
    expect((await refusalOf(ask(opened.sourceControl))).code).toBe('http-interrupted');
    expect(opened.host.requests).toHaveLength(1);
  });

  test('that fails for many at once is not asked by all of them at the same moment again', async () => {
    await using opened = await openHost(name);
    const { host, waits } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    const failed = new Set<unknown>();
    host.instead = ({ headers }) => {
      if (failed.has(headers.authorization)) return undefined;
      failed.add(headers.authorization);
      return { status: 502, body: 'bad gateway' };
    };
    for (let run = 0; run < 8; run += 1) await ask(await opened.open({ token: `token-${run}` })).catch(() => undefined);
    expect(waits).toHaveLength(8);
    expect(new Set(waits).size).toBeGreaterThan(4);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(250);
    for (const wait of waits) expect(wait).toBeLessThan(750);
  });

  test('that limits whoever comes back by himself is not waited for', async () => {
    await using opened = await openHost(name);
    const brief = await opened.open({ isBrief: true });
    opened.host.instead = () => ({ status: 403, body: secondary });
    expect((await refusalOf(ask(brief))).code).toBe('source-control-limited');
    expect(opened.waits).toEqual([]);
  });

  test('that asks for half a minute again and again is given a minute in all', async () => {
    await using opened = await openHost(name);
    opened.host.instead = () => ({ status: 429, body: {}, headers: { 'retry-after': '28' } });
    expect((await refusalOf(ask(opened.sourceControl))).code).toBe('source-control-limited');
    expect(opened.waits).toEqual([29_000, 29_000]);
  });

  test('that does not allow something says so itself, and nothing of the token', async () => {
    await using opened = await openHost(name);
    const message = `Resource not accessible by ${canary}\n\u001b[31m and more`;
    opened.host.instead = () => ({ status: 403, body: { message } });
    const { code, text } = await refusalOf(ask(opened.sourceControl));
    expect(code).toBe('source-control-refused');
    expect(text).toContain('Resource not accessible by ***');
    expect(text).not.toContain(canary);
    expect(text).not.toContain('\\u001b');
  });

  test.each([
    [401, 'source-control-refused'],
    [404, 'source-control-unknown'],
    [422, 'source-control-answer'],
    [410, 'source-control-answer'],
  ])('answers %i: %s', async (status, expected) => {
    await using opened = await openHost(name);
    opened.host.instead = () => ({ status, body: { message: 'no' } });
    expect((await refusalOf(ask(opened.sourceControl))).code).toBe(expected);
  });

  test('that is not there is told of as that', async () => {
    await using opened = await openHost(name);
    const other = await opened.open({ url: `http://127.0.0.1:9/api/v1` });
    const { code, text } = await refusalOf(ask(other));
    expect(code).toBe('source-control-unreachable');
    expect(text).toContain('127.0.0.1:9 cannot be reached');
  });

  test('leads nobody elsewhere: not by a redirect, and not by the address of a next page', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    const strangers: unknown[] = [];
    await using elsewhere = await serve((request, response) => {
      strangers.push(request.headers);
      response.end('[]');
    });
    const stranger = `http://127.0.0.1:${elsewhere.port}/x`;
    host.instead = () => ({ status: 302, headers: { location: stranger } });
    expect((await refusalOf(ask(sourceControl))).code).toBe('http-redirect-refused');
    host.instead = ({ query }) =>
      query.get('page') === '2' || name === 'gitea'
        ? { status: 307, headers: { location: stranger } }
        : { status: 200, body: [], headers: { link: `<${stranger}>; rel="next"` } };
    expect((await refusalOf(sourceControl.changedFiles(7))).code).toBe('http-redirect-refused');
    host.instead = () => ({ status: 307, headers: { location: stranger } });
    const order = { name: 'm3forge/plan', state: 'success', description: '', url: undefined } as const;
    await refusalOf(sourceControl.setStatus('a'.repeat(40), order));
    expect(strangers).toEqual([]);
  });

  test('is asked whether something has changed, where it was asked before', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    const one = keptPullRequest({ number: 7, title: 'One title' });
    host.pullRequests.push(one);
    host.tags = true;
    expect(await ask(sourceControl)).toMatchObject({ title: 'One title' });
    expect(await ask(sourceControl)).toMatchObject({ title: 'One title' });
    one.title = 'Another';
    expect(await ask(sourceControl)).toMatchObject({ title: 'Another' });
    expect(host.requests.map(({ headers }) => headers['if-none-match'] !== undefined)).toEqual([false, true, true]);
    expect(host.unchanged).toBe(1);
  });
});

test('an address or a repository that came from a variable and is none is not shown', async () => {
  await using opened = await openHost('gitea');
  for (const given of [
    { url: 'https://user:hunter2hunter2@example.com/api/v1' },
    { url: 'http://example.com/api/v1' },
    { repository: '../hunter2hunter2' },
    { repository: 'a/b/hunter2hunter2' },
  ]) {
    const { code, text } = await refusalOf(opened.open(given));
    expect(code).toBe('config-source-control');
    expect(text).not.toContain('hunter2');
  }
});
