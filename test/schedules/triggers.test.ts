import { beforeAll, describe, expect, test } from 'vitest';
import { listNotifications, simulate } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { add, createTagged } from '../support/change-sets.ts';
import { type Arrangement, createProject, type TestProject, valueIn } from '../support/project.ts';
import { files } from '../support/versions.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, occurrencesOf, scheduled, work } from './scheduled.ts';

const triggered = (triggers = '{ version_pattern: "v1.*" }'): string =>
  `  production: { environment: production, version: latest, triggers: ${triggers} }`;

describe.each<Arrangement>(['embedded', 'schemas'])('a target with triggers (%s)', (arrangement) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createProject(arrangement, { environments: ['production'] });
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    project.configure(triggered());
    await project.apply();
  });

  test('is released to once where a version is new and higher', async () => {
    expect((await work(project)).works).toEqual([]);
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
    expect((await work(project)).works).toMatchObject([
      { cause: 'v1.1.0: a new tag', outcome: 'succeeded', version: 'v1.1.0' },
    ]);
    expect((await work(project)).works).toEqual([]);
    const trail = await auditOf(project, { actor: 'deploy-bot' });
    expect(trail[0]).toMatchObject({ event: 'version.begun', detail: { target: 'production', key: 'v1.1.0' } });
    expect(trail.at(-1)).toMatchObject({ event: 'version.settled', detail: { outcome: 'released' } });
  });

  test('stays where it is when somebody went back', async () => {
    await project.rollback('production');
    expect((await work(project)).works).toEqual([]);
  });

  test('is not released to where the tag is no match', async () => {
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v2.0.0');
    expect((await work(project)).works).toEqual([]);
    expect(await occurrencesOf(project)).toHaveLength(1);
  });
});

test('a version that is not on the branch starts nothing, and one that cannot be released gives way to the next', async () => {
  const project = await createProject('schemas', { environments: ['production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(triggered('{ branch: main }'));
  await project.apply();
  const { git } = project.repository;
  const aside = git(['commit-tree', 'main^{tree}', '-p', 'main', '-m', 'aside']);
  git(['tag', 'v1.1.0', aside]);
  expect((await work(project)).works).toEqual([]);
  project.repository.commit({ 'workflows/a.json': '{ "nodes": "none" }' }, 'v1.2.0');
  expect((await work(project)).codes).not.toEqual([]);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['mended']) }, 'v1.3.0');
  expect((await work(project)).works.at(-1)).toMatchObject({ outcome: 'succeeded', version: 'v1.3.0' });
});

test('planned times are announced once, and simulating tells both', async () => {
  const told = ', notifications: [{ provider: webhook, url: "http://127.0.0.1:9/", secret: "${env.HOOK}" }]';
  const project = await createEstate('schemas', scheduled(told, ', announce_before: 23h'));
  await work(project);
  await work(project);
  const messages = valueIn(
    await listNotifications(project.context, { targets: [], delivered: false, lockTimeoutMs: 0 }),
  );
  expect(messages.map(({ type }) => type)).toEqual(['publish.planned']);
  expect(await auditOf(project, { action: 'schedule.announced' })).toMatchObject([
    { subject: 'production', detail: { version: 'latest' } },
  ]);
  const at = new Date(Date.now() + 30 * 3_600_000);
  const { events, targets } = valueIn(await simulate(project.context, { targets: [], lockTimeoutMs: 0, at }));
  expect(events.map(({ event }) => event)).toEqual(['publish_begins', 'publish_announced']);
  expect(targets).toMatchObject([{ may_begin: false, publishes_at: expect.stringMatching(/:00:00\.000Z$/) }]);
});

test('a version of a change set goes where its rule says, and waits there for approvals', async () => {
  const project = await createTagged();
  const rules =
    'auto_changeset_rules: [{ label: hotfix, changeset_name: Hotfix, auto_version: true, auto_deploy_to: [development] }]';
  const target = (more: string): string => `  development: { environment: development, version: latest${more} }`;
  project.configure(target(''));
  await project.apply();
  project.configure(target(', type: manual_approval'), { top: rules });
  const { repository } = project;
  repository.commit(
    { ...files('b'), 'workflows/a.json': workflowFile('a', ['read', 'mended']) },
    undefined,
    'Mend it (#31)',
  );
  valueIn(await add(project, { pullRequests: [31], labels: ['hotfix'] }));
  expect((await work(project)).works).toMatchObject([
    { target: 'development', cause: 'v1.0.1: change set "Hotfix"', outcome: 'waiting', version: 'v1.0.1' },
  ]);
});
