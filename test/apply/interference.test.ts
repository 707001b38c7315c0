import { describe, expect, test } from 'vitest';
import type { Diagnostic, Outcome } from '../../engine/diagnostics/index.ts';
import { type ApplyReport, apply, history, listHolds } from '../../engine/operations/index.ts';
import type { FailpointName } from '../../engine/system/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { asAdministrator } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';

/** v1.0.0 is active and v1.1.0 is there to be applied. */
const started = async (extra = ''): Promise<TestProject> => {
  const project = await createProject('schemas');
  project.configure(`  development: { environment: development, version: latest${extra} }`);
  const rest = { 'workflows/b.json': workflowFile('b') };
  project.repository.commit({ 'workflows/a.json': workflowFile('a'), ...rest }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['new']), ...rest }, 'v1.1.0');
  return project;
};

/** Applies, and does something else at the moment when the release reaches a fail point. */
const applyAnd = (
  project: TestProject,
  at: FailpointName,
  work: (abort: () => void, skip: (milliseconds: number) => void) => Promise<unknown>,
): Promise<Outcome<ApplyReport>> => {
  const { system } = project.context;
  const interrupt = new AbortController();
  let skipped = 0;
  const changed = {
    ...system,
    interrupted: interrupt.signal,
    clock: { ...system.clock, monotonicMs: () => system.clock.monotonicMs() + skipped },
    failpoints: async (name: FailpointName): Promise<void> => {
      if (name === at)
        await work(
          () => interrupt.abort(),
          (milliseconds) => (skipped += milliseconds),
        );
    },
  };
  return apply(
    { ...project.context, system: changed },
    { targets: [], reason: null, lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined },
  );
};

const problemsOf = (outcome: Outcome<ApplyReport>): readonly Diagnostic[] =>
  outcome.ok ? outcome.value.problems : outcome.diagnostics;

const settle = async (project: TestProject): Promise<void> => {
  expect((await project.apply()).problems).toEqual([]);
  expect((await project.plan()).sections).toMatchObject([{ from: { version: 'v1.1.0' }, changes: [], drift: [] }]);
};

const states = async (project: TestProject): Promise<readonly string[]> =>
  valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 })).map(({ state }) => state);

describe('a release that is displaced writes nothing more', () => {
  test('where a newer lease raised the fence', async () => {
    const project = await started();
    const outcome = await applyAnd(project, 'after-backup', () =>
      project.sql('development', 'update :place.place set fence = fence + 1'),
    );
    expect(codesOf(problemsOf(outcome))).toEqual(['place-fenced']);
    expect(await project.sql('development', 'select head, active from :place.place')).toEqual([{ head: 1, active: 1 }]);
    await settle(project);
    expect(await states(project)).toEqual(['succeeded', 'failed', 'succeeded']);
  });

  test('where its lease in the state is another one now', async () => {
    const project = await started();
    const outcome = await applyAnd(project, 'after-candidate-checks', () =>
      project.sql('development', 'update m3forge.place set lease_id = gen_random_uuid()'),
    );
    expect(codesOf(problemsOf(outcome))).toEqual(['lease-lost']);
    await settle(project);
  });
});

describe('a release that is interrupted', () => {
  test('before activation ends failed with nothing activated', async () => {
    const project = await started();
    const outcome = await applyAnd(project, 'after-backup', async (abort) => abort());
    expect(codesOf(problemsOf(outcome))).toEqual(['release-interrupted']);
    expect(await states(project)).toEqual(['failed', 'succeeded']);
    await settle(project);
  });

  test('after activation goes back, and blames no version', async () => {
    const project = await started();
    const outcome = await applyAnd(project, 'after-smoke-tests', async (abort) => abort());
    expect(codesOf(problemsOf(outcome))).toEqual(['release-interrupted']);
    expect(await states(project)).toEqual(['rolled_back', 'succeeded']);
    expect(valueIn(await listHolds(project.context, { targets: [], lockTimeoutMs: 0 }))).toEqual([]);
    await settle(project);
  });

  test('by its own time limit goes back and says so', async () => {
    const project = await started();
    const outcome = await applyAnd(project, 'after-smoke-tests', async (_, skip) => skip(3_600_000));
    expect(codesOf(problemsOf(outcome))).toEqual(['release-failed', 'release-timeout']);
    expect(await states(project)).toEqual(['rolled_back', 'succeeded']);
  });
});

