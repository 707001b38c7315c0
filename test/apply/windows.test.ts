import { beforeAll, describe, expect, test } from 'vitest';
import { apply, simulate } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const hourMs = 3_600_000;

/** A window around this moment: it began an hour ago at the latest, and lasts for so many hours; once a day. */
const around = (kind: 'allow' | 'deny', hours: number, now = new Date()): string =>
  `{ kind: ${kind}, cron: "0 ${now.getUTCHours()} * * *", duration: ${hours}h, reason: year end, owner: carol }`;

const targetsWith = (...windows: readonly string[]): string =>
  `  production: { environment: production, version: latest${windows.length > 0 ? `, windows: [${windows.join(', ')}]` : ''} }`;

const createEstate = async (arrangement: Arrangement): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(targetsWith());
  await project.apply();
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  return project;
};

const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, lockTimeoutMs: 0 };

describe.each(forRules)('a window (%s)', (arrangement) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createEstate(arrangement);
  });

  test('that forbids is waited for, and its plan says until when and whom to ask', async () => {
    project.configure(targetsWith(around('deny', 3)));
    const [section] = (await project.plan()).sections;
    expect(section?.blocks).toMatchObject([
      {
        code: 'window-closed',
        reason: expect.stringMatching(
          /^A window in which no release begins is in force until 20\S+Z: year end \(carol knows more\)\.$/,
        ),
        until: expect.stringMatching(/:00:00\.000Z$/),
      },
    ]);
    const report = await project.apply();
    expect(codesOf(report.problems)).toEqual(['release-held']);
    expect(report.sections).toMatchObject([{ outcome: 'refused', active: 'v1.0.0' }]);
  });

  test('that allows lets a release begin in it, and none outside', async () => {
    const later = new Date(Date.now() + 5 * hourMs);
    project.configure(targetsWith(around('allow', 1, later)));
    const [section] = (await project.plan()).sections;
    expect(section?.blocks[0]?.reason).toMatch(/^Releases begin in certain windows only, and the next begins at 20/);
    project.configure(targetsWith(around('allow', 3)));
    expect((await project.plan()).sections[0]?.blocks).toEqual([]);
  });

  test('is passed over with a reason, which is audited', async () => {
    project.configure(targetsWith(around('deny', 3)));
    const outcome = valueIn(
      await apply(project.context, { ...manner, targets: [], overrideWindows: 'totals are wrong' }),
    );
    expect(outcome).toMatchObject({ problems: [], sections: [{ outcome: 'succeeded', active: 'v1.1.0' }] });
    const started = await auditOf(project, { action: 'release.started' });
    expect(started.map(({ detail }) => detail.window_override ?? null)).toEqual([null, 'totals are wrong']);
    expect((await project.plan()).sections[0]).toMatchObject({ changes: [], blocks: [] });
  });

  test('lets a rollback through', async () => {
    expect((await project.rollback('production')).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  });

  test('that is recorded holds although the file has it no more', async () => {
    project.configure(targetsWith());
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
    const [section] = (await project.plan()).sections;
    expect(section?.blocks).toMatchObject([{ code: 'window-closed' }]);
    expect(section?.held).toEqual(['windows: one that forbids is removed or changed']);
  });
});

test('a window that is told to ends what is under way, before anything was activated', async () => {
  const project = await createEstate('schemas');
  const now = Date.now();
  let ahead = 0;
  // The backup takes until the window has closed, by the clock of the process.
  const { clock } = project.context.system;
  const context = {
    ...project.context,
    system: { ...project.context.system, clock: { ...clock, monotonicMs: () => clock.monotonicMs() + ahead } },
  };
  const open = around('allow', 3, new Date(now)).replace(' }', ', on_boundary: abort }');
  project.configure(targetsWith(open));
  const report = (_: string, event: { readonly type: string }): void => {
    if (event.type === 'backup_created') ahead = 4 * hourMs;
  };
  project.configure(`${targetsWith(open).slice(0, -2)}, deployment: { timeout_seconds: 86400 } }`);
  const outcome = valueIn(await apply(context, { ...manner, report, targets: [] }));
  expect(outcome.sections).toMatchObject([{ outcome: 'failed', active: 'v1.0.0' }]);
  expect(outcome.problems.map(({ code }) => code)).toContain('release-window-closed');
});

test('simulating tells what time alone brings, and changes nothing', async () => {
  const project = await createEstate('schemas');
  project.configure(
    targetsWith(
      '{ kind: deny, cron: "0 17 * * 5", duration: 63h, timezone: America/New_York, reason: weekend freeze }',
    ),
  );
  const before = await auditOf(project);
  const request = { targets: [], lockTimeoutMs: 0 };
  const sunday = new Date('2099-11-29T12:00:00Z');
  const simulation = valueIn(await simulate(project.context, { ...request, at: sunday }));
  expect(simulation.targets).toEqual([
    {
      ...{ target: 'production', may_begin: false, reasons: ['weekend freeze'] },
      opens_at: '2099-11-30T13:00:00.000Z',
      publishes_at: null,
    },
  ]);
  expect(simulation.cut).toBe(true);
  const [first] = simulation.events;
  expect(first).toMatchObject({
    target: 'production',
    event: expect.stringMatching(/^window_/),
    detail: 'weekend freeze',
  });
  project.configure('  production: { environment: production, version: latest }', {
    environments: { production: 'enabled: false' },
  });
  const closed = valueIn(await simulate(project.context, { ...request, at: sunday }));
  expect(closed.targets[0]?.reasons).toContain('it or its environment is disabled');
  const past = await simulate(project.context, { ...request, at: new Date('2020-01-01T00:00:00Z') });
  expect(codesOf(past.diagnostics)).toEqual(['usage-flag-value']);
  expect(await auditOf(project)).toEqual(before);
});
