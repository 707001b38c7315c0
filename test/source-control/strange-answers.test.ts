import { describe, expect, test } from 'vitest';
import { builtIn } from '../../engine/built-in.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import {
  createProviderHost,
  type DeploymentOrder,
  type Notice,
  type SourceControl,
} from '../../engine/provider/index.ts';
import { refusalOf } from '../http/loopback.ts';
import {
  canary,
  type HostName,
  hostNames,
  type OpenedHost,
  openHost,
  patientSystem,
} from '../support/opened-source-control.ts';
import { commitOf, type HostAnswer, keptPullRequest } from '../support/source-control-host.ts';

const head = commitOf('head 7');
const page = '<html><body>Sign in to reach this address</body></html>';
const json = { 'content-type': 'application/json; charset=utf-8' };

/** What stands in the place of a host may say with the status of a success. */
const strange: readonly (readonly [string, HostAnswer])[] = [
  ['the page where one signs in', { status: 200, body: page }],
  ['that page, created', { status: 201, body: page }],
  ['that page as JSON', { status: 200, body: page, headers: json }],
  ['half a text of JSON', { status: 200, body: '[{"number": 7, "ti', headers: json }],
  ['JSON as something else', { status: 200, body: '[]', headers: { 'content-type': 'text/plain' } }],
  ['nothing', { status: 200 }],
  ['an object of another kind', { status: 200, body: { message: 'Sign in to reach this address' } }],
  ['a count without a list', { status: 200, body: { total_count: 1 } }],
  ['a count with something else', { status: 200, body: { total_count: 1, message: 'Sign in' } }],
  ['a text', { status: 200, body: '"Sign in to reach this address"', headers: json }],
  ['a number', { status: 200, body: 7 }],
  ['a list of nothing', { status: 200, body: [null] }],
  ['a list of texts', { status: 200, body: ['Sign in'] }],
];

const status = { name: 'm3forge/plan', state: 'success', description: '1 to add', url: undefined } as const;
const release: DeploymentOrder = {
  ...{ environment: 'production', commit: head, version: 'v1.2.0', description: 'v1.2.0 to production' },
  ...{ release: '0b7e', isProduction: true },
  state: 'success',
};
const comment = { marker: '<!-- m -->', body: '<!-- m -->\ntext' };

type Question = (sourceControl: SourceControl) => Promise<unknown>;

const questions: Readonly<Record<string, Question>> = {
  setStatus: (one) => one.setStatus(head, status),
  pullRequest: (one) => one.pullRequest(7),
  pullRequests: (one) => one.pullRequests({ state: 'all', limit: 10 }),
  changedFiles: (one) => one.changedFiles(7),
  checks: (one) => one.checks(head),
  putComment: (one) => one.putComment(7, comment),
  merge: (one) => one.merge(7, { head, method: 'merge' }),
};

const deployment: Question = (one) => one.deployment?.(release) ?? Promise.reject(new Error('keeps no deployments'));

interface Scene {
  readonly what: string;
  readonly ask: Question;
  /** What is there already. */
  readonly before?: (opened: OpenedHost) => unknown;
}

/** Where a question comes to several requests, which depend on what is there already. */
const scenes: readonly Scene[] = [
  ...Object.entries(questions).map(([what, ask]) => ({ what, ask })),
  {
    what: 'putComment where another one is to be edited',
    ask: (one) => one.putComment(7, comment),
    before: ({ host }) => {
      host.writers.add('alice');
      host.comments.push({ id: 1, pullRequest: 7, login: 'alice', isBot: false, body: '<!-- m -->\nbefore' });
    },
  },
];

const scenesOfGitHub: readonly Scene[] = [
  { what: 'deployment', ask: deployment },
  {
    what: 'deployment that is known',
    ask: deployment,
    before: ({ sourceControl }) => sourceControl.deployment?.({ ...release, state: 'in_progress' }),
  },
];

/** Asks a host of which one request, the first being 1, is answered by somebody else. */
const asked = async (name: HostName, { ask, before }: Scene, strangeAt: number, answer?: HostAnswer) => {
  await using opened = await openHost(name);
  const { host, sourceControl } = opened;
  host.pullRequests.push(keptPullRequest({ number: 7, headCommit: head }));
  await before?.(opened);
  let requests = 0;
  host.instead = () => {
    requests += 1;
    return requests === strangeAt ? answer : undefined;
  };
  const outcome = ask(sourceControl);
  await outcome.catch(() => undefined);
  return { requests, outcome };
};

/** Without these nothing can be said of a pull request. */
const neededOf: Readonly<Record<HostName, readonly string[]>> = {
  github: [...['number', 'title', 'state', 'labels', 'base', 'head', 'created_at', 'updated_at', 'html_url']],
  gitea: ['number', 'state', 'base', 'head', 'created_at'],
};

