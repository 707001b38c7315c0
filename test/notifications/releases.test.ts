import { beforeEach, describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../engine/diagnostics/index.ts';
import {
  addHold,
  apply,
  deliverNotifications,
  deprecateVersion,
  liftHold,
  listNotifications,
  status,
} from '../../engine/operations/index.ts';
import { holdInside } from '../support/held-release.ts';
import { type Arrangement, codesOf, createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import { type Receiver, silentPort, startReceiver } from '../support/receiver.ts';
import { create, identify } from '../support/versions.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };
const secret = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;

/** Smoke tests pass for v1.0.0 alone. */
const failing = 'smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION = v1.0.0" }]';

const target = (name: string, url: string, more = ''): string =>
  `  ${name}: { environment: ${name}, version: latest${more && `, ${more}`}, notifications: [{ provider: webhook, url: "${url}", secret: "\${env.WEBHOOK_SECRET}" }] }`;

/** v1.0.0 can be released; whoever is told is at `url`. */
const createEstate = async (arrangement: Arrangement, url: string, more = ''): Promise<TestProject> => {
  const project = await createProject(arrangement, {
    environments: ['staging'],
    system: { env: (name) => (name === 'WEBHOOK_SECRET' ? secret : process.env[name]) },
  });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(target('staging', url, more));
  return project;
};

/** The database of a test is named with its password. */
const saidOfNews = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ code }) => code !== 'config-literal-password');

/** What applies, with the codes of what is said and of what went wrong. */
const applied = async ({ context }: TestProject, version?: string) => {
  const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };
  const outcome = await apply(context, { ...manner, targets: ['staging'], version });
  const [section] = outcome.ok ? outcome.value.sections : [];
  return {
    outcome: section?.outcome,
    warnings: codesOf(saidOfNews(outcome.diagnostics)),
    problems: codesOf(outcome.ok ? outcome.value.problems : outcome.diagnostics),
    said: saidOfNews(outcome.diagnostics).map(({ detail }) => detail),
  };
};

const typesIn = ({ received }: Receiver): readonly string[] => received.map(({ body }) => JSON.parse(body).type);

const waiting = async ({ context }: TestProject) =>
  valueIn(await listNotifications(context, { targets: [], delivered: false, ...noWait }));

describe.each(forRules)('what happens is told (%s)', (arrangement) => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    return () => receiver[Symbol.asyncDispose]();
  });

  test('of releases that end well and ill, of rollbacks, holds and versions, once each and in order', async () => {
    const project = await createEstate(arrangement, receiver.url, failing);
    expect(await applied(project)).toMatchObject({ outcome: 'succeeded', warnings: [], problems: [] });
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
    expect(await applied(project, 'v1.1.0')).toMatchObject({ outcome: 'failed', warnings: [] });
    const request = { targets: ['staging'], reason: 'wait', until: null, ...noWait };
    const [hold] = valueIn(await addHold(project.context, request));
    if (hold?.kind !== 'hold') throw new Error('nothing was held');
    valueIn(await liftHold(project.context, { lift: { hold: hold.id }, reason: 'go on', ...noWait }));
    valueIn(await deprecateVersion(project.context, { version: 'v1.1.0', reason: 'it fails', ...noWait }));
    expect(typesIn(receiver)).toEqual([
      ...['release.started', 'release.succeeded', 'release.started', 'release.rolled_back'],
      ...['hold.added', 'hold.lifted', 'version.deprecated'],
    ]);
    expect(await waiting(project)).toEqual([]);
    const [, , , wentBack] = receiver.received.map(({ body }) => JSON.parse(body).data);
    expect(wentBack).toMatchObject({
      ...{ project: 'test', target: 'staging', version: 'v1.1.0', from: 'v1.0.0', active: 'v1.0.0', by: 'tester' },
      failure: { step: 'verify', code: 'smoke-test-failed' },
    });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('to somebody who is gone, later: the release has ended well, and a warning says so', async () => {
    const url = `http://127.0.0.1:${await silentPort()}/`;
    const project = await createEstate(arrangement, url);
    const ended = await applied(project);
    expect(ended).toMatchObject({
      ...{ outcome: 'succeeded', problems: [], warnings: ['notification-undelivered'] },
      said: [expect.stringContaining('"release.started" of staging did not get through to webhook')],
    });
    expect(ended.said[0]).toContain('ECONNREFUSED');
    expect(await waiting(project)).toMatchObject([
      { type: 'release.succeeded', state: 'waiting', attempts: 0 },
      { type: 'release.started', state: 'waiting', attempts: 2, problem: expect.stringContaining('ECONNREFUSED') },
    ]);
  });
});

