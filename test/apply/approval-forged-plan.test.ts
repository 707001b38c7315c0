import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apply } from '../../engine/operations/index.ts';
import { integrityOf, type PlanDocument } from '../../engine/plan/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { peopleOf, releasesOf } from './approved.ts';

const both = ['staging', 'production'];
const shared = 'backups: { retention: { keep_last: 5 } }';

const targets = (approvals: string) =>
  `  staging: { environment: staging, version: latest }
  production: { environment: production, version: latest, approvals: ${approvals} }`;

const one = '{ min_approvals: 1, allowed_approvers: [alice, bob] }';

/** Alice or bob must agree to what several share, because production asks for that. */
const recorded = async (arrangement: Arrangement): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: both });
  const people = peopleOf(project);
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(targets(one));
  await project.apply(['staging']);
  const id = (await project.apply(['production'])).sections[0]?.releaseId ?? '';
  await people.approve('alice', id);
  await people.resume('alice', id);
  project.configure(targets(one), { top: shared });
  return project;
};

const waiting = async (project: TestProject): Promise<string> => {
  const [newest] = await releasesOf(project);
  expect(newest).toMatchObject({ kind: 'configuration', target: '', state: 'waiting' });
  return newest?.id ?? '';
};

describe.each(forRules)('what several share (%s)', (arrangement) => {
  test('waits although a saved plan says, under a right integrity, that nobody needs to agree', async () => {
    const project = await recorded(arrangement);
    const { integrity: _, ...document } = await project.plan(both);
    expect(document.configuration).toMatchObject({ approvals: 1 });
    const { approval: __, ...section } = document.configuration ?? {};
    const forged = { ...document, configuration: { ...section, approvals: 0 } } as Omit<PlanDocument, 'integrity'>;
    const planFile = join(project.directory, 'plan.json');
    writeFileSync(planFile, JSON.stringify({ ...forged, integrity: integrityOf(forged) }));
    const report = valueIn(
      await apply(project.context, {
        ...{ planFile, targets: [], reason: null, lockTimeoutMs: 0 },
        confirm: () => Promise.resolve(true),
        report: () => undefined,
      }),
    );
    expect(report.configuration).toMatchObject({ outcome: 'waiting', section: { approvals: 1 } });
    await waiting(project);
    expect((await project.plan(both)).configuration).toMatchObject({ approvals: 1 });
  });

  test('is counted, while it waits, by the rules that are recorded since', async () => {
    const project = await recorded(arrangement);
    const people = peopleOf(project);
    await project.apply(both);
    const id = await waiting(project);
    const two = '{ min_approvals: 2, allowed_approvers: [alice, bob] }';
    project.configure(targets(two), { top: shared });
    await project.apply(['production']);
    const [rules] = await releasesOf(project);
    for (const who of ['alice', 'bob']) await people.approve(who, rules?.id ?? '');
    expect(await people.resume('alice', rules?.id ?? '')).toMatchObject({ sections: [{ outcome: 'succeeded' }] });

    expect(await people.approve('alice', id)).toMatchObject({ standing: { needed: 2, missing: 1 } });
    expect(await people.resume('bob', id)).toMatchObject({ configuration: { outcome: 'waiting' } });
    expect(await people.approve('bob', id)).toMatchObject({ standing: { given: ['alice', 'bob'], missing: 0 } });
    expect(await people.resume('bob', id)).toMatchObject({ configuration: { outcome: 'succeeded' } });
    const [entry] = (await auditOf(project, { action: 'configuration.recorded' })).filter(
      ({ subject }) => subject === id,
    );
    expect(entry).toMatchObject({
      actor: 'bob',
      detail: { requested_by: 'tester', approved_by: ['alice', 'bob'], plan_id: expect.any(String) },
    });
  });
});
