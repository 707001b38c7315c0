import { describe, expect, test } from 'vitest';
import { addHold, apply, liftHold } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { releasesOf } from './approved.ts';

const noWait = { lockTimeoutMs: 0 };

const stop = async ({ context }: TestProject): Promise<string> => {
  const request = { targets: ['production'], reason: 'year end', until: null, ...noWait };
  const [hold] = valueIn(await addHold(context, request));
  if (hold?.kind !== 'hold') throw new Error('nothing was added');
  return hold.id;
};

/** Applies both targets; something happens between the question and the answer. */
const applying = async ({ context }: TestProject, meanwhile: () => Promise<unknown>) => {
  const confirm = async (): Promise<boolean> => {
    await meanwhile();
    return true;
  };
  const manner = { reason: null, confirm, report: () => undefined, ...noWait };
  return valueIn(await apply(context, { ...manner, targets: ['staging', 'production'] }));
};

const createEstate = async (arrangement: Arrangement): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['staging', 'production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  return project;
};

// The embedded database is open to one process at a time, so nobody else can do anything meanwhile.
describe('between a plan and what is done with it', () => {
  test('what was agreed to as blocked is not released once it opens', async () => {
    const project = await createEstate('schemas');
    const hold = await stop(project);
    const lift = { lift: { hold }, reason: 'over', ...noWait };
    const report = await applying(project, async () => valueIn(await liftHold(project.context, lift)));
    expect(report.sections).toMatchObject([
      { section: { target: 'staging' }, outcome: 'succeeded' },
      { section: { target: 'production' }, outcome: 'refused', active: null },
    ]);
    expect(codesOf(report.problems)).toEqual(['release-blocked']);
    expect((await project.plan(['production'])).sections[0]).toMatchObject({ blocks: [], from: { version: null } });
  });

  test('what is stopped before it begins ends as cancelled, with its reason, and no gate is blamed for it', async () => {
    const project = await createEstate('schemas');
    const report = await applying(project, () => stop(project));
    expect(report.sections).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'refused' }]);
    expect((await releasesOf(project))[0]).toMatchObject({
      ...{ target: 'production', state: 'cancelled', started_at: null },
      failure: { code: 'release-blocked', message: expect.stringContaining('year end') },
    });
    expect(await auditOf(project, { action: 'release.refused' })).toEqual([]);
    expect(await auditOf(project, { action: 'release.cancelled' })).toMatchObject([
      { environment: 'production', detail: { code: 'release-blocked', reason: expect.stringContaining('year end') } },
    ]);
  });
});
