import { beforeAll, describe, expect, test } from 'vitest';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, type TestProject } from '../support/project.ts';
import { releasesOf } from './approved.ts';
import { close, declare, estate, justification, letGatesPass, reviewsOf, targetsWith } from './emergency.ts';

describe.each<Arrangement>(['embedded', 'schemas'])('an emergency (%s)', (arrangement) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await estate(arrangement);
  });

  test('is planned as one: with the gates that it skips, and what it leaves to be done', async () => {
    const [ordinary] = (await project.plan(['production'])).sections;
    const [emergency] = (await project.plan(['hotfix'])).sections;
    expect(ordinary?.emergency).toBeUndefined();
    expect(emergency).toMatchObject({
      ...{ gates: [], approvals: 0, blocks: [] },
      emergency: {
        gates_skipped: expect.arrayContaining(['validation', 'unit_tests']),
        ...{ approvals_replaced: 0, allowed_roles: ['admin'], review: true },
      },
    });
  });

  test.each([null, '', '  too short '])('is refused without a justification that says something: %j', async (why) => {
    expect(await declare(project, why)).toEqual(['emergency-unjustified']);
  });

  test('is declared at no other target', async () => {
    expect(await declare(project, justification, { target: 'production' })).toEqual(['emergency-refused']);
    expect(await releasesOf(project)).toHaveLength(1);
  });

  test('is not begun by applying whatever there is', async () => {
    project.configure(
      targetsWith().replace('  production: { environment', '  production: { enabled: false, environment'),
    );
    const [section] = (await project.plan()).sections;
    expect(section).toMatchObject({ target: 'hotfix', to: null });
    expect(section?.notes[0]).toMatch(/^"hotfix" is for emergencies: it is released where it is named/);
    project.configure(targetsWith());
  });

  test('leaves no review before there was one', async () => {
    const [release] = await releasesOf(project);
    expect(await close(project, release?.id ?? '')).toEqual(['review-unknown']);
  });

  test('releases what no gate has judged, after a backup, and says so in the audit trail', async () => {
    const report = await declare(project);
    expect(report).toMatchObject({ problems: [], sections: [{ outcome: 'succeeded', active: 'v1.1.0' }] });
    const [release] = await releasesOf(project);
    expect(release).toMatchObject({ emergency: true, reason: justification, backup: expect.any(String) });
    expect(await auditOf(project, { action: 'release.emergency' })).toMatchObject([
      { actor: 'alice', subject: release?.id, detail: { justification, version: 'v1.1.0', approvals_replaced: 0 } },
    ]);
    expect(await reviewsOf(project)).toMatchObject([
      { release: release?.id, version: 'v1.1.0', justification, opened_by: 'alice', outcome: null },
    ]);
  });

  test('is told in every plan of its place, and keeps ordinary releases from beginning', async () => {
    project.repository.commit({ 'README.md': 'more' }, 'v1.2.0');
    const [ordinary] = (await project.plan(['production'])).sections;
    const [emergency] = (await project.plan(['hotfix'])).sections;
    expect(ordinary?.notes).toEqual(emergency?.notes);
    expect(ordinary?.notes[0]).toMatch(/^v1\.1\.0 came to this place in an emergency that alice declared \("invoices/);
    expect(ordinary?.blocks).toMatchObject([{ code: 'review-open', remedy: expect.stringMatching(/^m3forge review/) }]);
    expect(emergency?.blocks).toEqual([]);
    letGatesPass(project, true);
    const report = await project.apply(['production']);
    expect(codesOf(report.problems)).toEqual(['release-blocked']);
    letGatesPass(project, false);
  });

  test('stays to be reviewed while a gate does not pass, and that is audited', async () => {
    const [review] = await reviewsOf(project);
    const report = await close(project, review?.release ?? '');
    expect(report).toMatchObject({ review: { outcome: null }, gates: { version: 'v1.1.0', passed: false } });
    expect(await auditOf(project, { action: 'review.failed' })).toMatchObject([
      { actor: 'bob', detail: { version: 'v1.1.0', failed: ['unit_tests'] } },
    ]);
    expect(await reviewsOf(project)).toHaveLength(1);
  });

  test('is over once the gates have passed against what runs: ordinary releases go on', async () => {
    letGatesPass(project, true);
    const [{ release } = { release: '' }] = await reviewsOf(project);
    expect(await close(project, release.slice(0, 8), 'bob', 'totals are right')).toMatchObject({
      review: { outcome: 'passed', closed_by: 'bob', comment: 'totals are right' },
      problems: [],
    });
    expect(await close(project, release)).toEqual(['review-over']);
    expect(await reviewsOf(project)).toEqual([]);
    const report = await project.apply(['production']);
    expect(report).toMatchObject({ problems: [], sections: [{ outcome: 'succeeded', active: 'v1.2.0' }] });
  });
});
