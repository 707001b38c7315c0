import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { auditReportMarkdown } from '../../engine/cli/views/audit-report.ts';
import { auditReportCsv } from '../../engine/cli/views/audit-report-csv.ts';
import { type AuditReport, anchorAudit, liftHold, reportAudit } from '../../engine/operations/index.ts';
import { askFor, peopleOf, production, releasesOf as releaseList } from '../apply/approved.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const all = { standard: 'soc2', start: undefined, end: undefined, environment: undefined, lockTimeoutMs: 0 } as const;

const outcomeOf = ({ context }: TestProject, more: object = {}) => reportAudit(context, { ...all, kept: [], ...more });

const report = async (project: TestProject, more?: object): Promise<AuditReport> =>
  valueIn(await outcomeOf(project, more));

const releasesOf = ({ changes }: AuditReport) => changes.filter(({ kind }) => kind !== 'configuration');

/** Two releases to development and one to production, the last of development rolled back and allowed again. */
const createEstate = async (): Promise<TestProject> => {
  const project = await createProject('schemas', { environments: ['development', 'production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply(['development', 'production']);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  await project.apply(['development']);
  await project.rollback('development');
  valueIn(
    await liftHold(project.context, {
      lift: { target: 'development', version: 'v1.1.0' },
      reason: 'mended',
      lockTimeoutMs: 0,
    }),
  );
  return project;
};

describe('a report of what was done', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createEstate();
  });

  test('has every release and rollback, with what changed, approvals, gates and outcome', async () => {
    const changes = releasesOf(await report(project));
    expect(
      changes.map(({ kind, target, from_version, to_version }) => [kind, target, from_version, to_version]),
    ).toEqual([
      ['release', 'development', null, 'v1.0.0'],
      ['release', 'production', null, 'v1.0.0'],
      ['release', 'development', 'v1.0.0', 'v1.1.0'],
      ['rollback', 'development', 'v1.1.0', 'v1.0.0'],
    ]);
    expect(changes[0]).toMatchObject({
      ...{ requested_by: 'tester', counts: { create: 1, update: 0, delete: 0 }, approvals_asked: 0, differs: [] },
      gates: [
        { gate: 'references', verdict: 'passed' },
        { gate: 'validation', verdict: 'passed' },
      ],
      ...{ outcome: 'succeeded', failure: null },
    });
    expect(changes[2]?.counts).toEqual({ create: 0, update: 1, delete: 0 });
    for (const { entries, duration_ms } of changes) {
      expect(entries).toHaveLength(2);
      expect(duration_ms).toBeGreaterThanOrEqual(0);
    }
  });

  test('has every change of the configuration, with what came with a release under its gates', async () => {
    const { changes } = await report(project);
    const configuration = changes.filter(({ kind }) => kind === 'configuration');
    expect(configuration.flatMap((change) => change.configuration)).toEqual(
      expect.arrayContaining(['create environment.development', 'create target.production', 'create source']),
    );
    expect(configuration.find(({ target }) => target === 'development')?.gates).toMatchObject([
      { verdict: 'passed' },
      { verdict: 'passed' },
    ]);
    expect(configuration.find(({ target }) => target === null)).toMatchObject({ approvals_asked: null, gates: [] });
  });

  test('has a history for each environment, and who did what where', async () => {
    const { deployments, access } = await report(project);
    expect(deployments.map(({ environment }) => environment)).toEqual([
      ...['development', 'development', 'development', 'production'],
    ]);
    const here = access.find(({ environment }) => environment === 'development');
    expect(here).toMatchObject({ actor: 'tester' });
    expect(here?.actions).toEqual(
      expect.arrayContaining([
        { action: 'hold.lifted', count: 1 },
        { action: 'release.started', count: 2 },
        { action: 'rollback.succeeded', count: 1 },
      ]),
    );
    expect(here?.count).toBe(here?.actions.reduce((sum, { count }) => sum + count, 0));
  });

  test('is of one environment or time where that is wanted, and of what bears on every environment', async () => {
    const there = await report(project, { environment: 'production' });
    expect(releasesOf(there).map(({ environment }) => environment)).toEqual(['production']);
    expect(there.changes.flatMap(({ configuration }) => configuration)).toContain('create source');
    expect(there.access.map(({ environment }) => environment)).toEqual(['production']);
    const later = await report(project, { start: '2100-01-01T00:00:00.000Z' });
    expect(later).toMatchObject({ changes: [], deployments: [], access: [] });
    expect(later.integrity.entries).toBeGreaterThan(10);
  });

  test('has a release that began before the time and ended in it, with its end alone', async () => {
    const [first] = releasesOf(await report(project));
    const [entry] = await project.sql<{ at: string }>(
      'development',
      `select at from m3forge.audit where n = ${first?.entries.at(-1)}`,
    );
    const [found] = releasesOf(await report(project, { start: entry?.at }));
    expect(found).toEqual({ ...first, entries: first?.entries.slice(-1) });
  });

  test('shows how many approvals the plan asked for, and where that is not recorded', async () => {
    const set = (section: string) => project.script('development', `update m3forge.release set section = ${section}`);
    await project.script('development', 'create table m3forge.kept as select id, section from m3forge.release');
    await set(`jsonb_set(section, '{approvals}', '2')`);
    const asked = await report(project);
    expect(releasesOf(asked).map(({ approvals_asked }) => approvals_asked)).toEqual([2, 2, 2, 2]);
    expect(auditReportMarkdown(asked)).toContain('| 2 asked for |');
    await set(`'{"approvals": "all", "changes": 7, "gates": {"a": []}}'`);
    expect(releasesOf(await report(project))).toMatchObject(
      Array.from({ length: 4 }, () => ({ approvals_asked: null, counts: null })),
    );
    await set('(select kept.section from m3forge.kept where kept.id = release.id)');
    await project.script('development', 'drop table m3forge.kept');
    expect(auditReportMarkdown(await report(project))).toContain('| none asked for |');
  });

  test('says where the record of a release and the trail differ', async () => {
    await project.script('development', `update m3forge.release set requested_by = 'mallory' where kind = 'rollback'`);
    expect(releasesOf(await report(project)).at(-1)?.differs).toEqual(['asked by: tester in the trail']);
    await project.script('development', `update m3forge.release set requested_by = 'tester' where kind = 'rollback'`);
  });

  test('names the standard, with the same sections under other controls', async () => {
    const [soc2, iso] = [await report(project), await report(project, { standard: 'iso27001' })];
    expect(auditReportMarkdown(soc2)).toContain('### Change log (CC8.1 change management)');
    expect(auditReportMarkdown(iso)).toContain('### Change log (8.32 change management)');
    expect(iso.changes).toEqual(soc2.changes);
  });

  test('is held against checkpoints, and says so', async () => {
    const file = { path: join(project.directory, 'anchors.jsonl'), shown: 'anchors.jsonl' };
    expect(codesOf((await outcomeOf(project, { kept: [file] })).diagnostics)).toEqual(['audit-anchor-missing']);
    valueIn(await anchorAudit(project.context, { at: file, create: true, lockTimeoutMs: 0 }));
    const compared = await report(project, { kept: [file] });
    expect(compared.integrity).toMatchObject({ whole: true, checkpoints: 1, files: ['anchors.jsonl'] });
    writeFileSync(file.path, 'nothing\n');
    expect((await outcomeOf(project, { kept: [file] })).ok).toBe(false);
  });

  test('is printed of a trail that was changed too, which stands at the top', async () => {
    await project.script('development', `update m3forge.audit set actor = 'mallory' where n = 3`);
    const outcome = await outcomeOf(project);
    expect(codesOf(outcome.diagnostics)).toContain('audit-broken');
    const broken = valueIn(outcome);
    expect(broken.integrity).toMatchObject({ whole: false, entries: 2, last_hash: null, fault: { n: 3 } });
    expect(releasesOf(broken)).toHaveLength(4);
    expect(auditReportMarkdown(broken).split('\n')[2]).toMatch(/^> \*\*The audit trail was changed/);
    expect(auditReportCsv(broken).split('\n')[1]).toMatch(/^integrity,CC7\.2,.*broken/);
    await project.script('development', `update m3forge.audit set actor = 'tester' where n = 3`);
  });

  test('still tells what the trail knows of releases whose place was forgotten', async () => {
    await project.script(
      'development',
      `delete from m3forge.step; delete from m3forge.release_log; delete from m3forge.gate_result;
       delete from m3forge.avoid; delete from m3forge.release`,
    );
    const changes = releasesOf(await report(project));
    expect(changes).toHaveLength(4);
    expect(changes[0]).toMatchObject({
      ...{ kind: 'release', target: 'development', to_version: 'v1.0.0', outcome: 'succeeded', counts: null },
      differs: ['the trail alone knows it'],
    });
  });
});

