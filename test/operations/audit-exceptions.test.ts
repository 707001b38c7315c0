import { beforeAll, describe, expect, test } from 'vitest';
import { auditReportMarkdown } from '../../engine/cli/views/audit-report.ts';
import { auditReportCsv } from '../../engine/cli/views/audit-report-csv.ts';
import {
  type AuditReport,
  addHold,
  apply,
  approve,
  history,
  liftHold,
  reportAudit,
  resume,
} from '../../engine/operations/index.ts';
import { type Arrangement, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };
const all = { standard: 'soc2', start: undefined, end: undefined, kept: [], ...noWait } as const;

const reportOf = async ({ context }: TestProject, environment?: string): Promise<AuditReport> =>
  valueIn(await reportAudit(context, { ...all, environment }));

/** The first minute of a year of before, for ever: no release begins. */
const closed = 'windows: [{ kind: allow, cron: "0 0 1 1 *", duration: 1m, reason: "never", owner: ops }]';

const staging = (more = ''): string => `  staging: { environment: staging, version: latest${more && `, ${more}`} }`;

const applied = ({ context }: TestProject, overrideWindows?: string) =>
  apply(context, {
    ...{ reason: null, confirm: () => Promise.resolve(true), report: () => undefined, targets: ['staging'] },
    ...{ overrideWindows, ...noWait },
  });

describe.each<Arrangement>(['embedded', 'schemas'])('exceptions in the report of an audit (%s)', (arrangement) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createProject(arrangement, { environments: ['development', 'staging'] });
    const { context, repository } = project;
    project.configure(staging('approvals: { min_approvals: 1 }'));
    repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    await applied(project);
    const [waiting] = valueIn(await history(context, { targets: [], ...noWait }));
    const id = waiting?.id ?? '';
    valueIn(await approve(context, { id, comment: 'nobody else is here', ...noWait }));
    valueIn(await resume(context, { id, report: () => undefined, ...noWait }));
    const [hold] = valueIn(await addHold(context, { targets: [], reason: 'totals', until: null, ...noWait }));
    const lift = { hold: hold?.kind === 'hold' ? hold.id : '' };
    valueIn(await liftHold(context, { lift, reason: 'the scanner', ...noWait }));
  });

  test('are approvals of what somebody asked for themselves, and holds that were lifted', async () => {
    const report = await reportOf(project);
    expect(report.exceptions.map(({ kind, what, reason, by }) => [kind, what, reason, by])).toEqual([
      ['own request approved', 'v1.0.0', 'nobody else is here', 'tester'],
      ['hold lifted', 'held for: totals', 'the scanner', 'tester'],
    ]);
    expect(report.exceptions.every(({ entry }) => entry !== null)).toBe(true);
    expect(auditReportMarkdown(report)).toContain('### Exceptions (CC8.1 change management)');
    expect(auditReportCsv(report)).toMatch(/^exceptions,CC8\.1,.*hold lifted/m);
    // A hold of every target bears on each environment.
    expect((await reportOf(project, 'development')).exceptions.map(({ kind }) => kind)).toEqual(['hold lifted']);
  });

  test('are windows that were passed over, and rules that were loosened', async () => {
    const { context } = project;
    project.configure(staging(closed));
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
    await applied(project, 'a fix of today');
    const [waiting] = valueIn(await history(context, { targets: [], ...noWait }));
    const id = waiting?.id ?? '';
    if (waiting?.state === 'waiting') {
      valueIn(await approve(context, { id, comment: null, ...noWait }));
      valueIn(await resume(context, { id, report: () => undefined, overrideWindows: 'a fix of today', ...noWait }));
    }
    const found = (await reportOf(project)).exceptions.slice(2);
    expect(found.map(({ kind, reason }) => [kind, reason])).toEqual(
      expect.arrayContaining([
        ['window overridden', 'a fix of today'],
        ['rules loosened', null],
      ]),
    );
    expect(found.find(({ kind }) => kind === 'rules loosened')?.what).toContain('approvals');
  });
});
