import { describe, expect, test } from 'vitest';
import { type PreviewPost, postPreview } from '../../engine/operations/post-preview.ts';
import type { SourceControl } from '../../engine/provider/index.ts';
import { type HostName, hostNames, type OpenedHost, openHost } from '../support/opened-source-control.ts';
import { commitOf, keptPullRequest } from '../support/source-control-host.ts';
import { inTurns } from '../support/turns.ts';

const marker = '<!-- m3forge:plan:invoices -->';
const status = { name: 'm3forge/plan', state: 'success', description: '1 created' } as const;
const [former, pushed] = [commitOf('the former head'), commitOf('the pushed head')];
const [base, moved] = [commitOf('base'), commitOf('the moved base')];
const now = new Date('2026-11-28T12:00:00Z');

/** Of the two bases one comes before the other. */
const facts = {
  now,
  isBefore: (commit: string, of: string) => Promise.resolve(commit === of || (commit === base && of === moved)),
};

interface Made {
  readonly head: string;
  readonly base?: string;
  readonly at?: string;
}

const previewOf = ({ head, base: from = base, at = '12:00:00' }: Made): PreviewPost => ({
  stamp: { head, base: from, into: 'main', at: new Date(`2026-11-28T${at}Z`) },
  ...{ marker, status, body: `${marker}\n\n${head} onto ${from}` },
});

/** As `preview --post` does it: a head that has moved while it was at it is previewed, too. */
const post = async (sourceControl: SourceControl, made: Made): Promise<void> => {
  const { overtaken } = await postPreview(sourceControl, 7, previewOf(made), facts);
  if (overtaken) await post(sourceControl, { ...made, head: overtaken.head.commit });
};

