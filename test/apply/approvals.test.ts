import { beforeAll, describe, expect, test } from 'vitest';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { askFor, guarded, peopleOf, releasesOf } from './approved.ts';

const two = '{ min_approvals: 2, allowed_approvers: [alice, bob, carol, tester] }';

describe.each<Arrangement>(['embedded', 'schemas'])('a release that needs two approvals (%s)', (arrangement) => {
  let project: TestProject;
  let people: ReturnType<typeof peopleOf>;
  let id: string;
  beforeAll(async () => {
    project = await guarded(arrangement, two);
    people = peopleOf(project);
  });

  test('says so in its plan, under the digest', async () => {
    const [section] = (await project.plan()).sections;
    expect(section).toMatchObject({
      approvals: 2,
      approval: {
        allowed_approvers: ['alice', 'bob', 'carol', 'tester'],
        separation_of_duties: 'requester',
        timeout_hours: null,
        rejects_when_due: true,
      },
    });
  });

  test('waits, and is one release however often it is asked for', async () => {
    id = await askFor(project);
    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'waiting', releaseId: id, active: 'v1.0.0' }]);
    expect(codesOf(report.problems)).toEqual(['approval-missing']);
    expect(report.problems[0]?.detail).toContain('needs 2 approvals and has 0. alice, bob or carol may approve.');
    expect(await releasesOf(project)).toMatchObject([
      { id, state: 'waiting', started_at: null },
      { state: 'succeeded' },
    ]);
    const [planned] = (await project.plan()).sections;
    expect(planned?.notes).toEqual([
      `Release ${id.slice(0, 8)} waits for exactly this; "m3forge explain ${id.slice(0, 8)}" says for whom.`,
    ]);
    expect(project.events.at(-1)).toEqual({
      ...{ type: 'approval_required', releaseId: id, needed: 2, given: [], mayApprove: ['alice', 'bob', 'carol'] },
    });
  });

  test('counts each person once, nobody who may not, and not whoever asked for it', async () => {
    const { digest = '' } = (await project.plan()).sections[0] ?? {};
    expect(await people.approve('alice', id, 'totals checked', digest.slice(0, 12))).toMatchObject({
      standing: { given: ['alice'], missing: 1 },
    });
    expect(await people.approve('alice', id)).toEqual(['approval-twice']);
    expect(await people.approve('mallory', id)).toEqual(['approval-not-allowed']);
    expect(await people.approve('tester', id)).toEqual(['approval-not-allowed']);
    expect(await people.approve('bob', id, null, 'ffffffff')).toEqual(['approval-other-digest']);
    expect(await people.resume('alice', id)).toMatchObject({ sections: [{ outcome: 'waiting' }] });
    expect(await people.explain(id)).toMatchObject({
      approvals: { needed: 2, given: ['alice'], missing: 1, may_approve: ['bob', 'carol'] },
      votes: [{ by: 'alice', decision: 'approved', comment: 'totals checked' }],
      obstacles: [{ code: 'approval-missing', who: ['bob', 'carol'], until: null }],
      earliest: null,
    });
  });

  test('goes on once the second has agreed, as it was asked for', async () => {
    expect(await people.approve('bob', id)).toMatchObject({ standing: { given: ['alice', 'bob'], missing: 0 } });
    expect(await people.explain(id)).toMatchObject({ obstacles: [] });
    expect(await people.resume('carol', id)).toMatchObject({
      problems: [],
      sections: [{ outcome: 'succeeded', releaseId: id, active: 'v1.1.0' }],
    });
    const [release] = await releasesOf(project);
    expect(release).toMatchObject({ id, state: 'succeeded', requested_by: 'tester' });
    expect(release?.waiting_ms).toBeGreaterThan(0);
    expect((await project.plan()).sections[0]).toMatchObject({ changes: [], configuration_changes: [] });
  });

  test('that waits for nothing yet, or no more, is nothing to agree to', async () => {
    const set = (state: string) =>
      project.script('production', `update m3forge.release set state = '${state}', ended_at = null where id = '${id}'`);
    await set('verifying');
    expect(await people.approve('carol', id)).toEqual(['release-not-waiting']);
    await project.script(
      'production',
      `update m3forge.release set state = 'succeeded', ended_at = now() where id = '${id}'`,
    );
  });

  test('is over then, for whoever comes late', async () => {
    expect(await people.approve('carol', id)).toEqual(['release-over']);
    expect(await people.reject('carol', id)).toEqual(['release-over']);
    expect(await people.cancel('carol', id)).toEqual(['release-over']);
    expect(await people.resume('carol', id)).toEqual(['release-over']);
    expect(await people.retry('carol', id, null)).toEqual(['release-not-failed']);
  });

  test('has a trail of all of it, what was refused included', async () => {
    const entries = await auditOf(project, { action: 'approval' });
    expect(entries.map(({ event, actor, detail }) => [event, actor, detail.code ?? detail.comment ?? null])).toEqual([
      ['approval.requested', 'tester', null],
      ['approval.given', 'alice', 'totals checked'],
      ['approval.denied', 'alice', 'approval-twice'],
      ['approval.denied', 'mallory', 'approval-not-allowed'],
      ['approval.denied', 'tester', 'approval-not-allowed'],
      ['approval.denied', 'bob', 'approval-other-digest'],
      ['approval.given', 'bob', null],
      ['approval.denied', 'carol', 'release-not-waiting'],
      ...['approved', 'rejected', 'cancelled'].map(() => ['approval.denied', 'carol', 'release-over']),
    ]);
    const [started] = await auditOf(project, { action: 'release.started', actor: 'carol' });
    expect(started?.detail).toMatchObject({ approved_by: ['alice', 'bob'], requested_by: 'tester' });
  });
});

