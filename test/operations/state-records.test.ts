import { beforeAll, describe, expect, test } from 'vitest';
import {
  addHold,
  exportState,
  type ForgetRequest,
  forget,
  listRecords,
  type RecordView,
  showRecord,
} from '../../engine/operations/index.ts';
import { holdInside } from '../support/held-release.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile as workflow } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };

/** Two versions in an environment of its own, on a server. */
const createEstate = async (): Promise<TestProject> => {
  const project = await createProject('schemas', { environments: ['development'] });
  project.repository.commit({ 'workflows/extract.json': workflow('extract') }, 'v1.0.0');
  await project.apply();
  project.repository.commit(
    { 'workflows/extract.json': workflow('extract'), 'workflows/sort.json': workflow('sort') },
    'v1.1.0',
  );
  await project.apply();
  return project;
};

const list = async ({ context }: TestProject, ...select: readonly string[]): Promise<readonly RecordView[]> =>
  valueIn(await listRecords(context, { select, ...noWait }));

const forgetting = (address: string, changes: Partial<ForgetRequest> = {}): ForgetRequest => ({
  address,
  reason: 'the region was given up',
  confirm: () => Promise.resolve(true),
  ...noWait,
  ...changes,
});

const exported = async ({ context }: TestProject) => valueIn(await exportState(context, noWait));

