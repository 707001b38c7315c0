import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apply } from '../../engine/operations/index.ts';
import { askFor, peopleOf, releasesOf } from '../apply/approved.ts';
import { type Arrangement, createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { workflowFile } from '../support/workflows.ts';

const secret = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;
const env = (name: string): string | undefined => (name === 'WEBHOOK_SECRET' ? secret : process.env[name]);

/** Two people must agree within two hours, and somebody is told of these events. */
const estate = async (arrangement: Arrangement, { url }: Receiver, events = ''): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['production'], system: { env } });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const sink = `{ provider: webhook, url: "${url}", secret: "\${env.WEBHOOK_SECRET}"${events} }`;
  project.configure(
    `  production: { environment: production, version: latest, approvals: { min_approvals: 2, timeout_hours: 2 }, notifications: [${sink}] }`,
  );
  return project;
};

/** The same with its target and its title. */
const told = ({ received }: Receiver): readonly (readonly (string | null)[])[] =>
  received.splice(0).map(({ body }) => {
    const { type, data } = JSON.parse(body) as {
      readonly type: string;
      readonly data: { readonly target: string | null; readonly title: string };
    };
    return [type, data.target, data.title];
  });

/** What was told since it was asked last. */
const news = ({ received }: Receiver): readonly string[] =>
  received.splice(0).map(({ body }) => (JSON.parse(body) as { readonly type: string }).type);

describe.each(forRules)('what becomes of a release that waits is told (%s)', (arrangement) => {
  test('by the command that does it, each thing once', async () => {
    await using receiver = await startReceiver();
    const project = await estate(arrangement, receiver);
    const people = peopleOf(project);
    const id = await askFor(project);
    expect(news(receiver)).toEqual(['release.approval_requested']);
    await people.approve('alice', id);
    expect(news(receiver)).toEqual(['release.approved']);
    await people.reject('bob', id);
    expect(news(receiver)).toEqual(['release.rejected']);

    await people.cancel('tester', await askFor(project));
    expect(news(receiver)).toEqual(['release.approval_requested', 'release.cancelled']);

    const overtaken = await askFor(project);
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
    const late = await askFor(project);
    expect(late).not.toBe(overtaken);
    expect(news(receiver).toSorted()).toEqual([
      ...['release.approval_requested', 'release.approval_requested', 'release.superseded'],
    ]);
    await project.script('production', `update m3forge.release set due_at = now() where id = '${late}'`);
    await people.resume('tester', late);
    expect(news(receiver)).toEqual(['release.expired']);

    const last = await askFor(project);
    for (const who of ['alice', 'bob']) await people.approve(who, last);
    await people.resume('carol', last);
    expect(news(receiver)).toEqual([
      ...['release.approval_requested', 'release.approved', 'release.approved'],
      ...['release.started', 'release.succeeded'],
    ]);
    expect((await project.plan()).sections[0]?.changes).toEqual([]);
  });
});

test('to whoever wants to know of that and of nothing else', async () => {
  await using receiver = await startReceiver();
  const project = await estate('schemas', receiver, ', events: [approval_requested, cancelled]');
  const people = peopleOf(project);
  const id = await askFor(project);
  await people.approve('alice', id);
  await people.cancel('tester', id);
  expect(news(receiver)).toEqual(['release.approval_requested', 'release.cancelled']);
});

describe.each(forRules)('a change of the configuration that waits (%s)', (arrangement) => {
  const rules = 'approvals: { min_approvals: 1, allowed_approvers: [alice] }';

  test('is told, of one target to those of it, of several to all', async () => {
    await using receiver = await startReceiver();
    const project = await createProject(arrangement, { environments: ['staging', 'production'], system: { env } });
    const people = peopleOf(project);
    const sink = `notifications: [{ provider: webhook, url: "${receiver.url}", secret: "\${env.WEBHOOK_SECRET}" }]`;
    const targetsWith = (more: string) =>
      `  production: { environment: production, version: latest, ${more}, ${sink} }\n  staging: { environment: staging, version: latest }`;
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    project.configure(targetsWith(rules));
    await project.apply(['staging']);
    const first = await askFor(project);
    await people.approve('alice', first);
    await people.resume('bob', first);
    receiver.received.splice(0);

    project.configure(targetsWith(`${rules}, deployment: { max_deletes: 100 }`));
    await project.apply(['production']);
    const [own] = await releasesOf(project);
    await people.reject('alice', own?.id ?? '', 'too many');
    expect(told(receiver)).toEqual([
      [
        'configuration.approval_requested',
        'production',
        'production: The change of its configuration waits for 1 approval',
      ],
      ['configuration.rejected', 'production', 'production: The change of its configuration was rejected by alice'],
    ]);

    project.configure(targetsWith(rules), { top: 'backups: { retention: { keep_last: 5 } }' });
    await project.apply(['staging', 'production']);
    const [shared] = await releasesOf(project);
    await people.approve('alice', shared?.id ?? '');
    expect(told(receiver)).toEqual([
      [
        'configuration.approval_requested',
        null,
        'The change of the configuration that several targets share waits for 1 approval',
      ],
      [
        'configuration.approved',
        null,
        'The change of the configuration that several targets share was approved by alice',
      ],
    ]);
  });
});

test('that a release failed names who asked for it and why, whoever went on with it', async () => {
  await using receiver = await startReceiver();
  const project = await estate('schemas', receiver);
  const people = peopleOf(project);
  const rules = '{ min_approvals: 1 }';
  const sink = `[{ provider: webhook, url: "${receiver.url}", secret: "\${env.WEBHOOK_SECRET}", events: [failed] }]`;
  project.configure(
    `  production: { environment: production, version: latest, approvals: ${rules}, notifications: ${sink}, gates: { tests: { unit_tests: { run: "cat said" } } } }`,
  );
  writeFileSync(join(project.directory, 'said'), 'ok 1 - adds\n1..1\n');
  const manner = { targets: [], reason: 'totals are wrong', report: () => undefined, lockTimeoutMs: 0 };
  valueIn(await apply(project.context, { ...manner, confirm: () => Promise.resolve(true) }));
  const [release] = await releasesOf(project);
  await people.approve('alice', release?.id ?? '');
  writeFileSync(join(project.directory, 'said'), 'not ok 1 - adds\n1..1\n');
  await people.resume('bob', release?.id ?? '');
  const data = receiver.received.map(({ body }) => (JSON.parse(body) as { readonly data: object }).data);
  expect(data).toMatchObject([{ release: release?.id, by: 'tester', reason: 'totals are wrong' }]);
});
