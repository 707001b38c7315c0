import { describe, expect, test } from 'vitest';
import { drift, status } from '../../engine/operations/index.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const request = { targets: [], lockTimeoutMs: 0 };

/** Two versions were released; the second one is active. */
const settled = async (arrangement: 'embedded' | 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement);
  const rest = { 'workflows/b.json': workflowFile('b') };
  project.repository.commit({ 'workflows/a.json': workflowFile('a'), ...rest }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['new']), ...rest }, 'v1.1.0');
  expect((await project.apply()).problems).toEqual([]);
  return project;
};

/** Edits of rows that no sequence shows, or that are not an artifact's. */
const edits = [
  {
    name: 'a row that was moved after head',
    sql: `update :place.artifact_version set from_seq = 99 where name = 'b'`,
    drift: [{ address: 'workflow.b', field: 'row', actual: null, reason: 'its row was removed by hand' }],
  },
  {
    name: 'a row of an unknown name that begins where the next sequence will',
    sql: `insert into :place.artifact_version (kind, name, digest, from_seq)
      select 'workflow', 'stranger', digest, 3 from :place.artifact_version where name = 'b'`,
    drift: [
      {
        address: 'workflow.stranger',
        field: 'row',
        recorded: null,
        reason: 'a row that belongs to no sequence was added by hand',
      },
    ],
  },
  {
    name: 'two rows of a known name that begin after head',
    sql: `insert into :place.artifact_version (kind, name, digest, from_seq, to_seq)
      select 'workflow', 'b', digest, n, n + 1 from :place.artifact_version, generate_series(3, 4) as n where name = 'b'`,
    drift: [{ address: 'workflow.b', field: 'row', reason: 'a row that belongs to no sequence was added by hand' }],
  },
  {
    name: 'a row that ends after head',
    sql: `update :place.artifact_version set to_seq = 3 where name = 'b'`,
    drift: [{ address: 'workflow.b', field: 'row', reason: 'its row was given an end by hand' }],
  },
  {
    name: 'a former row that ends after head, beside the one that follows it',
    sql: `update :place.artifact_version set to_seq = 99 where name = 'a' and to_seq = 2`,
    drift: [{ address: 'workflow.a' }],
  },
  {
    name: 'a removed marker',
    sql: 'delete from :place.marker where seq = 2',
    drift: [
      { address: 'marker', field: 'marker', actual: null, reason: 'the marker of sequence 2 was removed by hand' },
    ],
  },
  {
    name: 'a removed marker and a moved pointer',
    sql: 'with gone as (delete from :place.marker where seq = 2) update :place.place set active = 1',
    drift: [
      { address: 'pointer', field: 'pointer', recorded: '2', actual: '1' },
      { address: 'marker', field: 'marker' },
    ],
  },
  {
    name: 'a removed marker and a removed row',
    sql: `with gone as (delete from :place.marker where seq = 2) delete from :place.artifact_version where name = 'b'`,
    drift: [
      { address: 'marker', field: 'marker' },
      { address: 'workflow.b', field: 'row', actual: null },
    ],
  },
];

// The statements are the same on both; on the embedded database, where each opening costs a second, a few stand for all.
const some = edits.filter(({ name }) => name === 'a row that was moved after head' || name === 'a removed marker');

describe.each([
  ['schemas', edits],
  ['embedded', some],
] as const)('what was edited by hand is named and healed (%s)', (arrangement, chosen) => {
  test.each(chosen)('$name', async (edit) => {
    const project = await settled(arrangement);
    const before = await project.view('development');
    await project.sql('development', edit.sql);

    const [report] = valueIn(await drift(project.context, request));
    expect(report?.drift).toHaveLength(edit.drift.length);
    expect(report?.drift).toMatchObject(edit.drift);
    expect(valueIn(await status(project.context, request))).toMatchObject([{ drifted: true }]);
    expect((await project.plan()).sections).toMatchObject([{ to: { version: 'v1.1.0' }, drift: edit.drift }]);

    const applied = await project.apply();
    expect(applied.problems).toEqual([]);
    expect(applied.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.1.0' }]);
    expect(await project.view('development')).toEqual(before);
    expect((await project.plan()).sections).toMatchObject([{ from: { version: 'v1.1.0' }, changes: [], drift: [] }]);
    expect(valueIn(await status(project.context, request))).toMatchObject([{ drifted: false, version: 'v1.1.0' }]);

    // The place is as good as before: the next version changes what it changes.
    project.repository.commit(
      { 'workflows/a.json': workflowFile('a', ['new']), 'workflows/b.json': workflowFile('b', ['other']) },
      'v1.2.0',
    );
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.2.0' }]);
  });
});

test('a place without the marker of what is active still knows which version that is', async () => {
  const project = await settled('embedded');
  await project.sql('development', 'delete from :place.marker where seq = 2');
  expect(valueIn(await status(project.context, request))).toMatchObject([{ version: 'v1.1.0', drifted: true }]);
  expect((await project.plan()).sections).toMatchObject([{ from: { version: 'v1.1.0' }, changes: [] }]);
});

test('after a way back, the marker that is missing is that of the version that was gone back to', async () => {
  const project = await settled('embedded');
  project.configure(
    '  development: { environment: development, version: latest, smoke_tests: [{ name: no, run: "exit 1" }] }',
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['bad']) }, 'v2.0.0');
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'failed', active: 'v1.1.0' }]);
  await project.sql('development', 'delete from :place.marker where seq = 2');
  expect(valueIn(await drift(project.context, request))).toMatchObject([
    { version: 'v1.1.0', drift: [{ address: 'marker', field: 'marker' }] },
  ]);
});

test('a head that was set back by hand costs no row', async () => {
  const project = await settled('embedded');
  await project.sql('development', 'update :place.place set head = 0');
  const before = await project.view('development');
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
  project.repository.commit(
    { 'workflows/a.json': workflowFile('a', ['new']), 'workflows/b.json': workflowFile('b', ['other']) },
    'v1.2.0',
  );
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.2.0' }]);
  expect((await project.view('development'))['workflow.a']).toBe(before['workflow.a']);
});
