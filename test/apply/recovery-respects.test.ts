import { expect, test } from 'vitest';
import { apply, history, listHolds, recover, rollback } from '../../engine/operations/index.ts';
import type { FailpointName } from '../../engine/system/index.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const flow = (text: string) => ({ 'workflows/a.json': workflowFile('a', [text]) });
const target = (more: string): string => `  development: { environment: development, version: latest${more} }`;

/** v1.0.0 and v1.1.0 were released, one after the other. */
const started = async (more = ''): Promise<TestProject> => {
  const project = await createProject('schemas');
  project.configure(target(more));
  for (const version of ['v1.0.0', 'v1.1.0']) {
    project.repository.commit(flow(version), version);
    expect((await project.apply([], version)).problems).toEqual([]);
  }
  return project;
};

/** As good as dead at a point: it loses its lease there, so that it writes nothing more. */
const dyingAt = (project: TestProject, at: FailpointName) => {
  const failpoints = async (name: FailpointName): Promise<void> => {
    if (name === at) await project.sql('development', 'update m3forge.place set lease_id = null');
  };
  return { ...project.context, system: { ...project.context.system, failpoints } };
};

const manner = { reason: null, lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined };
const recovered = async (project: TestProject) =>
  valueIn(await recover(project.context, { targets: [], lockTimeoutMs: 0, report: () => undefined }));
const active = (project: TestProject) => project.sql('development', 'select active from :place.place');

test('a heal that died is not undone where that would bring the change by hand back', async () => {
  const project = await started();
  const right = await project.view('development');
  await project.sql('development', "update :place.artifact_version set name = 'by-hand' where to_seq is null");
  await apply(dyingAt(project, 'before-success-recorded'), { ...manner, targets: [] });
  expect(await recovered(project)).toMatchObject([{ state: 'failed', decision: { action: 'keep' } }]);
  expect(await project.view('development')).toEqual(right);
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [], from: { version: 'v1.1.0' } }]);
  expect(await recovered(project)).toEqual([]);
});

test('what died after activation stays, where a failure keeps what is active', async () => {
  const project = await started(', deployment: { on_failure: keep }');
  project.repository.commit(flow('v1.2.0'), 'v1.2.0');
  await apply(dyingAt(project, 'before-success-recorded'), { ...manner, targets: [] });
  expect(await recovered(project)).toMatchObject([{ state: 'failed', decision: { action: 'keep' } }]);
  expect(await active(project)).toEqual([{ active: 3 }]);
  const [last] = valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }));
  expect(last).toMatchObject({ version: 'v1.2.0', state: 'failed', failure: { code: 'process-died' } });
  expect((await project.plan()).sections).toMatchObject([{ changes: [], from: { version: 'v1.2.0' } }]);
});

test('a rollback that had failed its smoke test when it died did not succeed', async () => {
  const project = await started();
  project.configure(target(', smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION != v1.0.0" }]'));
  await rollback(dyingAt(project, 'after-verdict-recorded'), { ...manner, target: 'development' });
  expect(await active(project)).toEqual([{ active: 1 }]);
  expect(await recovered(project)).toMatchObject([{ state: 'rolled_back', decision: { action: 'return' } }]);
  expect(await active(project)).toEqual([{ active: 2 }]);
  const [last] = valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }));
  expect(last).toMatchObject({ kind: 'rollback', state: 'rolled_back', failure: { code: 'smoke-test-failed' } });
  // The verdict was against v1.0.0, and not against what is active again.
  expect(valueIn(await listHolds(project.context, { targets: [], lockTimeoutMs: 0 }))).toMatchObject([
    { version: 'v1.0.0' },
  ]);
});

test('an end that another process has recorded meanwhile is not recorded twice', async () => {
  const project = await started();
  project.repository.commit(flow('v1.2.0'), 'v1.2.0');
  await apply(dyingAt(project, 'after-start-recorded'), { ...manner, targets: [] });
  const failpoints = async (name: FailpointName): Promise<void> => {
    if (name !== 'recover-before-recorded') return;
    await project.sql('development', "update m3forge.release set state = 'failed', ended_at = now() where n = 3");
  };
  const context = { ...project.context, system: { ...project.context.system, failpoints } };
  valueIn(await recover(context, { targets: [], lockTimeoutMs: 0, report: () => undefined }));
  const audit = "select 1 as n from m3forge.audit where event = 'release.failed'";
  expect(await project.sql('development', audit)).toEqual([]);
});