describe.each(hostNames)('%s', (name) => {
  const all = name === 'github' ? { ...questions, deployment } : questions;

  test.each(strange)('that answers with %s has not done what it was asked, whatever that was', async (_, answer) => {
    await using opened = await openHost(name);
    opened.host.instead = () => answer;
    for (const [what, ask] of Object.entries(all)) {
      const { code, text } = await refusalOf(ask(await opened.open()));
      expect(code, what).toBe('source-control-answer');
      expect(text).toContain('`source_control.url`');
      expect(text).not.toContain('Sign in');
    }
    expect(opened.waits).toEqual([]);
  });

  describe.each(name === 'github' ? [...scenes, ...scenesOfGitHub] : scenes)('asked for $what', (scene) => {
    test('that answers one request with something else has not done it, whichever it is', async () => {
      const usual = await asked(name, scene, 0);
      await usual.outcome;
      expect(usual.requests).toBeGreaterThan(0);
      for (let at = 1; at <= usual.requests; at += 1) {
        const { outcome } = await asked(name, scene, at, { status: 200, body: { message: 'Sign in' } });
        expect((await refusalOf(outcome)).code, `request ${at}`).toBe('source-control-answer');
      }
    });

    // An empty list may be the truth, and an order may be answered with nothing.
    test.each<readonly [string, HostAnswer]>([
      ['null', { status: 200, body: null }],
      ['an empty list', { status: 200, body: [] }],
      ['nothing', { status: 200 }],
      ['nothing, on purpose', { status: 204 }],
    ])('that answers one request with %s makes no bug of it', async (_, answer) => {
      const { requests } = await asked(name, scene, 0);
      for (let at = 1; at <= requests; at += 1) {
        const { outcome } = await asked(name, scene, at, answer);
        await outcome.catch((error: unknown) => expect(error, `request ${at}`).toBeInstanceOf(Refusal));
      }
    });
  });

  test.each(neededOf[name])('that says no %s of a pull request has not told of it', async (key) => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    const body = (await (await fetch(`${host.url}/repos/acme/workflows/pulls/7`)).json()) as object;
    expect(body).toHaveProperty(key);
    host.instead = () => ({ status: 200, body: { ...body, [key]: undefined } });
    const { code, text } = await refusalOf(sourceControl.pullRequest(7));
    expect(code).toBe('source-control-answer');
    if (key !== 'labels') expect(text).toContain(`no \`${key}`);
  });

  test('in whose place a proxy wants somebody to sign in is told of as that', async () => {
    await using opened = await openHost(name);
    opened.host.instead = () => ({ status: 200, body: page });
    const { text } = await refusalOf(opened.sourceControl.setStatus(head, status));
    expect(text).toContain('something that is no JSON, such as the sign-in page of a proxy');
    expect(text).toContain(new URL(opened.host.url).host);
    expect(opened.host.requests).toHaveLength(1);
  });

  test.each<readonly [string, HostAnswer]>([
    ['with another status', { status: 200, body: { id: 1, context: status.name, state: status.state } }],
    ['with nothing', { status: 201 }],
    ['with a list', { status: 201, body: [] }],
  ])('that answers %s where a status was to be created has set none', async (_, answer) => {
    await using opened = await openHost(name);
    opened.host.instead = () => answer;
    const { code } = await refusalOf(opened.sourceControl.setStatus(head, status));
    expect(code).toBe('source-control-answer');
  });

  test('of which only a later page is somebody else’s has not told of a shorter list', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pageSize = 1;
    host.pullRequests.push(keptPullRequest({ number: 7 }), keptPullRequest({ number: 8 }));
    host.instead = ({ query }) => (query.get('page') === '2' ? { status: 200, body: page } : undefined);
    const { code } = await refusalOf(sourceControl.pullRequests({ state: 'all', limit: 10 }));
    expect(code).toBe('source-control-answer');
  });

  test('is asked again without what a proxy has said in its place, though that had a tag', async () => {
    await using opened = await openHost(name);
    const { host, sourceControl } = opened;
    host.pullRequests.push(keptPullRequest({ number: 7 }));
    host.instead = () => ({ status: 200, body: page, headers: { etag: '"sign-in"' } });
    expect((await refusalOf(sourceControl.pullRequest(7))).code).toBe('source-control-answer');
    host.instead = () => undefined;
    expect(await sourceControl.pullRequest(7)).toMatchObject({ number: 7 });
    expect(host.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
  });

  test.each(['application/json', 'Application/JSON ;charset=UTF-8', 'application/scim+json'])(
    'that calls its JSON %s is understood',
    async (type) => {
      await using opened = await openHost(name);
      opened.host.instead = () => ({ status: 200, body: [], headers: { 'content-type': type } });
      expect(await opened.sourceControl.changedFiles(7)).toEqual([]);
    },
  );
});

test('null is an empty list to Gitea alone', async () => {
  await using gitea = await openHost('gitea');
  await using github = await openHost('github');
  for (const { host } of [gitea, github]) host.instead = () => ({ status: 200, body: null });
  expect(await gitea.sourceControl.changedFiles(7)).toEqual([]);
  expect((await refusalOf(github.sourceControl.changedFiles(7))).code).toBe('source-control-answer');
  for (const { sourceControl } of [gitea, github]) {
    expect((await refusalOf(sourceControl.pullRequest(7))).code).toBe('source-control-answer');
  }
});

describe('GitHub as a notifier', () => {
  const notice: Notice = {
    ...{ id: '0b7e', at: new Date('2026-11-28T12:00:00Z'), type: 'deployment.success', project: 'acme' },
    ...{ tone: 'success', title: 'v1.2.0 to production', text: undefined, facts: [], commands: [], thread: '0b7e' },
    alert: undefined,
    data: { target: 'production', commit: head, version: 'v1.2.0', state: 'success', release: '0b7e' },
  };

  test.each<readonly [string, HostAnswer, string]>([
    [
      'blames a message that the host does not take',
      { status: 422, body: { message: 'No' } },
      'notifier-message-refused',
    ],
    ['blames no message for what answers in its place', { status: 200, body: page }, 'source-control-answer'],
  ])('%s', async (_, answer, expected) => {
    await using opened = await openHost('github');
    opened.host.instead = () => answer;
    const notifier = await createProviderHost(builtIn).open('github', 'notifier', {
      system: patientSystem().system,
      options: { repository: 'acme/workflows', url: opened.host.url, token: canary },
      redact: (text) => text,
    });
    const order = { notice, timeoutMs: 1000, signal: new AbortController().signal };
    expect((await refusalOf(notifier.send(order))).code).toBe(expected);
  });
});
