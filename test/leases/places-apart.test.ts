import { expect, test } from 'vitest';
import { apply, listLocks } from '../../engine/operations/index.ts';
import { holdInside } from '../support/held-release.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

/** An apply of one target that holds its place until the test lets it go on. */
const holding = (project: TestProject, target: string) =>
  holdInside(project.context, (context) => start(project, target, 0, context));

const start = (project: TestProject, target: string, lockTimeoutMs: number, context = project.context) =>
  apply(context, {
    ...{ targets: [target], reason: null, lockTimeoutMs },
    confirm: () => Promise.resolve(true),
    report: () => undefined,
  });

test('a release to one environment is in no other’s way', async () => {
  const project = await createProject('schemas', { environments: ['development', 'production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const first = await holding(project, 'development');
  expect((await project.apply(['production'])).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  first.goOn();
  expect(valueIn(await first.running).sections).toMatchObject([{ outcome: 'succeeded' }]);
});

test('two targets of one place wait for one another', async () => {
  const project = await createProject('schemas', { environments: ['production'] });
  project.configure(
    '  production: { environment: production, version: v1.0.0 }\n  hotfix: { environment: production, version: v1.0.1 }',
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['read', 'fixed']) }, 'v1.0.1');
  const first = await holding(project, 'production');
  const refused = await start(project, 'hotfix', 0);
  expect(refused.ok ? refused.value.problems : refused.diagnostics).toMatchObject([{ code: 'place-leased' }]);
  const waiting = start(project, 'hotfix', 60_000);
  await expect
    .poll(async () => valueIn(await listLocks(project.context, { lockTimeoutMs: 0 })))
    .toMatchObject([{ holder: 'tester', condition: 'fresh', waiting: 1 }]);
  first.goOn();
  expect(valueIn(await first.running).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(valueIn(await waiting).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.1' }]);
});