describe.each<Arrangement>(['embedded', 'schemas'])('a release that is stopped while it waits (%s)', (arrangement) => {
  let project: TestProject;
  let people: ReturnType<typeof peopleOf>;
  beforeAll(async () => {
    project = await guarded(arrangement, '{ min_approvals: 1, timeout_hours: 2 }');
    people = peopleOf(project);
  });

  test('by one who may approve it is rejected, with what they said', async () => {
    const id = await askFor(project);
    expect(await people.reject('bob', id, 'wrong totals')).toMatchObject({ release: { state: 'rejected' } });
    expect(await people.approve('alice', id)).toEqual(['release-over']);
    expect((await people.explain(id)).release.failure).toMatchObject({ message: 'bob rejected it: wrong totals' });
  });

  test('by whoever takes it back is cancelled', async () => {
    const id = await askFor(project);
    expect(await people.cancel('tester', id)).toMatchObject({ release: { state: 'cancelled' } });
    expect(await people.resume('tester', id)).toEqual(['release-over']);
  });

  test('by time is rejected by itself', async () => {
    const id = await askFor(project);
    await project.script('production', `update m3forge.release set due_at = now() - interval '1 s' where id = '${id}'`);
    expect(await people.explain(id)).toMatchObject({ release: { state: 'waiting' } });
    expect(await people.resume('alice', id)).toEqual(['release-over']);
    expect((await people.explain(id)).release).toMatchObject({ state: 'rejected', failure: { code: 'expired' } });
    expect(await auditOf(project, { action: 'approval.expired' })).toMatchObject([{ subject: id }]);
    // What it would have done can be asked for again.
    const again = await askFor(project);
    expect(again).not.toBe(id);
    await people.approve('bob', again);
    // The time is for collecting approvals; there is none to carry out what has them.
    expect((await people.explain(again)).release.due_at).toBeNull();
    expect(await people.resume('bob', again)).toMatchObject({ sections: [{ outcome: 'succeeded' }] });
    expect((await project.plan()).sections[0]?.changes).toEqual([]);
  });
});

test('what failed is tried again under the same rules, and with a reason where it is avoided', async () => {
  const project = await guarded('schemas', '{ min_approvals: 1 }');
  const people = peopleOf(project);
  const failing = ', smoke_tests: [{ name: check, run: "test -e go" }]';
  project.configure(
    `  production: { environment: production, version: latest, approvals: { min_approvals: 1 }${failing} }`,
  );
  const id = await askFor(project);
  await people.approve('alice', id);
  expect(await people.resume('alice', id)).toMatchObject({ sections: [{ outcome: 'failed', active: 'v1.0.0' }] });
  expect(await people.retry('alice', id, null)).toEqual(['usage-flag-missing']);
  const again = await people.retry('alice', id, 'the disk was full');
  if (!('sections' in again)) throw new Error(again.join(' '));
  expect(again.sections).toMatchObject([{ outcome: 'waiting' }]);
  const [{ releaseId } = { releaseId: '' }] = again.sections;
  project.repository.commit({ 'workflows/b.json': workflowFile('b') });
  await people.approve('bob', releaseId ?? '');
  project.configure(
    `  production: { environment: production, version: latest, approvals: { min_approvals: 1 }, smoke_tests: [] }`,
  );
  // The tests that its plan named are a part of what was approved.
  expect(await people.resume('bob', releaseId ?? '')).toEqual(['plan-stale']);
});

test('whoever may approve alone is let, where nobody asked for two pairs of eyes; the trail says so', async () => {
  const project = await guarded('schemas', '{ min_approvals: 1 }', 'staging');
  const people = peopleOf(project);
  const id = await askFor(project);
  expect(await people.approve('tester', id)).toMatchObject({ standing: { missing: 0 } });
  const [given] = await auditOf(project, { action: 'approval.given' });
  expect(given?.detail).toMatchObject({ own_request: true });
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', releaseId: id }]);
});

test('going back needs nobody, unless it is asked for', async () => {
  const project = await guarded('schemas', '{ min_approvals: 1 }');
  const people = peopleOf(project);
  const id = await askFor(project);
  await people.approve('alice', id);
  await people.resume('alice', id);
  expect((await project.rollback('production')).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  project.configure(
    '  production: { environment: production, version: v1.0.0, approvals: { min_approvals: 1, for_rollback: true } }',
  );
  const back = await project.rollback('production', 'v1.1.0');
  expect(back.sections).toMatchObject([{ outcome: 'waiting' }]);
  const waiting = back.sections[0]?.releaseId ?? '';
  await people.approve('alice', waiting);
  expect(await people.resume('alice', waiting)).toMatchObject({
    sections: [{ outcome: 'succeeded', active: 'v1.1.0' }],
  });
});
