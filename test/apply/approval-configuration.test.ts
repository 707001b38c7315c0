import { describe, expect, test } from 'vitest';
import { resume } from '../../engine/operations/index.ts';
import { type Arrangement, createProject, forRules, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { peopleOf, releasesOf } from './approved.ts';

const rules = 'approvals: { min_approvals: 1, allowed_approvers: [alice] }';
const loose = 'deployment: { max_deletes: 100 }';

const targets = (production: string) =>
  `  staging: { environment: staging, version: latest }
  production: { environment: production, version: latest, ${production} }`;

/** Staging asks for nothing; production for the approval of alice, and both are recorded. */
const recorded = async (arrangement: Arrangement): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['staging', 'production'] });
  const people = peopleOf(project);
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(targets(rules));
  expect((await project.apply(['staging'])).problems).toEqual([]);
  const first = await project.apply(['production']);
  const id = first.sections[0]?.releaseId ?? '';
  await people.approve('alice', id);
  await people.resume('alice', id);
  expect((await project.plan(['production'])).sections[0]).toMatchObject({ changes: [], configuration_changes: [] });
  return project;
};

const waitingIn = async (project: TestProject): Promise<string> => {
  const [newest] = await releasesOf(project);
  expect(newest).toMatchObject({ kind: 'configuration', state: 'waiting' });
  return newest?.id ?? '';
};

describe.each(forRules)('rules guard themselves (%s)', (arrangement) => {
  test('a change of the rules of a target needs what is recorded of them, though nothing is released', async () => {
    const project = await recorded(arrangement);
    const people = peopleOf(project);
    project.configure(targets('approvals: { min_approvals: 1, allowed_approvers: [mallory] }'));
    const [section] = (await project.plan(['production'])).sections;
    expect(section).toMatchObject({
      approvals: 1,
      approval: { allowed_approvers: ['alice'] },
      held: ['approvals.allowed_approvers: ["alice"] → ["mallory"]'],
    });
    const report = await project.apply(['production']);
    expect(report.sections).toMatchObject([{ outcome: 'waiting' }]);
    const id = await waitingIn(project);
    expect(await people.approve('mallory', id)).toEqual(['approval-not-allowed']);
    expect((await project.apply(['production'])).sections).toMatchObject([{ outcome: 'waiting' }]);
    expect(await people.approve('alice', id)).toMatchObject({ standing: { missing: 0 } });
    expect(await people.resume('mallory', id)).toMatchObject({ sections: [{ outcome: 'succeeded' }] });
    expect((await releasesOf(project))[0]).toMatchObject({ id, state: 'succeeded' });
    // From now on the new rules hold.
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
    expect((await project.plan(['production'])).sections[0]).toMatchObject({
      approval: { allowed_approvers: ['mallory'] },
      configuration_changes: [],
    });
  });

  test('what several share needs the strictest of them', async () => {
    const project = await recorded(arrangement);
    const people = peopleOf(project);
    project.configure(targets(rules), { top: 'backups: { retention: { keep_last: 5 } }' });
    const both = ['staging', 'production'];
    const { configuration } = await project.plan(both);
    expect(configuration).toMatchObject({ approvals: 1, approval: { allowed_approvers: ['alice'] } });
    const report = await project.apply(both);
    expect(report).toMatchObject({ configuration: { outcome: 'waiting' } });
    const id = await waitingIn(project);
    expect(await people.approve('bob', id)).toEqual(['approval-not-allowed']);
    expect(await people.approve('alice', id)).toMatchObject({ standing: { missing: 0 } });
    // No window holds it up, so none can be passed over.
    const passing = { id, overrideWindows: 'urgent', report: () => undefined, lockTimeoutMs: 0 };
    const refused = await resume({ ...project.context, actor: 'bob' }, passing);
    expect(refused.diagnostics.map(({ code }) => code)).toContain('usage-flags-conflict');
    expect(await people.resume('bob', id)).toMatchObject({ problems: [], configuration: { outcome: 'succeeded' } });
    expect(await project.plan(both)).toMatchObject({ configuration: null, withheld: [] });
  });
});

test('nobody loosens the rules of production with a plan of staging', async () => {
  const project = await recorded('schemas');
  project.configure(targets(loose));
  const { sections, withheld } = await project.plan(['staging']);
  expect(sections[0]).toMatchObject({ approvals: 0, configuration_changes: [] });
  expect(withheld).toMatchObject([{ address: 'target.production', loosens: expect.arrayContaining([]) }]);
});

test('in development nobody is asked, whatever is recorded', async () => {
  const project = await createProject('schemas', { environments: ['development'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(`  development: { environment: development, version: latest, ${rules} }`);
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'waiting' }]);
  project.configure('  development: { environment: development, version: latest }');
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded' }]);
});
