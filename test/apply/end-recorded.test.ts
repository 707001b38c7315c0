import { expect, test } from 'vitest';
import { apply, history, recover } from '../../engine/operations/index.ts';
import { createFailpoints } from '../../engine/system/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const started = async (): Promise<TestProject> => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  return project;
};

/** A success that was recorded is told, with a warning, and recovery has nothing to do. */
const expectSuccess = async (project: TestProject, specification?: string): Promise<void> => {
  const system = { ...project.context.system, failpoints: createFailpoints(specification) };
  const manner = { targets: [], reason: null, lockTimeoutMs: 0, report: () => undefined };
  const confirm = () => Promise.resolve(true);
  const report = valueIn(await apply({ ...project.context, system }, { ...manner, confirm }));
  expect(report.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(report.problems).toMatchObject([{ code: 'release-end-unjournaled', severity: 'warning' }]);
  const [last] = valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }));
  expect(last).toMatchObject({ version: 'v1.0.0', state: 'succeeded' });
  expect(valueIn(await recover(project.context, { targets: [], lockTimeoutMs: 0, report: () => undefined }))).toEqual(
    [],
  );
  expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
};

test.each(['after-success-recorded', 'before-lease-released', 'after-lease-released'])(
  'what goes wrong at %s does not unmake a success',
  async (point) => expectSuccess(await started(), `${point}=throw`),
);

test('a success that could not be journaled is not journaled as failed', async () => {
  const project = await started();
  // The tables of the state come with the first look.
  await project.plan();
  await project.script(
    'development',
    `create function m3forge.refuse() returns trigger language plpgsql as $$ begin raise exception 'no journal'; end $$;
     create trigger refuse before update on m3forge.step for each row when (new.name = 'finish' and new.outcome = 'done')
       execute function m3forge.refuse()`,
  );
  await expectSuccess(project);
  const steps = await project.sql('development', "select outcome from m3forge.step where name = 'finish'");
  expect(steps).toEqual([{ outcome: null }]);
});

test('a failure that was recorded is told as what it was', async () => {
  const project = await started();
  project.configure(
    '  development: { environment: development, version: latest, smoke_tests: [{ name: check, run: "false" }] }',
  );
  const system = { ...project.context.system, failpoints: createFailpoints('after-lease-released=throw') };
  const manner = { targets: [], reason: null, lockTimeoutMs: 0, report: () => undefined };
  const report = valueIn(
    await apply({ ...project.context, system }, { ...manner, confirm: () => Promise.resolve(true) }),
  );
  expect(report.sections).toMatchObject([{ outcome: 'failed', active: null }]);
  expect(codesOf(report.problems)).toEqual(['release-failed', 'release-end-unjournaled']);
});
