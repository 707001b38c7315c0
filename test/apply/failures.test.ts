import { describe, expect, test } from 'vitest';
import { history, listHolds } from '../../engine/operations/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const target = (smoke: string): string =>
  `  development:\n    environment: development\n    version: ^1\n    smoke_tests: [{ name: check, run: "${smoke}" }]`;

const started = async (arrangement: 'embedded' | 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement);
  project.configure(target('true'));
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['read', 'better']) }, 'v1.1.0');
  return project;
};

const latest = async (project: TestProject) =>
  valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }))[0];

describe.each(['embedded', 'schemas'] as const)('a release that fails (%s)', (arrangement) => {
  test('in a smoke test after activation goes back, and the range does not bring the version again', async () => {
    const project = await started(arrangement);
    const before = await project.view('development');
    project.configure(target('test $M3FORGE_VERSION != v1.1.0'));

    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'failed', active: 'v1.0.0' }]);
    expect(codesOf(report.problems)).toEqual(['release-failed', 'smoke-test-failed']);
    expect(await project.view('development')).toEqual(before);
    expect(await latest(project)).toMatchObject({ state: 'rolled_back', failure: { step: 'verify' } });
    expect(valueIn(await listHolds(project.context, { targets: [], lockTimeoutMs: 0 }))).toMatchObject([
      { version: 'v1.1.0' },
    ]);

    expect((await project.plan()).sections).toMatchObject([{ to: { version: 'v1.0.0' }, changes: [] }]);
    // Named exactly it is planned, and blocked.
    const exact = await project.plan([], 'v1.1.0');
    expect(exact.sections).toMatchObject([{ blocks: [{ code: 'version-avoided' }] }]);
    expect(codesOf((await project.apply([], 'v1.1.0')).problems)).toEqual(['release-blocked']);
    // A higher version is free.
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['read', 'best']) }, 'v1.2.0');
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.2.0' }]);
    expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
  });

  test('is kept where that was asked', async () => {
    const project = await started(arrangement);
    project.configure(`${target('test $M3FORGE_VERSION != v1.1.0')}\n    deployment: { on_failure: keep }`);
    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'failed', active: 'v1.1.0' }]);
    expect(codesOf(report.problems)).toContain('release-kept');
    expect(await latest(project)).toMatchObject({ state: 'failed' });
    expect((await project.plan()).sections).toMatchObject([{ changes: [], from: { version: 'v1.1.0' } }]);
  });

  test('in a candidate check activates nothing and blames no version', async () => {
    const project = await started(arrangement);
    const before = await project.view('development');
    // Something in the database changes what is written at the very end of the transaction that writes it.
    await project.script(
      'development',
      `create function :place.spoil() returns trigger language plpgsql as
         $$ begin update :place.artifact set body = 'spoilt' where digest = new.digest; return null; end $$;
       create constraint trigger spoil after insert on :place.artifact_version deferrable initially deferred
         for each row execute function :place.spoil()`,
    );
    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'failed', active: 'v1.0.0' }]);
    expect(codesOf(report.problems)).toEqual(['release-failed', 'candidate-differs']);
    expect(await project.view('development')).toEqual(before);
    expect(await latest(project)).toMatchObject({ state: 'failed', failure: { step: 'candidate' } });

    await project.script('development', 'drop trigger spoil on :place.artifact_version; drop function :place.spoil()');
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.1.0' }]);
    expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
  });

  test('at its gate touches nothing', async () => {
    const project = await started(arrangement);
    project.repository.commit(
      { 'workflows/a.json': workflowFile('a').replace('EXECUTOR_ENDPOINT', 'NO_SUCH') },
      'v1.3.0',
    );
    const report = await project.apply();
    expect(codesOf(report.problems)).toEqual(['gate-failed']);
    expect(await latest(project)).toMatchObject({ state: 'failed', failure: { step: 'gates' }, started_at: null });
    expect((await project.plan()).sections).toMatchObject([{ from: { version: 'v1.0.0', activation: 1 } }]);
  });
});
