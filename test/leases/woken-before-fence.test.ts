import { expect, test } from 'vitest';
import { apply } from '../../engine/operations/index.ts';
import { codesOf, createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const manner = { targets: [], reason: null, lockTimeoutMs: 0, report: () => undefined };

/** A release that is stopped right before it raises the fence, while `meanwhile` happens. */
const stoppedRelease = async (meanwhile: string) => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['new']) }, 'v1.1.0');
  let stops = 0;
  const failpoints = async (name: string): Promise<void> => {
    if (name !== 'before-fence-raised') return;
    stops += 1;
    if (stops === 1) await project.script('development', meanwhile);
  };
  const system = { ...project.context.system, failpoints };
  const confirm = () => Promise.resolve(true);
  const outcome = await apply({ ...project.context, system }, { ...manner, confirm });
  const codes = codesOf(outcome.ok ? outcome.value.problems : outcome.diagnostics);
  const [place] = await project.sql<{ fence: number }>('development', 'select fence from :place.place');
  return { project, codes, fence: place?.fence };
};

test('a holder that wakes when its place is held by another does not fence the rightful one', async () => {
  const taken = `update m3forge.place set lease_id = gen_random_uuid(); update :place.place set fence = fence + 1`;
  const { codes, fence } = await stoppedRelease(taken);
  expect(codes).toEqual(['lease-lost']);
  // One of the first release, one of whoever took the place: the woken one raised none.
  expect(fence).toBe(2);
});

test('a holder whose fence was raised by one that had lost the place raises it once more', async () => {
  const { project, codes, fence } = await stoppedRelease('update :place.place set fence = fence + 1');
  expect(codes).toEqual([]);
  expect(fence).toBe(3);
  expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
});
