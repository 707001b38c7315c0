import { expect, test } from 'vitest';
import { addHold, liftHold } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type TestProject, valueIn } from '../support/project.ts';
import { createEstate, letBeDue, occurrencesOf, work } from './scheduled.ts';

const asked = { lockTimeoutMs: 0, reason: 'year end' };

/** Somebody stops the line when the gates of the release that is due have passed, and it is about to have its place. */
const stoppedAtTheLastMoment = async () => {
  const line: { project?: TestProject; hold?: string } = {};
  const failpoints = async (name: string): Promise<void> => {
    if (name !== 'before-lease' || !line.project || line.hold !== undefined) return;
    line.hold = '';
    const [hold] = valueIn(await addHold(line.project.context, { ...asked, targets: [], until: null }));
    line.hold = hold?.kind === 'hold' ? hold.id : '';
  };
  const project = await createEstate('schemas');
  const context = { ...project.context, system: { ...project.context.system, failpoints } };
  line.project = project;
  return { project: { ...project, context }, hold: () => line.hold ?? '' };
};

test('a release that was kept from beginning at the last moment stays due, and is tried again after a while', async () => {
  const { project, hold } = await stoppedAtTheLastMoment();
  const at = await letBeDue(project);
  expect((await work(project)).works).toMatchObject([{ outcome: 'held', detail: expect.stringContaining('year end') }]);
  const [cancelled] = await auditOf(project, { action: 'release.cancelled' });
  expect(cancelled).toMatchObject({ actor: 'deploy-bot', detail: { target: 'production', code: 'release-blocked' } });
  valueIn(await liftHold(project.context, { ...asked, lift: { hold: hold() } }));

  expect((await work(project)).works).toEqual([]);
  expect(await occurrencesOf(project)).toMatchObject([{ outcome: null, attempts: 1 }]);
  await project.sql('production', "update m3forge.release set ended_at = ended_at - interval '30 s'");
  expect((await work(project)).works).toMatchObject([{ cause: `schedule of ${at}`, outcome: 'succeeded' }]);
  expect(await occurrencesOf(project)).toMatchObject([{ outcome: 'released', attempts: 2 }]);
  expect((await project.plan()).sections[0]).toMatchObject({ changes: [] });
});

test('why something could not begin is in the trail once, however often it was tried', async () => {
  const project = await createEstate('schemas');
  valueIn(await addHold(project.context, { ...asked, targets: [], until: null }));
  const at = await letBeDue(project);
  for (const _ of [1, 2, 3]) await work(project);
  expect(await auditOf(project, { action: 'schedule.hindered' })).toMatchObject([
    { actor: 'deploy-bot', subject: 'production', detail: { key: at, code: 'release-blocked' } },
  ]);
});
