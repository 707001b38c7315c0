import { describe, expect, test } from 'vitest';
import { explanationText } from '../../engine/cli/views/approvals.ts';
import { releaseText } from '../../engine/cli/views/release.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { addHold, apply, liftHold, rollback, showRelease } from '../../engine/operations/index.ts';
import type { PlanDocument } from '../../engine/plan/index.ts';
import { auditOf } from '../support/audit.ts';
import { codesOf, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { askFor, guarded, peopleOf, production, releasesOf } from './approved.ts';

const one = '{ min_approvals: 1, allowed_approvers: [alice, bob] }';

/** A release that has its approval and is not carried out yet. */
const approved = async () => {
  const project = await guarded('schemas', one);
  const people = peopleOf(project);
  const id = await askFor(project);
  await people.approve('alice', id);
  return { project, people, id };
};

const moves: readonly (readonly [string, (project: TestProject) => unknown, RegExp])[] = [
  [
    'one byte of an artifact in the place',
    ({ script }) => script('production', "update :place.artifact set body = body || ' '::bytea"),
    /content of the place was changed by hand|drift differs/,
  ],
  [
    'the tag',
    ({ repository }) => {
      repository.commit({ 'workflows/a.json': workflowFile('a', ['more', 'still more']) });
      repository.git(['tag', '--force', 'v1.1.0']);
    },
    /tag v1\.1\.0/,
  ],
  [
    'a setting of the target',
    ({ configure }) => configure(production(one, ', deployment: { timeout_seconds: 601 }')),
    /configuration of the target changed: target\.deployment\.timeout_seconds/,
  ],
  [
    'what is active',
    ({ script }) =>
      script(
        'production',
        `insert into :place.activation (n, seq, release_id, kind, fence)
         select (select max(n) + 1 from :place.activation), active, gen_random_uuid(), 'activate', fence from :place.place`,
      ),
    /activation/,
  ],
  [
    'who may approve, as it is recorded',
    ({ script }) =>
      script(
        'production',
        `update m3forge.declared set body = jsonb_set(body, '{approvals}', '{"min_approvals": 2}'), digest = sha256('x')
         where address = 'target.production'`,
      ),
    /approvals that it needs changed|recorded rules|recorded of it/,
  ],
];

describe('an approval is void as soon as something that it rests on moves:', () => {
  test.each(moves)('%s', async (_, move, why) => {
    const { project, people, id } = await approved();
    await move(project);
    const explained = await people.explain(id);
    expect(explained.obstacles[0]).toMatchObject({ code: 'plan-stale' });
    expect(explained.obstacles[0]?.reason).toMatch(why);
    expect(await people.approve('bob', id)).toEqual(['plan-stale']);
    expect(await people.resume('alice', id)).toEqual(['plan-stale']);
    expect((await releasesOf(project))[0]).toMatchObject({ id, state: 'waiting', started_at: null });
  });
});

test('a plan of now takes the place of the one that was approved, says why, and needs an approval of its own', async () => {
  const { project, people, id } = await approved();
  project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
  expect((await project.plan()).sections[0]?.notes.join()).toContain('waits for what was planned before');
  const next = await askFor(project);
  expect(next).not.toBe(id);
  expect((await people.explain(id)).release).toMatchObject({
    state: 'superseded',
    failure: { message: expect.stringMatching(new RegExp(`^Release ${next} took its place: `)) },
  });
  expect(await people.approve('bob', id)).toEqual(['release-over']);
  expect((await people.explain(next)).approvals).toMatchObject({ given: [], missing: 1 });
  await people.approve('bob', next);
  expect(await people.resume('bob', next)).toMatchObject({ sections: [{ active: 'v1.2.0' }] });
  expect((await project.plan()).sections[0]?.changes).toEqual([]);
});

test('what moves the place voids what waits for it, whichever target that is', async () => {
  const { project, people, id: first } = await approved();
  await people.resume('alice', first);
  project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
  const id = await askFor(project);
  await people.approve('alice', id);
  project.configure(`${production(one)}\n  hotfix: { environment: production, version: v1.2.0 }`);
  // The other target is held to the recorded rules of the place, so it needs an approval of its own.
  const hotfix = await project.apply(['hotfix']);
  expect(hotfix.sections).toMatchObject([{ outcome: 'waiting' }]);
  const waiting = hotfix.sections[0]?.releaseId ?? '';
  await people.approve('bob', waiting);
  expect(await people.resume('bob', waiting)).toMatchObject({ sections: [{ outcome: 'succeeded' }] });
  expect((await people.explain(id)).release).toMatchObject({ state: 'superseded' });
});

test('a hold is outside of what was approved: once it is lifted, the approval holds as before', async () => {
  const { project, people, id } = await approved();
  const request = { targets: [], reason: 'year end', until: null, lockTimeoutMs: 0 };
  const [hold] = valueIn(await addHold(project.context, request));
  const held = await people.resume('alice', id);
  if (!('problems' in held)) throw new Error(held.join(' '));
  expect(codesOf(held.problems)).toEqual(['release-blocked']);
  expect((await people.explain(id)).obstacles).toMatchObject([{ code: 'held' }]);
  if (hold?.kind !== 'hold') throw new Error('no hold');
  await liftHold(project.context, { lift: { hold: hold.id }, reason: 'over', lockTimeoutMs: 0 });
  expect(await people.resume('alice', id)).toMatchObject({ sections: [{ outcome: 'succeeded', releaseId: id }] });
});

test('of several who carry it out at once one does, and the others are told', async () => {
  const { project, people, id } = await approved();
  const ended = await Promise.all(['alice', 'bob', 'carol', 'dave'].map((who) => people.resume(who, id)));
  const succeeded = ended.filter((one) => 'sections' in one && one.sections[0]?.outcome === 'succeeded');
  expect(succeeded).toHaveLength(1);
  expect((await releasesOf(project)).filter(({ state }) => state === 'succeeded')).toHaveLength(2);
});

test('a rollback says that it would end what waits, and ends it', async () => {
  const { project, people, id: first } = await approved();
  await people.resume('alice', first);
  project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
  const id = await askFor(project);
  const notes: string[] = [];
  const confirm = (document: PlanDocument): Promise<boolean> => {
    notes.push(...document.sections.flatMap((section) => section.notes));
    return Promise.resolve(true);
  };
  const manner = { target: 'production', reason: null, confirm, report: () => undefined, lockTimeoutMs: 0 };
  expect(valueIn(await rollback(project.context, manner)).sections).toMatchObject([{ outcome: 'succeeded' }]);
  expect(notes).toEqual([
    `Release ${id.slice(0, 8)} waits for what was planned before; applying this takes its place, and its approvals with it.`,
  ]);
  expect((await people.explain(id)).release).toMatchObject({ state: 'superseded' });
});

test('whoever approves sees that the version is to stay active where it fails', async () => {
  const project = await guarded('schemas', one);
  const manner = { targets: [], reason: null, report: () => undefined, lockTimeoutMs: 0 };
  const keep = { onFailure: 'keep' as const, confirm: () => Promise.resolve(true) };
  const { sections } = valueIn(await apply(project.context, { ...manner, ...keep }));
  const explanation = await peopleOf(project).explain(sections[0]?.releaseId ?? '');
  expect(explanation.release).toMatchObject({ on_failure: 'keep' });
  expect(explanationText(explanation, plainStyle)).toContain('If it fails, its version stays active');
  const details = valueIn(await showRelease(project.context, { id: explanation.release.id, lockTimeoutMs: 0 }));
  expect(releaseText(details, plainStyle)).toMatch(/if it fails: +its version stays active/);
  expect(await auditOf(project, { action: 'approval.requested' })).toMatchObject([{ detail: { on_failure: 'keep' } }]);
});
