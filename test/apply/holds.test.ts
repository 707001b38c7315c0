import { beforeAll, describe, expect, test } from 'vitest';
import {
  addHold,
  apply,
  type HoldRequest,
  history,
  liftHold,
  listHolds,
  status,
} from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };

const hold = async ({ context }: TestProject, changes: Partial<HoldRequest> = {}) => {
  const request = { targets: [], reason: 'totals are wrong.', until: null, ...noWait, ...changes };
  const [added] = valueIn(await addHold(context, request));
  if (added?.kind !== 'hold') throw new Error('nothing was added');
  return added;
};

const lift = ({ context }: TestProject, id: string) =>
  liftHold(context, { lift: { hold: id }, reason: 'it was the scanner', ...noWait });

/** The codes and exit-giving problems of an apply that nobody has to be asked about. */
const applied = async ({ context }: TestProject, ...targets: readonly string[]) => {
  const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };
  const outcome = await apply(context, { ...manner, targets });
  return codesOf(outcome.ok ? outcome.value.problems : outcome.diagnostics);
};

/** v1.0.0 runs in both environments, and v1.1.0 waits. */
const createEstate = async (arrangement: Arrangement): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['development', 'staging'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply(['development']);
  await project.apply(['staging']);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  return project;
};

describe.each<Arrangement>(['embedded', 'schemas'])('a hold (%s)', (arrangement) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createEstate(arrangement);
  });

  test('of every target stops each release before it begins, and says who and why', async () => {
    const { id } = await hold(project);
    const [section] = (await project.plan(['staging'])).sections;
    expect(section?.blocks).toEqual([
      {
        code: 'held',
        reason: 'Releases are stopped by tester: totals are wrong.',
        remedy: `m3forge hold lift ${id.slice(0, 8)} --reason "…"`,
      },
    ]);
    expect(await applied(project, 'staging')).toEqual(['release-blocked']);
    expect(await applied(project, 'development')).toEqual(['release-blocked']);
    expect(valueIn(await history(project.context, { targets: [], ...noWait }))).toHaveLength(2);
    expect(valueIn(await status(project.context, { targets: ['staging'], ...noWait }))).toMatchObject([
      { version: 'v1.0.0', held: ['totals are wrong.'] },
    ]);
    valueIn(await lift(project, id.slice(0, 8)));
    expect(valueIn(await listHolds(project.context, { targets: [], ...noWait }))).toEqual([]);
  });

  test('of one target stops no other, and one with a time is waited for', async () => {
    const until = new Date('2099-01-01T00:00:00.000Z');
    const { id } = await hold(project, { targets: ['staging'], until });
    expect(await applied(project, 'staging')).toEqual(['release-held']);
    expect(await applied(project, 'development')).toEqual([]);
    expect(valueIn(await listHolds(project.context, { targets: ['development'], ...noWait }))).toEqual([]);
    valueIn(await lift(project, id));
    expect(await applied(project, 'staging')).toEqual([]);
    expect((await project.plan(['staging'])).sections[0]?.changes).toEqual([]);
  });

  test('lets a rollback through', async () => {
    const { id } = await hold(project);
    const report = await project.rollback('staging', 'v1.0.0');
    expect(report.sections[0]).toMatchObject({ outcome: 'succeeded', active: 'v1.0.0' });
    valueIn(await lift(project, id));
  });

  test('is over once its time has come, and is not begun for a time that is over', async () => {
    const { id } = await hold(project, { until: new Date('2099-01-01T00:00:00.000Z') });
    await project.script('development', `update m3forge.hold set until = now() where id = '${id}'`);
    expect(valueIn(await listHolds(project.context, { targets: ['development'], ...noWait }))).toEqual([]);
    expect(codesOf((await lift(project, id)).diagnostics)).toEqual(['hold-unknown']);
    const request = { targets: [], reason: 'late', until: new Date('2020-01-01T00:00:00.000Z'), ...noWait };
    expect(codesOf((await addHold(project.context, request)).diagnostics)).toEqual(['hold-over']);
  });

  test('is audited when it is added and when it is lifted, and not when it was not', async () => {
    const entries = await auditOf(project, { action: 'hold' });
    expect(entries.map(({ event, environment }) => `${event} ${environment}`)).toEqual([
      ...['hold.added null', 'hold.lifted null'],
      ...['hold.added staging', 'hold.lifted staging'],
      ...['hold.added null', 'hold.lifted null', 'hold.added null'],
    ]);
    expect(entries[1]?.detail).toEqual({
      target: null,
      held_for: 'totals are wrong.',
      reason: 'it was the scanner',
    });
  });
});

test('a hold that is added after a release was planned is seen before anything is written', async () => {
  const project = await createEstate('schemas');
  const confirm = async (): Promise<boolean> => {
    await hold(project);
    return true;
  };
  const manner = { reason: null, confirm, report: () => undefined, ...noWait };
  const outcome = await apply(project.context, { ...manner, targets: ['staging'] });
  expect(codesOf(outcome.ok ? outcome.value.problems : outcome.diagnostics)).toEqual(['release-blocked']);
  expect(valueIn(await status(project.context, { targets: ['staging'], ...noWait }))).toMatchObject([
    { version: 'v1.0.0' },
  ]);
});

test('one that ends by itself beside one that does not is nothing to wait for', async () => {
  const project = await createEstate('schemas');
  await hold(project);
  await hold(project, { until: new Date('2099-01-01T00:00:00.000Z') });
  expect(await applied(project, 'staging')).toEqual(['release-blocked', 'release-blocked']);
});

test('what names no hold, or more than one, lifts none', async () => {
  const project = await createEstate('schemas');
  const { id } = await hold(project);
  const twin = `${id.slice(0, 8)}-0000-4000-8000-000000000000`;
  await project.script(
    'development',
    `insert into m3forge.hold (id, reason, by) values ('${twin}', 'a twin', 'tester')`,
  );
  expect(codesOf((await lift(project, id.slice(0, 8))).diagnostics)).toEqual(['hold-ambiguous']);
  for (const unknown of ['ffff', 'abc', '', '%', "' or true --"]) {
    expect(codesOf((await lift(project, unknown)).diagnostics)).toEqual(['hold-unknown']);
  }
  expect(valueIn(await listHolds(project.context, { targets: ['staging'], ...noWait }))).toHaveLength(2);
});
