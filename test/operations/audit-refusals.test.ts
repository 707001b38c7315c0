import { beforeAll, describe, expect, test } from 'vitest';
import { addHold, apply, liftHold, plan, promote } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, createProject, type TestProject, valueIn } from '../support/project.ts';
import { create, identify } from '../support/versions.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };
const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };

/** What the trail tells of attempts that were refused. */
const refusals = async (project: TestProject) =>
  (await auditOf(project)).flatMap(({ event, subject, environment, detail }) =>
    event.endsWith('.refused') ? [{ event, subject, environment, detail }] : [],
  );

const tryStaging = ({ context }: TestProject) => apply(context, { ...manner, targets: ['staging'] });

describe.each<Arrangement>(['embedded', 'schemas'])('what a rule refused is in the trail (%s)', (arrangement) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createProject(arrangement, { environments: ['development', 'staging'] });
    project.repository.commit(
      { 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') },
      'v1.0.0',
    );
    await project.apply(['staging']);
    identify(project.repository);
  });

  test('a release that a hold stops, once for each attempt; a plan is none', async () => {
    const [hold] = valueIn(
      await addHold(project.context, { targets: ['staging'], reason: 'totals are wrong', until: null, ...noWait }),
    );
    project.repository.commit(
      { 'workflows/a.json': workflowFile('a', ['more']), 'workflows/b.json': workflowFile('b') },
      'v1.1.0',
    );
    valueIn(await plan(project.context, { targets: ['staging'], ...noWait }));
    expect(await refusals(project)).toEqual([]);
    await tryStaging(project);
    const [first, ...others] = await refusals(project);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      ...{ event: 'release.refused', subject: 'staging', environment: 'staging' },
      detail: { target: 'staging', version: 'v1.1.0', codes: ['release-blocked'] },
    });
    expect(JSON.stringify(first?.detail)).toContain('totals are wrong');
    await tryStaging(project);
    expect(await refusals(project)).toHaveLength(2);
    valueIn(
      await liftHold(project.context, { lift: { hold: hold?.kind === 'hold' ? hold.id : '' }, reason: 'x', ...noWait }),
    );
    await tryStaging(project);
    expect(await refusals(project)).toHaveLength(2);
  });

  test('a release that a gate stops has the entry of its end, and no second one', async () => {
    project.configure('  staging: { environment: staging, version: latest, deployment: { max_deletes: 0 } }');
    await project.apply(['staging']);
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.2.0');
    const before = (await refusals(project)).length;
    const ended = await tryStaging(project);
    expect(ended.ok && ended.value.sections[0]?.outcome).toBe('refused');
    expect((await refusals(project)).length).toBe(before + 1);
  });

  test('a promotion, and a version that rises too little', async () => {
    const before = (await refusals(project)).length;
    await promote(project.context, { ...manner, from: 'staging', to: 'staging', version: 'v9.9.9' });
    // Taking a workflow away needs more than that.
    project.repository.commit({ 'workflows/c.json': workflowFile('c') });
    await create(project, { version: 'v1.2.1', dryRun: true });
    await create(project, { version: 'v1.2.1' });
    expect((await refusals(project)).slice(before).map(({ event, detail }) => ({ event, detail }))).toMatchObject([
      { event: 'release.refused', detail: { target: 'staging', codes: ['promotion-refused'] } },
      { event: 'version.refused', detail: { version: 'v1.2.1', codes: ['version-bump-too-low'] } },
    ]);
  });

  test('what is mistyped is no refusal, and missing approvals are none', async () => {
    const before = (await refusals(project)).length;
    await apply(project.context, { ...manner, targets: ['nowhere'] });
    project.configure(
      '  staging: { environment: staging, version: v1.0.0, approvals: { min_approvals: 1, allowed_approvers: [alice] } }',
    );
    const ended = await tryStaging(project);
    expect(ended.ok && ended.value.sections[0]?.outcome).not.toBe('succeeded');
    expect((await refusals(project)).length).toBe(before);
  });
});
