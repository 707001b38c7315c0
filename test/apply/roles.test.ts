import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ApplyReport,
  addHold,
  apply,
  createBackup,
  deprecateVersion,
  liftHold,
  plan,
  rollback,
} from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { codesOf, createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { peopleOf } from './approved.ts';

const noWait = { lockTimeoutMs: 0 };
const team = (more = ''): string =>
  `team: { tester: { role: viewer }, alice: { role: admin }, amy: { role: admin }, bob: { role: maintainer }, carol: { role: developer }${more} }`;

const targets = (approvals = 'min_approvals: 1'): string =>
  ['development', 'staging', 'production']
    .map((name) => {
      const rules = name === 'production' ? `, type: manual_approval, approvals: { ${approvals} }` : '';
      return `  ${name}: { environment: ${name}, version: latest${rules} }`;
    })
    .join('\n');

/** What somebody does with a project; what is refused is told by its codes. */
const deedsOf = (project: TestProject) => {
  const as = (actor: string) => ({ ...project.context, actor });
  const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };
  const told = (outcome: Awaited<ReturnType<typeof apply>>): ApplyReport['sections'] | readonly string[] => {
    if (!outcome.ok) return codesOf(outcome.diagnostics);
    const { problems, sections } = outcome.value;
    return problems.length > 0 ? codesOf(problems) : sections;
  };
  return {
    as,
    apply: async (who: string, ...names: readonly string[]) =>
      told(await apply(as(who), { ...manner, targets: names })),
    overriding: async (who: string, target: string) =>
      told(await apply(as(who), { ...manner, targets: [target], overrideWindows: 'it is urgent' })),
    rollback: async (who: string, target: string) => told(await rollback(as(who), { ...manner, target })),
    hold: async (who: string, ...names: readonly string[]) =>
      codesOf((await addHold(as(who), { targets: names, reason: 'stop', until: null, ...noWait })).diagnostics),
    plan: async (who: string) => codesOf((await plan(as(who), { targets: [], ...noWait })).diagnostics),
  };
};

