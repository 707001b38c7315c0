import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../engine/database/index.ts';
import { type Outcome, Refusal } from '../../engine/diagnostics/index.ts';
import { apply, drift, type OperationContext, plan, status } from '../../engine/operations/index.ts';
import type { ArtifactStore } from '../../engine/provider/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { postgres } from '../../providers/postgres/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { freshDatabase, openForTests, testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';

const request = { targets: [], lockTimeoutMs: 0 };
const manner = { ...request, reason: null, confirm: () => Promise.resolve(true), report: () => undefined };

const released = async (arrangement: 'embedded' | 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement);
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  return project;
};

/** The same configuration with another user's login. */
const loggedInAs = ({ directory, context }: TestProject, role: string): OperationContext => {
  const file = join(directory, `${role}.yaml`);
  const text = readFileSync(join(directory, 'm3forge.yaml'), 'utf8');
  writeFileSync(file, text.replaceAll(/:\/\/[^@"]+@/g, `://${role}:${role}@`));
  return { ...context, location: { file } };
};

test('a role that may only read plans, and sees status and drift', async () => {
  const project = await released('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['new']) }, 'v1.1.0');
  const role = `reader_${testSystem().ids.uuid().slice(0, 8)}`;
  await project.script(
    'development',
    `create role ${role} login password '${role}';
     grant usage on schema m3forge, :place to ${role};
     grant select on all tables in schema m3forge, :place to ${role};`,
  );
  const reader = loggedInAs(project, role);
  expect(valueIn(await plan(reader, request)).sections).toMatchObject([
    {
      from: { version: 'v1.0.0' },
      to: { version: 'v1.1.0' },
      changes: [{ address: 'workflow.a', actions: ['update'] }],
    },
  ]);
  expect(valueIn(await status(reader, request))).toMatchObject([{ version: 'v1.0.0', drifted: false }]);
  expect(valueIn(await drift(reader, request))).toMatchObject([{ drift: [] }]);
  // Planning is all that it may do.
  const applied = await apply(reader, manner);
  expect(codesOf(applied.ok ? applied.value.problems : applied.diagnostics)).toEqual(['database-privilege-missing']);
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.1.0' }]);
});

const damages = [
  { name: 'the table of bodies', sql: 'drop table :place.artifact cascade', missing: 'development.artifact' },
  { name: 'a column', sql: 'alter table :place.place drop column head', missing: 'head' },
  { name: 'the row of the place', sql: 'delete from :place.place', missing: '"development".place' },
  { name: 'a table of the state', sql: 'drop table m3forge.state_identity', missing: 'm3forge.state_identity' },
];

// The statements are the same on both; on the embedded database, where each opening costs a second, a few stand for all.
describe.each([
  ['schemas', damages],
  ['embedded', damages.slice(0, 1)],
] as const)('what m3forge created and somebody removed is named (%s)', (kind, chosen) => {
  test.each(chosen)('$name', async ({ sql, missing }) => {
    const project = await released(kind);
    await project.sql('development', sql);
    const outcomes: readonly Outcome<unknown>[] = [
      await plan(project.context, request),
      await status(project.context, request),
      await apply(project.context, manner),
    ];
    for (const outcome of outcomes) {
      expect(outcome.diagnostics).toMatchObject([
        { code: 'database-damaged', detail: expect.stringContaining(missing), hint: expect.stringContaining('backup') },
      ]);
    }
  });

  test('and a creation that was interrupted before its row is not taken for damage', async () => {
    const project = await createProject(kind);
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    const failpoints = (name: string): Promise<void> =>
      name === 'after-place-created' ? Promise.reject(new Error('killed')) : Promise.resolve();
    const { context } = project;
    await expect(apply({ ...context, system: { ...context.system, failpoints } }, manner)).rejects.toThrow('killed');
    await project.sql('development', 'delete from :place.place');
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
    // Whoever tries again creates no second place.
    expect(await project.sql('development', "select n from m3forge.audit where event = 'place.created'")).toHaveLength(
      1,
    );
  });
});

/** The database, with m3forge's own patience cut short; it tells what it was told about waiting. */
const impatient = (database: Database, told: string[]): Database => ({
  ...database,
  transaction: (work, hooks) =>
    database.transaction(
      (transaction) =>
        work({
          ...transaction,
          execute: (sql, parameters) => {
            if (!sql.includes('lock_timeout')) return transaction.execute(sql, parameters);
            told.push(sql);
            return transaction.execute("set local lock_timeout = '20ms'");
          },
        }),
      hooks,
    ),
});

const codeOf = async (attempt: Promise<unknown>): Promise<string | undefined> => {
  const error = await attempt.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error;
  return error.diagnostics[0]?.code;
};

test('a place that another session has locked is given up on', async () => {
  const location = { kind: 'server', url: new Secret(await freshDatabase()) } as const;
  const [database, other] = [await openForTests(location), await openForTests(location)];
  const told: string[] = [];
  const storeOn = (on: Database): ArtifactStore => {
    const store = postgres.artifactStore?.({ system: testSystem(), database: on, schema: 'place' });
    if (!store) throw new Error('postgres has places');
    return store;
  };
  const store = storeOn(impatient(database, told));
  const { uuid } = testSystem().ids;
  await store.create({ placeId: uuid(), lineage: uuid() });
  await other.query("set application_name = 'psql'");
  await other.transaction(async (transaction) => {
    await transaction.query('select 1 from place.place for update');
    expect(await codeOf(store.raiseFence(0, () => Promise.resolve()))).toBe('place-locked-by-session');
    expect(await codeOf(store.adopt({ fence: 0, lineage: uuid() }))).toBe('place-locked-by-session');
  });
  expect(told).toEqual(["set local lock_timeout = '1s'", ...Array(2).fill("set local lock_timeout = '30s'")]);
  expect(await store.raiseFence(0)).toBe(1);
});

test('a former holder that hangs in the middle of a write is ended by whoever raises the fence', async () => {
  const location = { kind: 'server', url: new Secret(await freshDatabase()) } as const;
  const [database, former] = [await openForTests(location), await openForTests(location)];
  const store = postgres.artifactStore?.({ system: testSystem(), database, schema: 'place' });
  const { uuid } = testSystem().ids;
  await store?.create({ placeId: uuid(), lineage: uuid() });
  const writing = former.transaction(async (transaction) => {
    await transaction.query('select 1 from place.place for update');
    expect(await store?.raiseFence(0, () => Promise.resolve())).toBe(1);
    await transaction.execute('update place.place set active = 7');
  });
  expect(await codeOf(writing)).toBe('database-connection-lost');
  expect((await store?.status())?.active).toBe(0);
});

test('whoever lost the lease while it waited for the row ends nobody, and raises no fence', async () => {
  const location = { kind: 'server', url: new Secret(await freshDatabase()) } as const;
  const [database, rightful] = [await openForTests(location), await openForTests(location)];
  const store = postgres.artifactStore?.({ system: testSystem(), database: impatient(database, []), schema: 'place' });
  const { uuid } = testSystem().ids;
  await store?.create({ placeId: uuid(), lineage: uuid() });
  await rightful.transaction(async (transaction) => {
    await transaction.query('select 1 from place.place for update');
    const lost = () => Promise.reject(new Error('the lease is lost'));
    await expect(store?.raiseFence(0, lost)).rejects.toThrow('the lease is lost');
    await transaction.execute('update place.place set fence = 1');
  });
  await expect(store?.raiseFence(0)).rejects.toThrow('place-fenced');
  expect((await store?.status())?.fence).toBe(1);
});

test('a place that a newer lease has taken over is not brought forward by the older one', async () => {
  const project = await released('schemas');
  await project.script(
    'development',
    `drop view :place.processor_files; drop function :place.processor_file_at, :place.processor_at; drop view :place.variables; drop table :place.variable; alter table :place.activation drop column variables;
     delete from :place.m3forge_migration where id >= 3`,
  );
  const failpoints = async (name: string): Promise<void> => {
    if (name !== 'after-start-recorded') return;
    await project.sql('development', 'update :place.place set fence = fence + 1');
  };
  const { context } = project;
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['new']) }, 'v1.1.0');
  const outcome = await apply({ ...context, system: { ...context.system, failpoints } }, manner);
  expect(outcome.ok && outcome.value.problems.map(({ code }) => code)).toEqual(['place-fenced']);
  const ledger = await project.sql('development', 'select max(id) as last from :place.m3forge_migration');
  expect(ledger).toEqual([{ last: 2 }]);
});
