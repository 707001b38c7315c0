import { expect, test } from 'vitest';
import { apply, drift, recover } from '../../engine/operations/index.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const latest = '  development: { environment: development, version: latest }';

/** One place at v1.0.0 with two variables, one of them its environment's own. */
const settled = async (): Promise<TestProject> => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  configure(project, 'info');
  expect((await project.apply()).problems).toEqual([]);
  return project;
};

const configure = (project: TestProject, level: string, targets = latest): void =>
  project.configure(targets, {
    top: `variables: { LOG_LEVEL: ${level}, LIMIT: 10 }`,
    environments: { development: 'variables: { LIMIT: { value: 20 }, DEBUG: true }' },
  });

const inPlace = async (project: TestProject): Promise<Readonly<Record<string, string>>> => {
  const rows = await project.sql<{ name: string; value: string }>(
    'development',
    'select name, value from :place.variables order by name',
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
};

const expectSettled = async (project: TestProject): Promise<void> => {
  expect(await project.plan()).toMatchObject({
    sections: [{ changes: [], drift: [], variables: [], configuration_changes: [] }],
    configuration: null,
  });
};

test('variables are written with the pointer, the own before the global ones, and change without a new version', async () => {
  const project = await settled();
  expect(await inPlace(project)).toEqual({ DEBUG: 'true', LIMIT: '20', LOG_LEVEL: 'info' });
  await expectSettled(project);
  configure(project, 'debug');
  expect(await project.plan()).toMatchObject({
    sections: [
      {
        changes: [],
        variables: [{ name: 'LOG_LEVEL', before: 'info', after: 'debug' }],
        configuration_changes: [{ address: 'variable.LOG_LEVEL', reason: 'LOG_LEVEL: "info" → "debug"' }],
      },
    ],
  });
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(await inPlace(project)).toMatchObject({ LOG_LEVEL: 'debug' });
  await expectSettled(project);
});

test('a release that fails puts them back, and a rollback by hand leaves and lists them', async () => {
  const project = await settled();
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['better']) }, 'v1.1.0');
  const failing = latest.replace(' }', ', smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION = v1.0.0" }] }');
  configure(project, 'debug', failing);
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'failed', active: 'v1.0.0' }]);
  expect(await inPlace(project)).toMatchObject({ LOG_LEVEL: 'info' });

  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['best']) }, 'v1.2.0');
  configure(project, 'debug');
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.2.0' }]);
  const { sections } = await project.rollback('development');
  expect(sections[0]?.section.notes).toEqual([
    'Variables stay as they are: LOG_LEVEL (debug; it was info when v1.0.0 ran).',
  ]);
  expect(await inPlace(project)).toMatchObject({ LOG_LEVEL: 'debug' });
  await expectSettled(project);
});

test('a crash after the pointer moved is recovered with the variables of before', async () => {
  const project = await settled();
  configure(project, 'debug');
  const failpoints = (name: string): Promise<void> =>
    name === 'before-success-recorded' ? Promise.reject(new Error('the process dies here')) : Promise.resolve();
  const died = await apply(
    { ...project.context, system: { ...project.context.system, failpoints } },
    { targets: [], reason: null, lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined },
  );
  expect(died.ok && died.value.problems).toMatchObject([{ code: 'release-outcome-unknown' }]);
  expect(await inPlace(project)).toMatchObject({ LOG_LEVEL: 'debug' });
  valueIn(await recover(project.context, { targets: [], lockTimeoutMs: 0, report: () => undefined }));
  expect(await inPlace(project)).toEqual({ DEBUG: 'true', LIMIT: '20', LOG_LEVEL: 'info' });
  // What the release would have recorded is planned again.
  expect(await project.plan()).toMatchObject({
    sections: [
      { drift: [], variables: [{ after: 'debug' }], configuration_changes: [{ address: 'variable.LOG_LEVEL' }] },
    ],
  });
  await project.apply();
  await expectSettled(project);
});

test('what was changed by hand is found, shown, and healed', async () => {
  const project = await settled();
  await project.script(
    'development',
    `update :place.variable set value = 'trace' where name = 'LOG_LEVEL'; delete from :place.variable where name = 'DEBUG';
     insert into :place.variable values ('API_TOKEN', 'hunter2')`,
  );
  const expected = [
    { address: 'variable.API_TOKEN', field: 'variable', recorded: null, actual: '***' },
    { address: 'variable.DEBUG', field: 'variable', recorded: 'true', actual: null },
    { address: 'variable.LOG_LEVEL', field: 'variable', recorded: 'info', actual: 'trace' },
  ];
  const [report] = valueIn(await drift(project.context, { targets: [], lockTimeoutMs: 0 }));
  expect(report?.drift).toMatchObject(expected);
  expect((await project.plan()).sections).toMatchObject([{ drift: expected, variables: [] }]);
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded' }]);
  expect(await inPlace(project)).toEqual({ DEBUG: 'true', LIMIT: '20', LOG_LEVEL: 'info' });
  await expectSettled(project);
});

test('a place of the schema before variables is planned as it is, and brought forward by the next release', async () => {
  const project = await settled();
  await project.script(
    'development',
    `drop view :place.processor_files; drop function :place.processor_file_at, :place.processor_at;
     drop view :place.variables; drop table :place.variable; alter table :place.activation drop column variables;
     delete from :place.m3forge_migration where id >= 3`,
  );
  expect((await project.plan()).sections).toMatchObject([
    { drift: [], variables: [{ name: 'DEBUG', before: null }, { name: 'LIMIT' }, { name: 'LOG_LEVEL' }] },
  ]);
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded' }]);
  expect(await inPlace(project)).toMatchObject({ LOG_LEVEL: 'info' });
  await expectSettled(project);
});