describe.each(forRules)('a team with roles (%s)', (arrangement) => {
  let project: TestProject;
  let deeds: ReturnType<typeof deedsOf>;
  let people: ReturnType<typeof peopleOf>;
  const errors = (codes: unknown): readonly string[] =>
    (codes as readonly string[]).filter((code) => !code.startsWith('config-literal') && !code.startsWith('config-tls'));
  beforeAll(async () => {
    project = await createProject(arrangement, { environments: ['development', 'staging', 'production'] });
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    project.configure(targets(), { top: team() });
    deeds = deedsOf(project);
    people = peopleOf(project);
  });

  test('holds from its first line on, and lets nobody in whom it does not name', async () => {
    expect(errors(await deeds.plan('mallory'))).toEqual(['role-denied']);
    expect(errors(await deeds.plan('tester'))).toEqual([]);
    expect(await deeds.apply('tester', 'development')).toEqual(['role-denied']);
    expect(await deeds.apply('bob', 'production')).toEqual(['role-denied']);
    expect(await deeds.apply('carol', 'staging')).toEqual(['role-denied']);
  });

  test('lets each release where their role may, and none of several where it may not at one', async () => {
    expect(await deeds.apply('carol', 'development', 'staging')).toEqual(['role-denied']);
    expect(await project.sql('development', 'select 1 from m3forge.release')).toEqual([]);
    expect(await deeds.apply('carol', 'development')).toMatchObject([{ outcome: 'succeeded' }]);
    expect(await deeds.apply('bob', 'staging')).toMatchObject([{ outcome: 'succeeded' }]);
  });

  test('is recorded by an admin only, with a plan of everything', async () => {
    expect(await deeds.apply('bob', 'development', 'staging', 'production')).toEqual(['role-denied']);
    const report = await apply(deeds.as('alice'), {
      ...{ reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait },
      targets: ['development', 'staging', 'production'],
    });
    // The first team is nobody's rule yet; production waits for its approval, and the team with it.
    expect(codesOf(valueIn(report).problems)).toEqual(['approval-missing']);
    const id = valueIn(report).sections.at(-1)?.releaseId ?? '';
    expect(await people.approve('carol', id)).toEqual(['role-denied']);
    expect(await people.approve('alice', id)).toEqual(['approval-not-allowed']);
    expect(await people.approve('bob', id)).toMatchObject({ standing: { given: ['bob'], missing: 0 } });
    expect(await people.resume('bob', id)).toEqual(['role-denied']);
    expect(await people.resume('alice', id)).toMatchObject({ sections: [{ outcome: 'succeeded' }] });
    // By now production has rules, and whoever changes who is who is held to them.
    expect(await deeds.apply('alice', 'development', 'staging', 'production')).toEqual(['approval-missing']);
    const [{ id: asked } = { id: '' }] = await project.sql<{ id: string }>(
      'production',
      "select id from m3forge.release where state = 'waiting'",
    );
    expect(await people.approve('bob', asked)).toMatchObject({ standing: { missing: 0 } });
    expect(await people.resume('bob', asked)).toMatchObject({ problems: [{ code: 'role-denied' }] });
    expect(await people.resume('alice', asked)).toMatchObject({ problems: [] });
    expect((await project.plan()).configuration).toBeNull();
  });

  test('stops releases for those who may, and lets them go on for those who may release', async () => {
    expect(await deeds.hold('tester', 'production')).toEqual(['role-denied']);
    expect(await deeds.hold('carol', 'production')).toEqual(['role-denied']);
    expect(await deeds.hold('bob', 'production')).not.toContain('role-denied');
    const [{ id } = { id: '' }] = await project.sql<{ id: string }>('production', 'select id from m3forge.hold');
    const lifting = { lift: { hold: id }, reason: 'it is fine', ...noWait };
    expect(codesOf((await liftHold(deeds.as('bob'), lifting)).diagnostics)).toContain('role-denied');
    valueIn(await liftHold(deeds.as('alice'), lifting));
  });

  test('keeps versions, backups and the way back for those whose role is for it', async () => {
    const request = { version: 'v1.0.0', reason: 'old', ...noWait };
    expect(codesOf((await deprecateVersion(deeds.as('carol'), request)).diagnostics)).toContain('role-denied');
    const keeping = { target: 'production', ...noWait };
    expect(codesOf((await createBackup(deeds.as('bob'), keeping)).diagnostics)).toContain('role-denied');
    expect(await deeds.rollback('bob', 'production')).toContain('role-denied');
    expect(await deeds.overriding('bob', 'production')).toEqual(['role-denied']);
  });

  test('guards itself: nobody becomes more by writing it into the file, and whoever is left out is out at once', async () => {
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
    project.configure(targets(), {
      top: team(', mallory: { role: admin }').replace('carol: { role: developer }', 'carol: { role: admin }'),
    });
    expect(await deeds.apply('mallory', 'development')).toEqual(['role-denied']);
    expect(await deeds.apply('carol', 'staging')).toEqual(['role-denied']);
    const [, , production] = (await project.plan()).sections;
    expect(production?.approvals).toBe(1);
    const shared = (await project.plan()).configuration?.changes ?? [];
    expect(shared.map(({ address, loosens }) => [address, loosens])).toEqual([
      ['team.carol', ['role: "developer" → "admin"']],
      ['team.mallory', ['one more member']],
    ]);
    project.configure(targets(), { top: team().replace(', bob: { role: maintainer }', '') });
    expect(await deeds.apply('bob', 'staging')).toEqual(['role-denied']);
    project.configure(targets(), { top: '' });
    expect(await deeds.apply('mallory', 'development')).toEqual(['role-denied']);
    project.configure(targets(), { top: team() });
  });

  test('looks at who approved again when it counts', async () => {
    expect(await deeds.apply('alice', 'production')).toEqual(['approval-missing']);
    const [{ id } = { id: '' }] = await project.sql<{ id: string }>(
      'production',
      "select id from m3forge.release where state = 'waiting'",
    );
    expect(await people.approve('bob', id)).toMatchObject({ standing: { missing: 0 } });
    project.configure(targets(), { top: team().replace('bob: { role: maintainer }', 'bob: { role: viewer }') });
    expect(await people.resume('alice', id)).toMatchObject({ sections: [{ outcome: 'waiting' }] });
    expect(await project.view('production')).toEqual(await project.view('staging'));
    project.configure(targets(), { top: team() });
    expect(await people.resume('alice', id)).toMatchObject({ sections: [{ outcome: 'succeeded' }] });
    expect((await project.plan(['production'])).sections[0]).toMatchObject({ changes: [], configuration_changes: [] });
  });

  test('leaves an entry for each refusal: who, what, and why', async () => {
    const denied = await auditOf(project, { action: 'access.denied' });
    expect(denied.length).toBeGreaterThan(12);
    expect(denied[0]).toMatchObject({
      actor: 'mallory',
      subject: 'm3forge plan',
      detail: { action: 'view', targets: [], reason: 'has no role in the team' },
    });
    expect(denied.find(({ actor }) => actor === 'carol')).toMatchObject({
      environment: 'staging',
      detail: {
        action: 'release',
        reason: 'is developer, and may not release at the target "staging" (staging): that takes maintainer or admin',
      },
    });
  });
});

describe.each(forRules)('what somebody wrote (%s)', (arrangement) => {
  test('is approved by others, whichever name their commits have', async () => {
    const project = await createProject(arrangement, { environments: ['production'] });
    const rules = 'min_approvals: 1, separation_of_duties: committers';
    const top = `team: { tester: { role: admin }, alice: { role: admin, email: Test@Example.com }, bob: { role: maintainer } }`;
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    const target = `  production: { environment: production, version: latest, type: manual_approval, approvals: { ${rules} } }`;
    project.configure(target, { top });
    const [section] = (await project.plan()).sections;
    expect(section?.approval).toMatchObject({ separation_of_duties: 'committers', committers: expect.any(Array) });
    const people = peopleOf(project);
    const report = await project.apply();
    const id = report.sections[0]?.releaseId ?? '';
    const author = section?.approval?.committers ?? [];
    expect(author).toEqual(['alice']);
    expect(await people.approve('alice', id)).toEqual(['approval-not-allowed']);
    expect(await people.approve('bob', id)).toMatchObject({ standing: { missing: 0 } });
    expect(await people.resume('tester', id)).toMatchObject({ sections: [{ outcome: 'succeeded' }] });
    expect((await project.plan()).sections[0]).toMatchObject({ changes: [] });
  });
});