/** A pull request with the comment of its former head, and two jobs that may write to it. */
const previewed = async (name: HostName) => {
  const opened = await openHost(name);
  const { host } = opened;
  const pullRequest = keptPullRequest({ number: 7, headCommit: former });
  host.pullRequests.push(pullRequest);
  for (const token of ['early', 'late']) host.users.set(token, { login: 'deployer', isBot: false });
  return {
    ...{ opened, host, pullRequest },
    early: await opened.open({ token: 'early' }),
    late: await opened.open({ token: 'late' }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
};

const isOf = (token: string, authorization: string | undefined): boolean => authorization?.endsWith(token) === true;

/** Before each request of the early run in its turn something else happens, from its first question to its last. */
const betweenAny = async (
  name: HostName,
  begin: (run: Awaited<ReturnType<typeof previewed>>) => Promise<void>,
  happens: (run: Awaited<ReturnType<typeof previewed>>) => Promise<void>,
  look: (run: Awaited<ReturnType<typeof previewed>>, number: number) => void,
): Promise<number> => {
  for (let number = 1; ; number += 1) {
    await using run = await previewed(name);
    await begin(run);
    let asked = 0;
    run.host.instead = async ({ headers }) => {
      if (!isOf('early', headers.authorization)) return undefined;
      asked += 1;
      if (asked === number) await happens(run);
      return undefined;
    };
    await post(run.early, { head: former });
    // It was done before.
    if (asked < number) return number - 1;
    look(run, number);
  }
};

const only = ({ host }: OpenedHost): string | undefined => {
  expect(host.comments).toHaveLength(1);
  return host.comments[0]?.body.split('\n').at(-1);
};

describe.each(hostNames)('two previews at once at %s', (name) => {
  test.each([false, true])(
    'whatever an older run is doing when the head moves, the preview of the newest head stays (there was one: %s)',
    async (isThere) => {
      const moments = await betweenAny(
        name,
        (run) => (isThere ? post(run.late, { head: former, at: '11:00:00' }) : Promise.resolve()),
        (run) => {
          run.pullRequest.headCommit = pushed;
          return post(run.late, { head: pushed });
        },
        (run, number) => expect(only(run.opened), `before request ${number}`).toBe(`${pushed} onto ${base}`),
      );
      expect(moments).toBeGreaterThan(6);
    },
    60_000,
  );

  test('in whatever order their questions come, one comment stands, of the newest head', async () => {
    for (let pattern = 0; pattern < 32; pattern += 1) {
      await using run = await previewed(name);
      const order = Array.from({ length: 5 }, (_, bit) => ((pattern >> bit) & 1 ? 'early' : 'late'));
      await inTurns(run.host, [...order, 'early', 'late'], {
        early: () => post(run.early, { head: former }),
        late: async () => {
          run.pullRequest.headCommit = pushed;
          await post(run.late, { head: pushed });
        },
      });
      expect(only(run.opened), order.join(' ')).toBe(`${pushed} onto ${base}`);
    }
  }, 60_000);

  test('of one head the preview onto the later base stays, and so does its status', async () => {
    await using run = await previewed(name);
    await post(run.late, { head: former, base: moved, at: '11:59:00' });
    await run.early.setStatus(former, { ...status, description: 'of the later base', url: undefined });
    const statuses = run.host.statuses.length;
    const late = await postPreview(run.early, 7, previewOf({ head: former, at: '12:00:00' }), facts);
    expect(late).toMatchObject({ comment: { action: 'left' }, status: 'left', overtaken: null });
    expect(only(run.opened)).toBe(`${former} onto ${moved}`);
    expect(run.host.statuses).toHaveLength(statuses);
  });

  test('of one head and one base the one that was begun later stays', async () => {
    await using run = await previewed(name);
    await post(run.late, { head: former, at: '12:00:30' });
    const body = run.host.comments[0]?.body;
    await post(run.early, { head: former, at: '12:00:00' });
    expect(run.host.comments[0]?.body).toBe(body);
    await post(run.early, { head: former, at: '12:01:00' });
    expect(run.host.comments[0]?.body).toContain('at=2026-11-28T12:01:00.000Z');
  });

  test('a base that moves between two questions is not lost, unless it was right before the writing', async () => {
    const lost: string[] = [];
    await betweenAny(
      name,
      (run) => post(run.late, { head: former, at: '11:00:00' }),
      (run) => post(run.late, { head: former, base: moved, at: '11:59:30' }),
      (run, number) => {
        if (only(run.opened) === `${former} onto ${moved}`) return;
        const asked = run.host.requests.filter(({ headers }) => isOf('early', headers.authorization));
        const { method, path } = asked[number - 1] ?? {};
        lost.push(`${method} ${path?.replace(/\d+$/, 'N')}`);
      },
    );
    // No host can be told to write only where nobody has written since, and none says of a base that it has moved.
    expect(lost).toEqual(['PATCH /repos/acme/workflows/issues/comments/N']);
  }, 60_000);

  test('a preview onto an earlier base that is written last is written over, while the later one is still at it', async () => {
    await using run = await previewed(name);
    await post(run.late, { head: former, at: '11:00:00' });
    const times = (count: number, token: string): readonly string[] => Array.from({ length: count }, () => token);
    // Both have looked at the comment; the later one writes and looks again, and then the earlier one writes.
    const order = [...times(3, 'early'), ...times(5, 'late'), 'early', ...times(20, 'late'), ...times(20, 'early')];
    const from = run.host.requests.length;
    await inTurns(run.host, order, {
      early: async () => post(await run.opened.open({ token: 'early' }), { head: former }),
      late: async () => post(await run.opened.open({ token: 'late' }), { head: former, base: moved }),
    });
    expect(only(run.opened)).toBe(`${former} onto ${moved}`);
    const writers = run.host.requests
      .slice(from)
      .flatMap(({ method, headers }) =>
        method === 'PATCH' ? [isOf('late', headers.authorization) ? 'late' : 'early'] : [],
      );
    expect(writers.toSorted()).toEqual(['early', 'late', 'late']);
  });

  test('a stamp of times to come, and none at all, keep nobody from writing', async () => {
    for (const at of ['13:00:00', undefined]) {
      await using run = await previewed(name);
      const { body, stamp } = previewOf({ head: former, ...(at !== undefined && { at }) });
      if (at === undefined) await run.late.putComment(7, { marker, body: `${marker}\nby an older m3forge` });
      else await postPreview(run.late, 7, { marker, body, stamp, status }, { ...facts, now: stamp.at });
      await post(run.early, { head: former });
      expect(run.host.comments[0]?.body).toContain('at=2026-11-28T12:00:00.000Z');
      expect(only(run.opened)).toBe(`${former} onto ${base}`);
    }
  });
});
