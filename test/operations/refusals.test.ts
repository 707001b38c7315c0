import { expect, test } from 'vitest';
import { apply, createBackup, liftHold, restoreBackup, showRelease, validate } from '../../engine/operations/index.ts';
import { codesOf, createProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const manner = { reason: null, lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined };

test('what somebody declines is not done', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const outcome = await apply(project.context, { ...manner, targets: [], confirm: () => Promise.resolve(false) });
  expect(codesOf(outcome.diagnostics)).toEqual(['apply-declined']);
  expect((await project.plan()).sections).toMatchObject([{ place_id: 'new' }]);
});

test('a release is named by its id or by enough of it', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const [section] = (await project.apply()).sections;
  const show = (id: string) => showRelease(project.context, { id, lockTimeoutMs: 0 });
  expect(valueIn(await show(section?.releaseId?.slice(0, 8) ?? ''))).toMatchObject({ release: { version: 'v1.0.0' } });
  expect(codesOf((await show('ffff-nothing')).diagnostics)).toEqual(['release-unknown']);
  expect(codesOf((await show("' or 1=1 --")).diagnostics)).toEqual(['release-unknown']);
  await project.sql(
    'development',
    `insert into m3forge.release (id, target, environment, place_id, kind, state, version, from_seq, plan_id, plan_digest, section, on_failure, requested_by)
     select ('abcd0000-0000-4000-8000-00000000000' || g.i)::uuid, target, environment, place_id, kind, 'cancelled', version, 0, plan_id, plan_digest, section, on_failure, requested_by
     from m3forge.release, generate_series(1, 2) as g (i)`,
  );
  expect(codesOf((await show('abcd0000')).diagnostics)).toEqual(['release-ambiguous']);
});

test('there must be a hold to be lifted', async () => {
  const project = await createProject('schemas');
  const outcome = await liftHold(project.context, {
    lift: { target: 'development', version: 'v1.0.0' },
    reason: 'x',
    lockTimeoutMs: 0,
  });
  expect(codesOf(outcome.diagnostics)).toEqual(['hold-unknown']);
});

test('a backup of a body that had been changed by hand is not complete, and is not restored', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply();
  await project.sql('development', `update :place.artifact set body = '{}'`);
  const { backup } = valueIn(await createBackup(project.context, { target: 'development', lockTimeoutMs: 0 }));
  const outcome = await restoreBackup(project.context, { ...manner, id: backup?.id ?? '', target: 'development' });
  expect(codesOf(outcome.diagnostics)).toEqual(['backup-incomplete']);
  expect((await project.apply()).problems).toEqual([]);
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
});

test('validation finds the files, the collisions, and that there is nothing at all', async () => {
  const project = await createProject('embedded');
  const { writeFileSync, mkdirSync } = await import('node:fs');
  writeFileSync(
    `${project.directory}/m3forge.yaml`,
    'version: 1\nproject: test\nenvironments: { development: { type: development } }\ntargets: { development: { environment: development, version: latest } }\n',
  );
  expect(codesOf(valueIn(await validate(project.context, {})).diagnostics)).toEqual(['source-no-artifacts']);
  mkdirSync(`${project.directory}/workflows`);
  writeFileSync(`${project.directory}/workflows/one.json`, workflowFile('same'));
  writeFileSync(`${project.directory}/workflows/two.json`, workflowFile('Same'));
  writeFileSync(`${project.directory}/workflows/three.json`, '{ "nodes": [');
  const found = valueIn(await validate(project.context, {}));
  expect(codesOf(found.diagnostics)).toEqual(['json-syntax', 'artifact-name-taken']);
});

test('a place of a newer program is left alone', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply();
  await project.sql('development', `insert into :place.m3forge_migration (id, name) values (99, 'future')`);
  await expect(project.plan()).rejects.toThrow('database-schema-newer');
});

test('relations of others are never replaced', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.script(
    'development',
    `create schema :place; create table :place.artifact (mine text); insert into :place.artifact values ('kept')`,
  );
  await expect(project.apply()).resolves.toMatchObject({ problems: [{ code: 'database-relation-exists' }] });
  expect(await project.sql('development', 'select mine from :place.artifact')).toEqual([{ mine: 'kept' }]);
  // Nor is anything left behind that stands in the way once they have been moved.
  await project.script('development', 'drop table :place.artifact');
  expect((await project.apply()).problems).toEqual([]);
});
