import { describe, expect, test } from 'vitest';
import { createFailpoints } from '../../engine/system/index.ts';
import { auditOf } from '../support/audit.ts';
import { codesOf, forRules, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { close, declare, estate, letGatesPass, reviewsOf, targetsWith } from './emergency.ts';

const failing = ', smoke_tests: [{ name: totals, run: "false" }]';

const closings = async (project: TestProject) =>
  (await auditOf(project, { action: 'review.closed' })).map(({ detail }) => detail.outcome);

describe.each(forRules)('what is left of an emergency (%s)', (arrangement) => {
  test('that does not pass its verification goes back by itself, and leaves nothing to be reviewed', async () => {
    const project = await estate(arrangement);
    project.configure(targetsWith(failing));
    const report = await declare(project);
    expect(report).toMatchObject({ sections: [{ outcome: 'failed', active: 'v1.0.0' }] });
    expect(await reviewsOf(project)).toEqual([]);
    expect(await reviewsOf(project, true)).toMatchObject([{ version: 'v1.1.0', outcome: 'not_active' }]);
    expect(await closings(project)).toEqual(['not_active']);
    // The version that failed is avoided now; the next one is released as ever.
    letGatesPass(project, true);
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['mended', 'again']) }, 'v1.2.0');
    expect((await project.apply(['production'])).problems).toEqual([]);
  });

  test('that is asked to stay although it failed is to be reviewed all the same', async () => {
    const project = await estate(arrangement, targetsWith(', deployment: { on_failure: keep }'));
    project.configure(targetsWith(`${failing}, deployment: { on_failure: keep }`));
    expect(await declare(project)).toMatchObject({ sections: [{ outcome: 'failed', active: 'v1.1.0' }] });
    expect(await reviewsOf(project)).toMatchObject([{ version: 'v1.1.0', outcome: null }]);
  });

  test('is gone with a rollback by hand to another version', async () => {
    const project = await estate(arrangement);
    await declare(project);
    const report = await project.rollback('production');
    expect(report.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
    expect(await closings(project)).toEqual(['superseded']);
    expect(await reviewsOf(project)).toEqual([]);
  });

  test('holds up no other emergency, and is judged against what that one brought', async () => {
    const project = await estate(arrangement);
    await declare(project);
    project.repository.commit({ 'workflows/b.json': workflowFile('b') }, 'v1.2.0');
    expect(await declare(project)).toMatchObject({ problems: [], sections: [{ active: 'v1.2.0' }] });
    const [second, first] = await reviewsOf(project);
    letGatesPass(project, true);
    expect(await close(project, first?.release ?? '')).toMatchObject({
      review: { version: 'v1.1.0', outcome: 'passed' },
      gates: { version: 'v1.2.0' },
    });
    expect(await reviewsOf(project)).toEqual([second]);
    // Back to the first, of which everything has passed: nothing is left of the second.
    await project.rollback('production');
    expect(await reviewsOf(project)).toEqual([]);
  });

  test('that failed before it had written anything is nothing', async () => {
    const project = await estate(arrangement);
    const system = { ...project.context.system, failpoints: createFailpoints('write-before-bodies=throw') };
    const report = await declare({ ...project, context: { ...project.context, system } });
    expect(report).toMatchObject({ sections: [{ outcome: 'failed', active: 'v1.0.0' }] });
    expect(await closings(project)).toEqual(['not_active']);
  });

  test('cannot be closed where somebody has changed what runs by hand', async () => {
    const project = await estate(arrangement);
    await declare(project);
    const [review] = await reviewsOf(project);
    await project.script('production', 'update :place.artifact_version set name = name || $$-x$$ where to_seq is null');
    letGatesPass(project, true);
    expect(await close(project, review?.release ?? '')).toEqual(['review-differs']);
    expect(codesOf((await project.apply(['production'])).problems)).toContain('release-blocked');
    await project.sql('production', 'update :place.place set active = 0');
    expect(await close(project, review?.release ?? '')).toEqual(['review-nothing-runs']);
  });
});
