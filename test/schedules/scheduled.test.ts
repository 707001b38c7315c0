import { beforeAll, describe, expect, test } from 'vitest';
import { addHold, apply, liftHold, status } from '../../engine/operations/index.ts';
import { peopleOf } from '../apply/approved.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, letBeDue, occurrencesOf, scheduled, work } from './scheduled.ts';

describe.each<Arrangement>(['embedded', 'schemas'])('a target with a schedule (%s)', (arrangement) => {
  let project: TestProject;
  let id: string;
  beforeAll(async () => {
    project = await createEstate(arrangement);
  });

  test('says in its plan and its status when it is published', async () => {
    const [section] = (await project.plan()).sections;
    expect(section?.blocks).toMatchObject([
      {
        code: 'scheduled',
        reason: expect.stringMatching(/^It is published on a schedule, and next at 20\S+:00:00\.000Z\.$/),
        until: expect.stringMatching(/:00:00\.000Z$/),
      },
    ]);
    const [row] = valueIn(await status(project.context, { targets: [], lockTimeoutMs: 0 }));
    expect(row).toMatchObject({ next_publish: section?.blocks[0]?.until, due: [] });
  });

  test('waits for its time where somebody applies it', async () => {
    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'waiting', active: 'v1.0.0' }]);
    expect(codesOf(report.problems)).toEqual(['release-scheduled']);
    id = report.sections[0]?.releaseId ?? '';
    const [entry] = await auditOf(project, { action: 'release.scheduled' });
    expect(entry).toMatchObject({ subject: id, detail: { publishes_at: expect.stringMatching(/:00\.000Z$/) } });
    const explained = await peopleOf(project).explain(id);
    expect(explained).toMatchObject({ obstacles: [{ code: 'scheduled' }], earliest: expect.stringMatching(/Z$/) });
  });

  test('is let be by a worker before that', async () => {
    expect(await work(project)).toEqual({ works: [], codes: [] });
    expect(await occurrencesOf(project)).toEqual([]);
  });

  test('is released by a worker when it is due, going on with what waited', async () => {
    const at = await letBeDue(project);
    expect((await work(project)).works).toMatchObject([
      { target: 'production', cause: `schedule of ${at}`, outcome: 'succeeded', version: 'v1.1.0', release: id },
    ]);
    expect(await occurrencesOf(project)).toMatchObject([{ key: at, outcome: 'released', attempts: 1 }]);
    const trail = await auditOf(project, { actor: 'deploy-bot' });
    expect(trail.map(({ event }) => event)).toEqual([
      'schedule.begun',
      'release.started',
      'backup.taken',
      'release.succeeded',
      'configuration.recorded',
      'schedule.settled',
    ]);
  });

  test('is done with a due time at which there is nothing to release', async () => {
    const at = await letBeDue(project);
    expect((await work(project)).works).toMatchObject([{ cause: `schedule of ${at}`, outcome: 'unchanged' }]);
    expect((await work(project)).works).toEqual([]);
  });

  test('is published at another time for a reason, which is audited', async () => {
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
    const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, lockTimeoutMs: 0 };
    const outcome = valueIn(
      await apply(project.context, { ...manner, targets: [], overrideWindows: 'totals are wrong' }),
    );
    expect(outcome).toMatchObject({ problems: [], sections: [{ outcome: 'succeeded', active: 'v1.2.0' }] });
    const started = await auditOf(project, { action: 'release.started' });
    expect(started.at(-1)?.detail).toMatchObject({ window_override: 'totals are wrong' });
  });

  test('lets a rollback through at any time', async () => {
    expect((await project.rollback('production')).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.1.0' }]);
  });
});

test('a release that is due waits for its approvals, and a worker carries it out once it has them', async () => {
  const project = await createEstate('schemas', scheduled(', approvals: { min_approvals: 1 }'));
  const people = peopleOf(project);
  await letBeDue(project);
  const [waiting] = (await work(project)).works;
  expect(waiting).toMatchObject({ outcome: 'waiting', version: 'v1.1.0' });
  expect((await work(project)).works).toEqual([]);
  const id = waiting?.release ?? '';
  await people.approve('alice', id);
  expect((await work(project)).works).toMatchObject([{ cause: 'approved', outcome: 'succeeded', release: id }]);
  await work(project);
  expect(await occurrencesOf(project)).toMatchObject([{ outcome: 'released', attempts: 1 }]);
});

test('what is held up begins when it may, and another due time takes its place', async () => {
  const project = await createEstate('schemas');
  const asked = { lockTimeoutMs: 0, reason: 'year end' };
  const [hold] = valueIn(await addHold(project.context, { ...asked, targets: [], until: null }));
  const first = await letBeDue(project, 30);
  expect((await work(project)).works).toMatchObject([{ outcome: 'held', detail: expect.stringContaining('year end') }]);
  const [row] = valueIn(await status(project.context, { targets: [], lockTimeoutMs: 0 }));
  expect(row?.due).toMatchObject([{ reason: `schedule of ${first}`, note: expect.stringContaining('year end') }]);
  const second = await letBeDue(project);
  await work(project);
  valueIn(await liftHold(project.context, { ...asked, lift: { hold: hold?.kind === 'hold' ? hold.id : '' } }));
  expect((await work(project)).works).toMatchObject([{ cause: `schedule of ${second}`, outcome: 'succeeded' }]);
  expect((await occurrencesOf(project)).map(({ outcome }) => outcome)).toEqual(['superseded', 'released']);
});

test('what nobody was there for is done once, late, and not at all where that is too late', async () => {
  const project = await createEstate('schemas');
  await letBeDue(project, 7 * 60);
  expect((await work(project)).works).toMatchObject([{ outcome: 'missed' }]);
  expect((await project.plan()).sections[0]?.from.version).toBe('v1.0.0');
  await letBeDue(project, 5 * 60);
  expect((await work(project)).works).toMatchObject([{ outcome: 'succeeded' }]);
});

test('a schedule counts from when a worker first saw it, and its last due time is found once', async () => {
  const project = await createEstate('schemas', scheduled().replace(/cron: "[^"]*"/, 'cron: "* * * * *"'));
  expect(await work(project)).toEqual({ works: [], codes: [] });
  await project.sql('production', "update m3forge.schedule set since = since - interval '10 minutes'");
  expect((await work(project)).works).toMatchObject([{ outcome: 'succeeded', version: 'v1.1.0' }]);
  const found = await occurrencesOf(project);
  expect(found).toMatchObject([{ outcome: 'released' }]);
  expect(found[0]?.key).toMatch(/:\d\d:00\.000Z$/);
});
