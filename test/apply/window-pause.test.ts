import { describe, expect, test } from 'vitest';
import { apply, resume, rollback } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { afterStep, closing, pausingWindow } from '../support/closing-window.ts';
import { type Arrangement, codesOf, createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { askFor, peopleOf, releasesOf } from './approved.ts';

const silent = { report: () => undefined, lockTimeoutMs: 0 };

const target = (more = ''): string =>
  `  production: { environment: production, version: latest, deployment: { timeout_seconds: 86400 }, windows: [${pausingWindow()}]${more} }`;

/** v1.0.0 runs, and v1.1.0 may begin in a window. */
const estate = async (arrangement: Arrangement, more = ''): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure('  production: { environment: production, version: latest }');
  await project.apply();
  project.configure(target(more));
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  return project;
};

describe.each(forRules)('a window that closes on a release (%s)', (arrangement) => {
  test.each(['backup', 'write'])(
    'lets it wait after its %s, with its approvals, and it goes on later',
    async (step) => {
      const project = await estate(arrangement, ', approvals: { min_approvals: 1 }');
      const id = await askFor(project);
      await peopleOf(project).approve('bob', id);
      const { context, report } = closing(project.context, afterStep(step));
      const paused = valueIn(await resume(context, { id, report, lockTimeoutMs: 0 }));
      expect(paused.sections).toMatchObject([{ outcome: 'waiting', active: 'v1.0.0' }]);
      expect(codesOf(paused.problems)).toEqual(['release-paused']);

      const [waiting, ended] = await releasesOf(project);
      expect(waiting).toMatchObject({ state: 'waiting', version: 'v1.1.0', requested_by: 'tester', started_at: null });
      expect(ended).toMatchObject({ id, state: 'superseded', failure: { code: 'release-paused' } });
      expect(await auditOf(project, { action: 'release.paused' })).toMatchObject([
        { subject: id, detail: { continued_as: waiting?.id, approved_by: ['bob'] } },
      ]);
      expect(await peopleOf(project).explain(waiting?.id ?? '')).toMatchObject({ approvals: { missing: 0 } });

      const gone = valueIn(await resume(project.context, { id: waiting?.id ?? '', ...silent }));
      expect(gone).toMatchObject({ problems: [], sections: [{ outcome: 'succeeded', active: 'v1.1.0' }] });
      expect((await releasesOf(project))[0]).toMatchObject({ id: waiting?.id, state: 'succeeded' });
      expect((await project.plan()).sections[0]).toMatchObject({ changes: [], drift: [] });
    },
  );

  test('without approvals is gone on with by the next apply, and overtaken by one for something else', async () => {
    const project = await estate(arrangement);
    const manner = { reason: null, confirm: () => Promise.resolve(true), lockTimeoutMs: 0, targets: [] };
    const first = closing(project.context, afterStep('backup'));
    await apply(first.context, { ...manner, report: first.report });
    const [waiting] = await releasesOf(project);
    const second = closing(project.context, afterStep('backup'));
    await apply(second.context, { ...manner, report: second.report });
    const [again, before] = await releasesOf(project);
    expect(before).toMatchObject({ id: waiting?.id, state: 'superseded' });
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
    expect(await project.apply()).toMatchObject({ problems: [], sections: [{ active: 'v1.2.0' }] });
    expect((await releasesOf(project)).find(({ id }) => id === again?.id)).toMatchObject({ state: 'superseded' });
  });
});

test('a rollback goes on whatever window closes', async () => {
  const project = await estate('schemas');
  await project.apply();
  const { context, report } = closing(project.context, afterStep('backup'));
  const manner = { reason: 'wrong', confirm: () => Promise.resolve(true), lockTimeoutMs: 0, target: 'production' };
  const outcome = valueIn(await rollback(context, { ...manner, report }));
  expect(outcome.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
});
