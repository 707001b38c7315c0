import { expect, test } from 'vitest';
import { apply, workOn } from '../../engine/operations/index.ts';
import { codesOf, createProject, valueIn } from '../support/project.ts';
import { createEstate, letBeDue } from './scheduled.ts';

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
