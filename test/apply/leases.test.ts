import { expect, test } from 'vitest';
import { apply, importPlace, listLocks } from '../../engine/operations/index.ts';
import { holdInside } from '../support/held-release.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const manner = (lockTimeoutMs: number) => ({
  targets: [],
  reason: null,
  lockTimeoutMs,
  confirm: () => Promise.resolve(true),
  report: () => undefined,
});

/** A project whose release holds its place until the test lets it go on. */
const held = async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  return { project, ...(await holdInside(project.context, (context) => apply(context, manner(0)))) };
};

const second = (project: TestProject, lockTimeoutMs: number) => apply(project.context, manner(lockTimeoutMs));

test('a second release is told who holds the place, and a reader sees the lease', async () => {
  const { project, running, goOn } = await held();
  const refused = await second(project, 0);
  const problems = refused.ok ? refused.value.problems : refused.diagnostics;
  expect(codesOf(problems)).toEqual(['place-leased']);
  expect(problems[0]?.detail).toMatch(/leased by tester \(release v1.0.0 to development, pid \d+ on /);
  expect(valueIn(await listLocks(project.context, { lockTimeoutMs: 0 }))).toMatchObject([
    { holder: 'tester', environment: 'development', operation: 'release v1.0.0 to development' },
  ]);
  // Planning takes no lease, and says what is going on.
  expect(await project.plan()).toMatchObject({
    sections: [{ to: { version: 'v1.0.0' } }],
    diagnostics: [{ code: 'release-under-way' }],
  });
  goOn();
  expect(valueIn(await running).problems).toEqual([]);
  expect(valueIn(await listLocks(project.context, { lockTimeoutMs: 0 }))).toEqual([]);
  expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
});

test('a release that waits for the lease finds its plan stale where the first one moved the place', async () => {
  const { project, running, goOn } = await held();
  const waiting = second(project, 30_000);
  goOn();
  await running;
  const outcome = await waiting;
  const problems = outcome.ok ? outcome.value.problems : outcome.diagnostics;
  // Either it planned after the first had activated, then there was nothing to do, or its plan is stale.
  expect([[], ['plan-stale']]).toContainEqual(codesOf(problems));
  expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
});

test('a place of another state is refused until it is imported', async () => {
  const project = await createProject('databases');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply();
  const other = await createProject('schemas');
  await project.sql('development', `update :place.place set state_lineage = '${project.context.system.ids.uuid()}'`);
  await expect(project.plan()).rejects.toThrow('place-of-another-state');
  await expect(project.apply()).rejects.toThrow('place-of-another-state');

  const request = { target: 'development', lockTimeoutMs: 0, confirm: () => Promise.resolve(true) };
  expect(valueIn(await importPlace(project.context, request))).toMatchObject({ changed: true, version: 'v1.0.0' });
  expect((await project.plan()).sections).toMatchObject([{ changes: [], from: { version: 'v1.0.0' } }]);
  expect(valueIn(await importPlace(project.context, request))).toMatchObject({ changed: false });
  // Where nothing was ever released there is nothing to import.
  expect(codesOf((await importPlace(other.context, request)).diagnostics)).toEqual(['place-missing']);
});

test('a place that was renamed is refused until the state is told where it is now', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply();
  await project.sql('development', 'alter schema development rename to moved');
  project.configure('  development: { environment: development, version: latest, database: { schema: moved } }');
  expect((await project.plan()).sections).toMatchObject([{ from: { version: 'v1.0.0' }, changes: [] }]);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['next']) }, 'v1.1.0');
  expect(codesOf((await project.apply()).problems)).toEqual(['place-moved']);
  const request = { target: 'development', lockTimeoutMs: 0, confirm: () => Promise.resolve(true) };
  expect(valueIn(await importPlace(project.context, request))).toMatchObject({ changed: true });
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.1.0' }]);
  expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
});