describe('what is recorded', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createEstate();
  });

  test('has addresses, one for each place, version, release, backup and part of the configuration', async () => {
    const rows = await list(project);
    expect(rows.map(({ address }) => address.split('.')[0])).toEqual([
      ...['place', 'version', 'version', 'release', 'release', 'backup'],
      ...['environment', 'source', 'target'],
    ]);
    expect(rows[0]?.about).toMatch(/^development: .*, v1\.1\.0$/);
    expect(rows[3]?.about).toBe('release of v1.1.0 to development, succeeded');
    expect((await list(project, 'target.*'))[0]?.about).toBe('configuration: releases to development');
    expect((await list(project, 'version.*')).map(({ address }) => address)).toEqual([
      'version.v1.0.0',
      'version.v1.1.0',
    ]);
  });

  test('is shown by its address, by the beginning of it, and a place by its environment', async () => {
    const show = async (address: string) => valueIn(await showRecord(project.context, { address, ...noWait }));
    const place = await show('place.development');
    expect(place).toMatchObject({
      kind: 'place',
      environment: 'development',
      version: 'v1.1.0',
      releases: 2,
      backups: 1,
    });
    expect(place).toMatchObject({ artifacts: [{ address: 'workflow.extract' }, { address: 'workflow.sort' }] });
    expect(await show(place.address.slice(0, 'place.'.length + 6))).toEqual(place);
    expect(await show('version.v1.0.0')).toMatchObject({
      name: 'v1.0.0',
      artifacts: [{ address: 'workflow.extract' }],
    });
    const [release] = await list(project, 'release.*');
    expect(await show(release?.address ?? '')).toMatchObject({ version: 'v1.1.0', state: 'succeeded' });
    const [backup] = await list(project, 'backup.*');
    expect(await show(backup?.address ?? '')).toMatchObject({ environment: 'development', version: 'v1.0.0' });
    expect(await show('target.development')).toMatchObject({
      kind: 'configuration',
      place: place.address.slice('place.'.length),
      body: { environment: 'development', deployment: { max_deletes: null } },
    });
    expect(await show('source')).toMatchObject({ place: null, body: { repository: 'repository' } });
  });

  test.each([
    ['version.v1.0.1', 'state-address-unknown'],
    ['place.de', 'state-address-unknown'],
    ['target.deve', 'state-address-unknown'],
    ['nothing', 'state-address-unknown'],
    ['', 'state-address-unknown'],
    ["'; drop table release", 'state-address-unknown'],
  ])('does not include %s', async (address, code) => {
    const outcome = await showRecord(project.context, { address, ...noWait });
    expect(codesOf(outcome.diagnostics)).toEqual([code]);
  });

  test('is not shown where an address means more than one', async () => {
    await project.sql(
      'development',
      `insert into m3forge.place (id, address, environment) values
       ('abcd0000-0000-4000-8000-000000000001', 'a', 'eu'), ('abcd0000-0000-4000-8000-000000000002', 'b', 'eu')`,
    );
    for (const address of ['place.abcd', 'place.eu']) {
      const outcome = await showRecord(project.context, { address, ...noWait });
      expect(codesOf(outcome.diagnostics)).toEqual(['state-address-ambiguous']);
    }
    await project.sql('development', "delete from m3forge.place where environment = 'eu'");
  });

  test('is exported whole, oldest first, as plain values and without a secret', async () => {
    const document = await exported(project);
    expect(document.places).toHaveLength(1);
    expect(document.versions.map(({ name }) => name)).toEqual(['v1.0.0', 'v1.1.0']);
    expect(document.releases.map(({ version }) => version)).toEqual(['v1.0.0', 'v1.1.0']);
    expect(document.releases[0]?.steps.map(({ name }) => name)).toContain('activate');
    expect(document.configuration.map(({ address }) => address)).toEqual([
      ...['environment.development', 'source', 'target.development'],
    ]);
    expect(document.audit.map(({ n }) => n)).toEqual(document.audit.map((_, at) => at + 1));
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toEqual(document);
    // URLs of databases are in it, without their passwords.
    expect(text.match(/:\/\/[^"]*@/g)).toEqual(['://tester:***@', '://tester:***@']);
    expect(text).not.toMatch(/password/i);
  });

  test('is exported with what stops the line, what emergencies have left, and what is due', async () => {
    const { context } = project;
    valueIn(await addHold(context, { ...noWait, targets: [], until: null, reason: 'year end' }));
    const at = '2026-05-05T06:00:00.000Z';
    await project.script(
      'development',
      `insert into m3forge.occurrence (target, cause, key, due_at) values ('development', 'schedule', '${at}', '${at}');
       insert into m3forge.review (release_id, place_id, target, environment, version, justification, gates, approvals, opened_by)
         select id, place_id, target, environment, version, 'totals are wrong', '["tests"]', 1, 'carol'
         from m3forge.release order by n desc limit 1;`,
    );
    expect(await exported(project)).toMatchObject({
      holds: [{ reason: 'year end', by: 'tester' }],
      reviews: [{ version: 'v1.1.0', gates: ['tests'], closed_at: null }],
      due: [{ target: 'development', cause: 'schedule', due_at: at, release: null }],
    });
    await project.script('development', 'delete from m3forge.occurrence; delete from m3forge.review');
  });

  test('is not forgotten without a yes, nor piece by piece', async () => {
    const { context } = project;
    const declined = await forget(context, forgetting('place.development', { confirm: () => Promise.resolve(false) }));
    expect(codesOf(declined.diagnostics)).toEqual(['apply-declined']);
    const [release] = await list(project, 'release.*');
    for (const address of [release?.address ?? '', 'version.v1.0.0', 'target.development', 'source']) {
      const refused = await forget(context, forgetting(address));
      expect(codesOf(refused.diagnostics)).toEqual(['state-not-forgettable']);
    }
    expect(await list(project)).toHaveLength(9);
  });
});

test('a place is forgotten with its history, under its lease, audited, and stays as it is', async () => {
  const project = await createEstate();
  const before = await project.view('development');
  const [place] = await project.sql<{ fence: number }>('development', 'select * from :place.place');
  const asked: string[] = [];
  const forgotten = valueIn(
    await forget(
      project.context,
      forgetting('place.development', {
        confirm: ({ consequence }) => {
          asked.push(consequence);
          return Promise.resolve(true);
        },
      }),
    ),
  );
  expect(forgotten).toMatchObject({ releases: 2, backups: 1 });
  expect(asked[0]).toContain('stays as it is');
  const left = ['version.v1.0.0', 'version.v1.1.0', 'environment.development', 'source', 'target.development'];
  expect((await list(project)).map(({ address }) => address)).toEqual(left);
  expect((await exported(project)).audit.at(-1)).toMatchObject({
    event: 'place.forgotten',
    actor: 'tester',
    detail: { releases: 2, backups: 1, reason: 'the region was given up' },
  });
  expect(await project.view('development')).toEqual(before);
  expect(await project.sql('development', 'select * from :place.place')).toEqual([place]);

  // What the place runs is known from the place itself, and the next release finds it where it is.
  expect((await project.plan()).sections[0]?.changes).toEqual([]);
  project.repository.commit({ 'workflows/sort.json': workflow('sort') }, 'v1.2.0');
  await project.apply();
  expect(Object.keys(await project.view('development'))).toEqual(['workflow.sort']);
  expect((await project.plan()).sections[0]?.changes).toEqual([]);

  // A version that no release names any more may be forgotten too, and its tag mean something else.
  valueIn(await forget(project.context, forgetting('version.v1.0.0')));
  expect((await list(project, 'version.*')).map(({ address }) => address)).toEqual([
    'version.v1.1.0',
    'version.v1.2.0',
  ]);
});

test('a place at work, or waited for, is not forgotten', async () => {
  const project = await createEstate();
  const { context } = project;
  project.repository.commit({ 'workflows/sort.json': workflow('sort') }, 'v1.2.0');
  const { running, goOn } = await holdInside(context, (held) =>
    import('../../engine/operations/index.ts').then(({ apply }) =>
      apply(held, {
        targets: [],
        version: undefined,
        reason: null,
        lockTimeoutMs: 0,
        confirm: () => Promise.resolve(true),
        report: () => undefined,
      }),
    ),
  );
  const refused = await forget(context, forgetting('place.development'));
  expect(codesOf(refused.diagnostics)).toEqual(['place-leased']);
  goOn();
  valueIn(await running);
  await project.sql(
    'development',
    `insert into m3forge.lease_waiter (place_id, id, holder, operation, host, pid, boot_id)
     select id, gen_random_uuid(), 'bob', 'apply', 'elsewhere', 1, 'boot' from m3forge.place`,
  );
  const waited = await forget(context, forgetting('place.development'));
  expect(codesOf(waited.diagnostics)).toEqual(['place-leased']);
  await project.sql('development', 'delete from m3forge.lease_waiter');
  await project.sql('development', "update m3forge.release set state = 'verifying' where version = 'v1.2.0'");
  const unfinished = await forget(context, forgetting('place.development'));
  expect(codesOf(unfinished.diagnostics)).toEqual(['state-not-forgettable']);
  expect(unfinished.diagnostics[0]?.hint).toContain('m3forge recover');
});