test('a change of the configuration that was approved is one line, with who asked and who agreed', async () => {
  const project = await createProject('schemas', { environments: ['production'] });
  const people = peopleOf(project);
  const rules = 'approvals: { min_approvals: 1 }';
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(production('{ min_approvals: 1 }'));
  const first = await askFor(project);
  await people.approve('alice', first);
  await people.resume('alice', first);
  project.configure(
    `  production: { environment: production, version: latest, type: manual_approval, ${rules}, deployment: { max_deletes: 100 } }`,
  );
  await project.apply(['production']);
  const [newest] = await releaseList(project);
  const id = newest?.id ?? '';
  const mine = async (more: object = {}) =>
    (await report(project, more)).changes.filter(({ release }) => release === id);
  expect(await mine()).toMatchObject([
    {
      kind: 'configuration',
      target: 'production',
      to_version: null,
      counts: null,
      outcome: 'waiting',
      approved_by: [],
    },
  ]);
  await people.approve('bob', id);
  await people.resume('carol', id);
  const one = {
    ...{ kind: 'configuration', target: 'production', requested_by: 'tester', outcome: 'recorded' },
    ...{ approvals_asked: 1, approved_by: ['bob'], configuration: ['update target.production'] },
  };
  expect(await mine()).toMatchObject([one]);
  expect(await mine({ environment: 'production' })).toMatchObject([one]);
  expect((await report(project)).deployments.map(({ kind }) => kind)).toEqual(['release']);
});