test('a place that was changed by hand under the release does not come to what was planned', async () => {
  const project = await started();
  const outcome = await applyAnd(project, 'after-backup', () =>
    project.sql('development', `delete from :place.artifact_version where name = 'b'`),
  );
  expect(codesOf(problemsOf(outcome))).toEqual(['release-failed', 'place-assertion-failed']);
  expect(await project.sql('development', 'select head, active from :place.place')).toEqual([{ head: 1, active: 1 }]);
  // Without a way back there is no way forward either: what is active is put right first.
  expect((await project.plan()).sections).toMatchObject([{ blocks: [{ code: 'drift-in-the-way' }] }]);
  expect((await project.apply([], 'v1.0.0')).problems).toEqual([]);
  await settle(project);
});

test('a release that can neither succeed nor go back says that something else is active', async () => {
  const project = await started(', smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION != v1.1.0" }]');
  await project.script(
    'development',
    `create function :place.refuse() returns trigger language plpgsql as $$ begin raise exception 'no way back'; end $$;
     create trigger refuse before insert on :place.activation for each row when (new.kind = 'return') execute function :place.refuse()`,
  );
  const report = await project.apply();
  expect(codesOf(report.problems)).toEqual(['release-return-failed']);
  expect(report.sections).toMatchObject([{ outcome: 'failed', active: 'v1.1.0' }]);
  expect(await states(project)).toEqual(['rollback_failed', 'succeeded']);
});

test('a release whose state cannot be reached any more claims nothing, and recovery settles it', async () => {
  const project = await started();
  const outcome = await applyAnd(project, 'before-success-recorded', async () => {
    const [row] = await project.sql<{ name: string }>('development', 'select current_database() as name');
    await asAdministrator(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${row?.name}' and pid <> pg_backend_pid()`,
    );
  });
  expect(codesOf(problemsOf(outcome))).toEqual(['release-outcome-unknown']);
  await settle(project);
  expect(await states(project)).toEqual(['succeeded', 'rolled_back', 'succeeded']);
});

test('a release that is interrupted inside a smoke test goes back and blames no version', async () => {
  const project = await started(', smoke_tests: [{ name: slow, run: "test $M3FORGE_VERSION = v1.0.0 || sleep 600" }]');
  const { system } = project.context;
  const interrupt = new AbortController();
  const processes: typeof system.processes = {
    ...system.processes,
    run: (program, args, options) => {
      if (program === '/bin/sh') setImmediate(() => interrupt.abort());
      return system.processes.run(program, args, options);
    },
  };
  const outcome = await apply(
    { ...project.context, system: { ...system, processes, interrupted: interrupt.signal } },
    { targets: [], reason: null, lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined },
  );
  expect(codesOf(problemsOf(outcome))).toEqual(['release-interrupted']);
  expect(await states(project)).toEqual(['rolled_back', 'succeeded']);
  expect(valueIn(await listHolds(project.context, { targets: [], lockTimeoutMs: 0 }))).toEqual([]);
});

const broken = (): Promise<never> => Promise.reject(new Error('something broke'));

describe('an error after a write was sent says nothing: the place is asked', () => {
  test('an activation that had happened is undone', async () => {
    const project = await started();
    const outcome = await applyAnd(project, 'activate-after-commit', broken);
    expect(codesOf(problemsOf(outcome))).toEqual(['release-failed']);
    expect(await states(project)).toEqual(['rolled_back', 'succeeded']);
    expect(await project.sql('development', 'select active from :place.place')).toEqual([{ active: 1 }]);
  });

  test('an activation that had not happened ends failed', async () => {
    const project = await started();
    const outcome = await applyAnd(project, 'activate-before-commit', broken);
    expect(codesOf(problemsOf(outcome))).toEqual(['release-failed']);
    expect(await states(project)).toEqual(['failed', 'succeeded']);
    await settle(project);
  });

  test('a way back that had happened is recorded as such, and the version is avoided', async () => {
    const project = await started(', smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION = v1.0.0" }]');
    const outcome = await applyAnd(project, 'before-return-recorded', broken);
    expect(codesOf(problemsOf(outcome))).toEqual(['release-failed', 'smoke-test-failed']);
    expect(await states(project)).toEqual(['rolled_back', 'succeeded']);
    expect(valueIn(await listHolds(project.context, { targets: [], lockTimeoutMs: 0 }))).toMatchObject([
      { version: 'v1.1.0' },
    ]);
  });
});

test('going back leads to what was recorded, not to where somebody had moved the pointer', async () => {
  const project = await started(', smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION != v1.2.0" }]');
  await project.apply();
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['newest']) }, 'v1.2.0');
  await project.sql('development', 'update :place.place set active = 1');
  const report = await project.apply();
  expect(report.sections).toMatchObject([{ outcome: 'failed', active: 'v1.1.0' }]);
  expect(await project.sql('development', 'select active from :place.place')).toEqual([{ active: 2 }]);
  expect((await project.plan()).sections).toMatchObject([{ from: { version: 'v1.1.0' }, changes: [], drift: [] }]);
});
