import { describe, expect, test } from 'vitest';
import { drift } from '../../engine/operations/index.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const settled = async (arrangement: 'embedded' | 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement);
  project.repository.commit({ 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  return project;
};

/** Edits that somebody with access to the database could make, and how each is named. */
const edits = [
  {
    name: 'a body',
    sql: `update :place.artifact set body = convert_to('{"nodes":[],"name":"b"}', 'UTF8')
      where digest = (select digest from :place.artifact_version where name = 'b')`,
    drift: [{ address: 'workflow.b', field: 'body' }],
  },
  {
    name: 'a body that is no JSON any more',
    sql: `update :place.artifact set body = 'oops' where digest = (select digest from :place.artifact_version where name = 'a')`,
    drift: [{ address: 'workflow.a', field: 'body' }],
  },
  {
    name: 'a row that names other content',
    sql: `update :place.artifact_version set digest = (select digest from :place.artifact_version where name = 'a') where name = 'b'`,
    drift: [{ address: 'workflow.b', field: 'digest' }],
  },
  {
    name: 'a removed row',
    sql: `delete from :place.artifact_version where name = 'a'`,
    drift: [{ address: 'workflow.a', field: 'row' }],
  },
  {
    name: 'an added row',
    sql: `insert into :place.artifact_version (kind, name, digest, from_seq)
      select 'workflow', 'stranger', digest, from_seq from :place.artifact_version where name = 'a'`,
    drift: [{ address: 'workflow.stranger', field: 'row' }],
  },
  { name: 'the pointer', sql: 'update :place.place set active = 0', drift: [{ address: 'pointer', field: 'pointer' }] },
];

// The statements are the same on both; on the embedded database, where each opening costs a second, a few stand for all.
describe.each([
  ['schemas', edits],
  ['embedded', edits.filter(({ name }) => ['a body', 'a removed row', 'the pointer'].includes(name))],
] as const)('an edit by hand is named, and apply heals it (%s)', (arrangement, chosen) => {
  test.each(chosen)('$name', async (edit) => {
    const project = await settled(arrangement);
    const before = await project.view('development');
    await project.sql('development', edit.sql);

    const [report] = valueIn(await drift(project.context, { targets: [], lockTimeoutMs: 0 }));
    expect(report?.drift).toMatchObject(edit.drift);
    expect((await project.plan()).sections).toMatchObject([{ drift: edit.drift }]);

    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
    expect(await project.view('development')).toEqual(before);
    expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
    expect(valueIn(await drift(project.context, { targets: [], lockTimeoutMs: 0 }))[0]?.drift).toEqual([]);
  });
});

test('a body that was changed by hand does not come back with a release that goes back', async () => {
  const project = await settled('schemas');
  const failing = 'smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION = v1.0.0" }]';
  project.configure(`  development: { environment: development, version: ^1.0, ${failing} }`);
  await project.sql('development', edits[0]?.sql ?? '');
  project.repository.commit(
    { 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b', ['another']) },
    'v1.1.0',
  );
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'failed', active: 'v1.0.0' }]);
  expect((await project.plan([], 'v1.0.0')).sections).toMatchObject([{ changes: [], drift: [] }]);
});