test('that a release has begun is told while it is under way', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  const heard = Promise.withResolvers<void>();
  receiver.answer = (response) => {
    response.writeHead(200).end();
    heard.resolve();
  };
  const inside = await holdInside(project.context, (context) => {
    const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };
    return apply(context, { ...manner, targets: ['staging'] });
  });
  await heard.promise;
  expect(typesIn(receiver)).toEqual(['release.started']);
  inside.goOn();
  expect(saidOfNews((await inside.running).diagnostics)).toEqual([]);
  expect(typesIn(receiver)).toEqual(['release.started', 'release.succeeded']);
});

test('what somebody was not told he is told by the next command that writes', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  receiver.answer = (response) => void response.writeHead(403).end();
  await addHold(project.context, { targets: [], reason: 'wait', until: null, ...noWait });
  expect(await waiting(project)).toMatchObject([{ type: 'hold.added' }]);
  receiver.answer = (response) => void response.writeHead(200).end();
  receiver.received.length = 0;
  valueIn(await deprecateVersion(project.context, { version: 'v1.0.0', reason: 'r', ...noWait }));
  expect(typesIn(receiver)).toEqual(['hold.added', 'version.deprecated']);
});

test('a release does not wait for somebody who does not answer: it has ended and given its place back before', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  const seen: unknown[] = [];
  receiver.answer = async (response) => {
    if (receiver.received.length > 1) {
      const [place] = await project.sql<object>('staging', 'select lease_id from m3forge.place');
      const releases = await project.sql<object>('staging', 'select state from m3forge.release');
      seen.push(place, ...releases);
    }
    response.writeHead(200).end();
  };
  expect(await applied(project)).toMatchObject({ outcome: 'succeeded', warnings: [] });
  expect(seen).toEqual([{ lease_id: null }, { state: 'succeeded' }]);
});

test('a release that its gates stop is told as one that failed', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  project.repository.commit({ 'workflows/a.json': '{"nodes": []}' }, 'v1.1.0');
  expect((await applied(project, 'v1.1.0')).outcome).toBe('refused');
  expect(typesIn(receiver)).toEqual(['release.failed']);
  expect(JSON.parse(receiver.received[0]?.body ?? '').data).toMatchObject({ failure: { step: 'gates' }, active: null });
});

test('a version that is made is told of, and a dry run tells nobody anything', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  identify(project.repository);
  project.repository.commit({ 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') });
  valueIn(await create(project, { dryRun: true }));
  expect(receiver.received).toEqual([]);
  valueIn(await create(project));
  expect(typesIn(receiver)).toEqual(['version.created']);
  expect(JSON.parse(receiver.received[0]?.body ?? '').data).toMatchObject({
    version: 'v1.1.0',
    base: 'v1.0.0',
    bump: 'minor',
  });
});

test('what is told is redacted before it is kept', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  await addHold(project.context, { targets: [], reason: `because of ${secret}`, until: null, ...noWait });
  const rows = await project.sql<{ row: string }>('staging', 'select o::text as row from m3forge.outbox o');
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(JSON.stringify(rows)).toContain('because of ***');
});

test('a configuration that names somebody is recorded with what it names, and no secret', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  await applied(project);
  const [row] = await project.sql<{ body: { readonly notifications: unknown } }>(
    'staging',
    `select body from m3forge.declared where address = 'target.staging'`,
  );
  expect(row?.body.notifications).toEqual([
    { provider: 'webhook', events: null, url: receiver.url, secret: `\${env.WEBHOOK_SECRET}` },
  ]);
  // Who is told decides nothing about what is released.
  const before = (await project.plan(['staging'], 'v1.0.0')).sections[0];
  project.configure(target('staging', `${receiver.url}/elsewhere`));
  const after = (await project.plan(['staging'], 'v1.0.0')).sections[0];
  expect(before?.configuration_changes).toEqual([]);
  expect(after?.configuration_changes).toMatchObject([{ address: 'target.staging', loosens: [] }]);
  expect(valueIn(await status(project.context, { targets: [], ...noWait }))).toMatchObject([{ version: 'v1.0.0' }]);
});

test('what nobody could be told is sent when it is asked for, and given up after days', async () => {
  await using receiver = await startReceiver();
  const project = await createEstate('schemas', receiver.url);
  receiver.answer = (response) => void response.writeHead(403).end();
  await addHold(project.context, { targets: [], reason: 'wait', until: null, ...noWait });
  const deliver = async (givenUp = false) =>
    valueIn(await deliverNotifications(project.context, { targets: [], givenUp, ...noWait }));
  await project.script('staging', `update m3forge.outbox set at = at - interval '4 days'`);
  expect(await deliver()).toMatchObject([{ outcome: 'given up' }]);
  expect(await deliver()).toEqual([]);
  expect(await waiting(project)).toMatchObject([{ state: 'given up', next_attempt: null }]);
  receiver.answer = (response) => void response.writeHead(200).end();
  expect(await deliver(true)).toMatchObject([{ outcome: 'delivered' }]);
  expect(await waiting(project)).toEqual([]);
});
