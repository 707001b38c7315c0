import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AuditEntry,
  type AuditRequest,
  anchorAudit,
  listAudit,
  verifyAudit,
} from '../../engine/operations/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };

const fileIn = ({ directory }: TestProject, name = 'anchors.jsonl') => ({ path: join(directory, name), shown: name });
const anchor = (project: TestProject, name?: string, create = false) =>
  anchorAudit(project.context, { at: fileIn(project, name), create, ...noWait });
const verify = (project: TestProject, ...names: readonly string[]) =>
  verifyAudit(project.context, { kept: names.map((name) => fileIn(project, name)), ...noWait });

const entriesOf = async ({ context }: TestProject, filter: Omit<AuditRequest, 'lockTimeoutMs'>) => {
  const found: AuditEntry[] = [];
  const count = valueIn(
    await listAudit(context, { ...filter, ...noWait }, async (entries) => {
      found.push(...entries);
      return true;
    }),
  );
  expect(found).toHaveLength(count);
  return found;
};

/** Two releases into an environment of its own, the first of them anchored. */
const createEstate = async (): Promise<TestProject> => {
  const project = await createProject('schemas', { environments: ['development'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply();
  valueIn(await anchor(project, undefined, true));
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  await project.apply();
  return project;
};

describe('the audit trail of two releases', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createEstate();
  });

  test('says who did what, where and from where', async () => {
    const entries = await entriesOf(project, { action: 'release' });
    expect(entries.map(({ event }) => event)).toEqual([
      ...['release.started', 'release.succeeded', 'release.started', 'release.succeeded'],
    ]);
    for (const { actor, environment, origin } of entries) {
      expect({ actor, environment }).toEqual({ actor: project.context.actor, environment: 'development' });
      expect(origin).toMatchObject({ host: expect.any(String), pid: expect.any(Number), user: expect.any(String) });
    }
  });

  test('is chosen from by action, environment, actor and time; what looks like a pattern is none', async () => {
    const count = async (filter: object): Promise<number> => (await entriesOf(project, filter)).length;
    const all = await count({});
    expect(await count({ start: '2000-01-01T00:00:00.000Z', end: '2100-01-01T00:00:00.000Z' })).toBe(all);
    expect(await count({ end: '2000-01-01T00:00:00.000Z' })).toBe(0);
    expect(await count({ action: 'release.started' })).toBe(2);
    expect(await count({ action: 'rel' })).toBe(0);
    expect(await count({ action: '%' })).toBe(0);
    expect(await count({ environment: 'production' })).toBe(0);
    expect(await count({ actor: "'; drop table audit" })).toBe(0);
    expect(await count({ limit: 3 })).toBe(3);
  });

  test('is read no further than somebody wants it', async () => {
    let told = 0;
    const stopped = await listAudit(project.context, noWait, async ({ length }) => {
      told += length;
      return false;
    });
    expect(valueIn(stopped)).toBe(told);
    expect(told).toBeGreaterThan(0);
  });

  test('agrees with the checkpoint of before, and takes a second one', async () => {
    expect(valueIn(await verify(project, 'anchors.jsonl'))).toMatchObject({ checkpoints: 1 });
    expect(valueIn(await anchor(project))).toMatchObject({ written: true });
    expect(valueIn(await anchor(project))).toMatchObject({ written: false });
    expect(valueIn(await verify(project, 'anchors.jsonl'))).toMatchObject({ checkpoints: 2 });
  });

  test('names the entry that was changed, and takes no checkpoint then', async () => {
    await project.script('development', `update m3forge.audit set actor = 'mallory' where n = 3`);
    const before = readFileSync(join(project.directory, 'anchors.jsonl'), 'utf8');
    for (const outcome of [await verify(project), await anchor(project)]) {
      expect(outcome.ok).toBe(false);
      expect(codesOf(outcome.diagnostics)).toEqual(['audit-broken']);
      expect(outcome.diagnostics[0]?.detail).toContain('Entry 3 is the first');
    }
    expect(readFileSync(join(project.directory, 'anchors.jsonl'), 'utf8')).toBe(before);
    await project.script('development', `update m3forge.audit set actor = '${project.context.actor}' where n = 3`);
    expect((await verify(project)).ok).toBe(true);
  });

  test('whose end was cut off is whole by itself, and not what was anchored', async () => {
    await project.script(
      'development',
      'create table m3forge.cut as select * from m3forge.audit where n > 5; delete from m3forge.audit where n > 5',
    );
    expect(valueIn(await verify(project))).toMatchObject({ entries: 5 });
    const outcome = await verify(project, 'anchors.jsonl');
    expect(codesOf(outcome.diagnostics)).toEqual(['audit-broken']);
    expect(outcome.diagnostics[0]?.detail).toContain('Entry 6 is the first');
    await project.script('development', 'insert into m3forge.audit select * from m3forge.cut; drop table m3forge.cut');
    expect((await verify(project, 'anchors.jsonl')).ok).toBe(true);
  });

  test('is not confused by a number that no entry was written with', async () => {
    await project.script(
      'development',
      `create table m3forge.kept as select detail from m3forge.audit where n = 4;
       update m3forge.audit set detail = '{"x": 1e400}' where n = 4`,
    );
    expect((await verify(project)).diagnostics).toMatchObject([{ code: 'audit-broken' }]);
    await project.script(
      'development',
      'update m3forge.audit set detail = (select detail from m3forge.kept) where n = 4; drop table m3forge.kept',
    );
    expect((await verify(project)).ok).toBe(true);
  });

  test('gets its next checkpoint on a line of its own, whatever an editor did to the last one', async () => {
    const [first = ''] = readFileSync(join(project.directory, 'anchors.jsonl'), 'utf8').split('\n');
    writeFileSync(join(project.directory, 'edited.jsonl'), first);
    valueIn(await anchor(project, 'edited.jsonl'));
    expect(valueIn(await verify(project, 'edited.jsonl'))).toMatchObject({ checkpoints: 2 });
    mkdirSync(join(project.directory, 'folder'));
    expect(codesOf((await verify(project, 'folder')).diagnostics)).toEqual(['audit-anchor-unreadable']);
    writeFileSync(join(project.directory, 'empty.jsonl'), '\n');
    expect(codesOf((await verify(project, 'empty.jsonl')).diagnostics)).toEqual(['audit-anchor-invalid']);
  });

  test('gets no file of checkpoints anew unasked, whether it was taken away or emptied', async () => {
    const path = join(project.directory, 'begun.jsonl');
    const missing = await anchor(project, 'begun.jsonl');
    expect(missing.diagnostics).toMatchObject([
      { code: 'audit-anchor-missing', hint: expect.stringContaining('--create') },
    ]);
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '\n');
    const emptied = await anchor(project, 'begun.jsonl');
    expect(emptied.diagnostics).toMatchObject([
      { code: 'audit-anchor-invalid', hint: expect.stringContaining('--create') },
    ]);
    expect(readFileSync(path, 'utf8')).toBe('\n');
    expect(valueIn(await anchor(project, 'begun.jsonl', true))).toMatchObject({ written: true, compared: 0 });
    expect(valueIn(await anchor(project, 'begun.jsonl', true))).toMatchObject({ written: false, compared: 1 });
    expect(valueIn(await anchor(project, 'begun.jsonl'))).toMatchObject({ written: false, compared: 1 });
  });

  test('is held against no file of another state, and against none that was cut', async () => {
    const [first = ''] = readFileSync(join(project.directory, 'anchors.jsonl'), 'utf8').split('\n');
    const foreign = { ...JSON.parse(first), lineage: '00000000-0000-4000-8000-000000000000' };
    writeFileSync(join(project.directory, 'foreign.jsonl'), `\n${JSON.stringify(foreign)}\n`);
    writeFileSync(join(project.directory, 'torn.jsonl'), `${first}\n${first.slice(0, 40)}`);
    const [other, torn] = [await verify(project, 'foreign.jsonl'), await verify(project, 'torn.jsonl')];
    expect(other.diagnostics).toMatchObject([
      { code: 'audit-anchor-foreign', range: { filename: 'foreign.jsonl', start: { line: 2 } } },
    ]);
    expect(torn.diagnostics).toMatchObject([
      { code: 'audit-anchor-invalid', range: { filename: 'torn.jsonl', start: { line: 2, column: 1 } } },
    ]);
  });
});
