import { expect, test } from 'vitest';
import { apply, workOn } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { codesOf, createProject, valueIn } from '../support/project.ts';
import { createEstate, letBeDue, occurrencesOf, scheduled, work } from './scheduled.ts';

test('a worker that stays is refused on the embedded database, and told of the other way', async () => {
  const project = await createProject('embedded');
  const silent = { done: () => undefined, report: () => undefined, problem: () => undefined };
  const outcome = await workOn(project.context, { ...silent, targets: [], lockTimeoutMs: 0, everyMs: 1000 });
  expect(codesOf(outcome.diagnostics)).toEqual(['worker-needs-server']);
  expect(outcome.diagnostics[0]?.hint).toContain('m3forge worker --once');
});

test('what another worker has begun or settled is not begun again', async () => {
  const project = await createEstate('schemas');
  const key = await letBeDue(project);
  await project.sql('production', "update m3forge.occurrence set outcome = 'missed', settled_at = now()");
  const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, lockTimeoutMs: 0 };
  const occurrence = {
    ...{ target: 'production', cause: 'schedule' as const, key, dueAt: new Date(key), because: null, attempts: 0 },
    ...{ releaseId: null, note: null, outcome: null, settledAt: null },
  };
  const report = valueIn(await apply(project.context, { ...manner, targets: ['production'], occurrence }));
  expect(codesOf(report.problems)).toEqual(['occurrence-taken']);
  expect(await project.sql('production', "select id from m3forge.release where state = 'pending_gates'")).toEqual([]);
});

test('a worker releases only what whoever it runs as may, says so, and leaves no denial in the trail each time', async () => {
  const project = await createEstate('schemas');
  await letBeDue(project);
  const team = (role: string): string =>
    `team: { tester: { role: admin }, deploy-bot: { role: ${role}, email: bot@example.com } }`;
  project.configure(scheduled(), { top: team('maintainer') });
  for (const _ of [1, 2]) expect((await work(project)).codes).toEqual(['role-denied']);
  expect(await auditOf(project, { action: 'access.denied' })).toEqual([]);
  expect(await occurrencesOf(project)).toMatchObject([{ outcome: null, attempts: 0 }]);
  project.configure(scheduled(), { top: team('admin') });
  expect((await work(project)).works).toMatchObject([{ target: 'production', outcome: 'succeeded' }]);
  expect((await project.plan()).sections[0]).toMatchObject({ changes: [] });
});
