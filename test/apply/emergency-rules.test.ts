import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addHold, apply } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, forRules, type TestProject, valueIn } from '../support/project.ts';
import { peopleOf, releasesOf } from './approved.ts';
import { close, declare, estate, justification, letGatesPass, reviewsOf, targetsWith } from './emergency.ts';

const approved = ', approvals: { min_approvals: 1 }';

/** Both targets ask for an approval, and it is given for that. */
const guarded = async (arrangement: Arrangement): Promise<TestProject> => {
  const project = await estate(arrangement);
  project.configure(targetsWith(approved, approved));
  letGatesPass(project, true);
  for (const [index, target] of ['production', 'hotfix'].entries()) {
    await project.apply([target], 'v1.0.0');
    const [waiting] = (await releasesOf(project)).filter(({ state }) => state === 'waiting');
    expect(waiting, `${index} ${target}`).toBeDefined();
    await peopleOf(project).approve('bob', waiting?.id ?? '');
    await peopleOf(project).resume('alice', waiting?.id ?? '');
  }
  letGatesPass(project, false);
  return project;
};

describe.each(forRules)('in an emergency (%s)', (arrangement) => {
  test('a justification stands for the approvals, and somebody else closes the review', async () => {
    const project = await guarded(arrangement);
    const [section] = (await project.plan(['hotfix'])).sections;
    expect(section?.emergency).toMatchObject({ approvals_replaced: 1 });
    expect(await declare(project)).toMatchObject({ problems: [], sections: [{ active: 'v1.1.0' }] });
    const [review] = await reviewsOf(project);
    letGatesPass(project, true);
    expect(await close(project, review?.release ?? '', 'alice')).toEqual(['review-own']);
    expect(await close(project, review?.release ?? '', 'bob')).toMatchObject({ review: { closed_by: 'bob' } });
  });

  test('a hold stops it, and is lifted or not by somebody; a window does not', async () => {
    const project = await estate(arrangement);
    const always = '[{ kind: deny, cron: "0 0 * * *", duration: 23h, reason: freeze }]';
    const hour = new Date().getUTCHours();
    const now = always.replace('0 0', `0 ${(hour + 23) % 24}`);
    project.configure(targetsWith(`, windows: ${now}`, `, windows: ${now}`));
    const request = { targets: [], reason: 'nothing at all', until: null, lockTimeoutMs: 0 };
    await addHold(project.context, request);
    expect(await declare(project)).toMatchObject({ problems: [{ code: 'release-blocked' }] });
    await project.sql('production', 'update m3forge.hold set lifted_at = now(), lifted_by = $$x$$');
    expect(await declare(project)).toMatchObject({ problems: [], sections: [{ active: 'v1.1.0' }] });
    const [started] = (await auditOf(project, { action: 'release.started' })).slice(-1);
    expect(started?.detail).toMatchObject({ window_override: justification });
  });

  test('a saved plan takes its justification when it is applied, and not before', async () => {
    const project = await estate(arrangement);
    const planFile = join(project.directory, 'plan.json');
    writeFileSync(planFile, JSON.stringify(await project.plan(['hotfix'])));
    const manner = { reason: null, lockTimeoutMs: 0, targets: [], planFile, report: () => undefined };
    const confirm = (): Promise<boolean> => Promise.resolve(true);
    const refused = await apply(project.context, { ...manner, confirm });
    expect(codesOf(refused.diagnostics)).toEqual(['emergency-unjustified']);
    expect(valueIn(await apply(project.context, { ...manner, confirm, justification }))).toMatchObject({
      problems: [],
      sections: [{ outcome: 'succeeded', active: 'v1.1.0' }],
    });
  });

  test('a backup is taken although the target asks for none', async () => {
    const none = ', deployment: { require_backup: false }';
    const project = await estate(arrangement, targetsWith(none, none));
    await declare(project);
    expect((await releasesOf(project))[0]).toMatchObject({ version: 'v1.1.0', backup: expect.any(String) });
  });

  test('no rule is loosened on its way', async () => {
    const project = await estate(arrangement, targetsWith());
    project.configure(targetsWith(', emergency: { post_deploy_review: false, allowed_roles: [admin, developer] }'));
    const [section] = (await project.plan(['hotfix'])).sections;
    expect(section).toMatchObject({
      emergency: { allowed_roles: ['admin'], review: true },
      blocks: [{ code: 'emergency-loosens' }],
      configuration_changes: [
        {
          loosens: [
            'emergency.allowed_roles: ["admin"] → ["admin","developer"]',
            'emergency.post_deploy_review: true → false',
          ],
        },
      ],
    });
    expect(await declare(project)).toMatchObject({ problems: [{ code: 'release-blocked' }] });
  });

  test('a target is none for it before that is recorded: what is recorded in its place holds', async () => {
    const project = await estate(arrangement, targetsWith());
    project.configure(targetsWith().replace('version: ^1, gates', 'version: ^1, type: emergency, gates'));
    const [section] = (await project.plan(['production'])).sections;
    expect(section).toMatchObject({
      gates: ['validation', 'unit_tests'],
      held: expect.arrayContaining(['type: "auto_deploy" → "emergency"']),
    });
    expect(section?.emergency).toBeUndefined();
    expect(await declare(project, justification, { target: 'production' })).toEqual(['emergency-refused']);
    letGatesPass(project, true);
    expect(codesOf((await project.apply(['production'])).problems)).toEqual([]);
  });

  test('nothing is left to be reviewed where the target wants none', async () => {
    const project = await estate(arrangement, targetsWith(', emergency: { post_deploy_review: false }'));
    await declare(project);
    expect(await reviewsOf(project, true)).toEqual([]);
    expect((await releasesOf(project))[0]).toMatchObject({ emergency: true });
  });
});
