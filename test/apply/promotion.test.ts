import { beforeAll, describe, expect, test } from 'vitest';
import { type PromoteRequest, promote } from '../../engine/operations/index.ts';
import type { PlanDocument } from '../../engine/plan/index.ts';
import { type Arrangement, codesOf, createProject, forRules, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const targetsWith = (production: string): string =>
  `  staging: { environment: staging, version: latest }
  production: { environment: production, version: latest${production} }`;

const manner = {
  ...{ reason: null, confirm: () => Promise.resolve(true), report: () => undefined, lockTimeoutMs: 0 },
  ...{ from: 'staging', to: 'production' },
};

const promoted = async ({ context }: TestProject, version?: string, more: Partial<PromoteRequest> = {}) => {
  const outcome = await promote(context, { ...manner, version, ...more });
  return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
};

/** v1.0.0 runs everywhere, v1.1.0 in staging alone. */
const createEstate = async (arrangement: Arrangement, production = ''): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['staging', 'production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(targetsWith(production));
  await project.apply(['staging']);
  await project.apply(['production']);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  await project.apply(['staging']);
  return project;
};

describe.each(forRules)('a promotion (%s)', (arrangement) => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createEstate(arrangement);
    // A newer version is there, and nobody has tried it.
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
  });

  test('is refused where the source runs something else than was meant', async () => {
    expect(await promoted(project, 'v1.2.0')).toEqual(['promotion-refused']);
  });

  test('brings what the source runs, not what is newest', async () => {
    expect(await promoted(project)).toMatchObject({
      problems: [],
      sections: [{ outcome: 'succeeded', active: 'v1.1.0' }],
    });
    expect(await project.view('production')).toEqual(await project.view('staging'));
    expect((await project.plan(['production'], 'v1.1.0')).sections[0]?.changes).toEqual([]);
  });

  test('of what runs there already changes nothing', async () => {
    expect(await promoted(project, 'v1.1.0')).toMatchObject({ sections: [{ outcome: 'unchanged' }] });
  });

  test('goes back to what was rolled away from, where somebody says why that is meant', async () => {
    await project.rollback('production');
    expect((await project.plan(['production'], 'v1.1.0')).sections[0]?.blocks).toMatchObject([
      { code: 'version-avoided' },
    ]);
    expect(await promoted(project)).toEqual(['usage-flag-missing']);
    const notes: string[] = [];
    const confirm = (document: PlanDocument) => {
      notes.push(...document.sections.flatMap((section) => section.notes));
      return Promise.resolve(true);
    };
    const meant = { reason: 'the cause was elsewhere', confirm };
    expect(await promoted(project, undefined, meant)).toMatchObject({
      sections: [{ outcome: 'succeeded', active: 'v1.1.0' }],
    });
    expect(notes).toEqual(['v1.1.0 is avoided in this place: rolled back to v1.0.0. Applying this lifts that.']);
  });

  test('is refused where the source was changed by hand', async () => {
    await project.script(
      'staging',
      "update :place.artifact set body = convert_to(replace(convert_from(body, 'UTF8'), 'a', 'b'), 'UTF8')",
    );
    expect(await promoted(project)).toEqual(['promotion-refused']);
  });
});

test('a tag that was moved since is not what was tried', async () => {
  const project = await createEstate('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['something else']) });
  project.repository.git(['tag', '--force', 'v1.1.0']);
  const ended = await promoted(project);
  if (Array.isArray(ended)) expect(['promotion-refused', 'version-tag-moved']).toContain(ended[0]);
  else throw new Error('it was promoted');
});

describe('a target that takes what another one runs', () => {
  const rule = ', promotion: { from: staging, soak_hours: 24 }';

  test('waits until that has run long enough, however its version is named', async () => {
    const project = await createEstate('schemas');
    project.configure(targetsWith(rule));
    const [section] = (await project.plan(['production'])).sections;
    expect(section?.blocks).toMatchObject([
      {
        code: 'not-promoted',
        reason: expect.stringMatching(
          /^"production" takes what "staging" runs: it must run v1\.1\.0 for 24 hours, until /,
        ),
        until: expect.any(String),
      },
    ]);
    const report = await project.apply(['production'], 'v1.1.0');
    expect(codesOf(report.problems)).toEqual(['release-held']);
    await project.script('staging', "update m3forge.release set ended_at = ended_at - interval '24 hours'");
    expect((await project.apply(['production'])).sections).toMatchObject([{ outcome: 'succeeded' }]);
    expect((await project.plan(['production'])).sections[0]).toMatchObject({ changes: [], blocks: [] });
  });

  test('takes nothing that never ran there, and nothing that does not any more', async () => {
    const project = await createEstate('schemas');
    project.configure(targetsWith(', promotion: { from: staging }'));
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
    expect(codesOf((await project.apply(['production'])).problems)).toEqual(['release-blocked']);
    await project.rollback('staging');
    const [section] = (await project.plan(['production'], 'v1.1.0')).sections;
    expect(section?.blocks).toMatchObject([
      { code: 'not-promoted', reason: '"production" takes what "staging" runs: it runs v1.0.0, not v1.1.0.' },
    ]);
    // Going back stays possible: that succeeded here once.
    expect((await project.plan(['production'], 'v1.0.0')).sections[0]?.blocks).toEqual([]);
  });

  test('is held to that by what is recorded, whatever the file says', async () => {
    const project = await createEstate('schemas', rule.replace('24', '0'));
    project.configure(targetsWith(''));
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
    const [section] = (await project.plan(['production'])).sections;
    expect(section?.held).toEqual(['promotion: changed → none']);
    expect(section?.blocks).toMatchObject([{ code: 'not-promoted' }]);
  });
});

test('nothing is promoted from what runs nothing', async () => {
  const project = await createProject('schemas', { environments: ['staging', 'production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(targetsWith(''));
  expect(await promoted(project)).toEqual(['promotion-refused']);
});
