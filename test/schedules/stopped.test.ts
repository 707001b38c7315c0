import { expect, test } from 'vitest';
import { type WorkDone, workOn } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { afterStep, closing, pausingWindow } from '../support/closing-window.ts';
import { codesOf, type TestProject } from '../support/project.ts';
import { createEstate, letBeDue, occurrencesOf, scheduled, work } from './scheduled.ts';

/** A worker that stays, in this process. */
const stay = async ({ context }: Pick<TestProject, 'context'>) => {
  const works: WorkDone[] = [];
  const outcome = await workOn(
    { ...context, actor: 'deploy-bot' },
    {
      ...{ targets: [], lockTimeoutMs: 0, everyMs: 1000, report: () => undefined, problem: () => undefined },
      done: (one) => void works.push(one),
    },
  );
  return { works, outcome };
};

test('a worker that is told to stop undoes the release under way, and the next one begins it anew', async () => {
  const project = await createEstate('schemas');
  await letBeDue(project);
  const told = new AbortController();
  const failpoints = (name: string): Promise<void> => {
    if (name === 'after-backup') told.abort();
    return Promise.resolve();
  };
  const system = { ...project.context.system, interrupted: told.signal, failpoints };
  const { outcome, works } = await stay({ context: { ...project.context, system } });
  expect(outcome.ok).toBe(true);
  expect(works).toMatchObject([{ outcome: 'failed', version: 'v1.1.0' }]);
  expect(await project.sql('production', 'select state, failure from m3forge.release order by n desc limit 1')).toEqual(
    [{ state: 'failed', failure: expect.objectContaining({ code: 'release-interrupted' }) }],
  );
  expect(await occurrencesOf(project)).toMatchObject([{ outcome: null, attempts: 1 }]);

  expect((await work(project)).works).toMatchObject([{ outcome: 'succeeded', version: 'v1.1.0' }]);
  expect(await occurrencesOf(project)).toMatchObject([{ outcome: 'released', attempts: 2 }]);
  expect((await project.plan()).sections[0]).toMatchObject({ changes: [] });
});

test('a worker that loses its right ends, and says so', async () => {
  const project = await createEstate('schemas');
  const team = (more: string): { top: string } => ({ top: `team: { tester: { role: admin }${more} }` });
  project.configure(scheduled(), team(', deploy-bot: { role: admin, email: bot@example.com }'));
  let looks = 0;
  const { clock } = project.context.system;
  const sleep = (): Promise<void> => {
    looks += 1;
    project.configure(scheduled(), team(''));
    return Promise.resolve();
  };
  const context = { ...project.context, system: { ...project.context.system, clock: { ...clock, sleep } } };
  const { outcome } = await stay({ context });
  expect(codesOf(outcome.diagnostics)).toEqual(['role-denied']);
  expect(looks).toBe(1);
});

test('a release of a due time that a window lets wait stays linked with it, and goes on when it opens', async () => {
  const project = await createEstate('schemas', scheduled(`, windows: [${pausingWindow()}]`));
  const at = await letBeDue(project);
  const { context, report } = closing(project.context, afterStep('backup'));
  // The database's own clock still says that the window is open, so the same worker goes on with it at once.
  expect((await work({ context }, { report })).works).toMatchObject([
    { cause: `schedule of ${at}`, outcome: 'waiting', version: 'v1.1.0' },
    { cause: 'approved', outcome: 'succeeded', version: 'v1.1.0' },
  ]);
  const [paused] = await auditOf(project, { action: 'release.paused' });
  await work(project);
  expect(await occurrencesOf(project)).toMatchObject([{ key: at, outcome: 'released', attempts: 1 }]);
  expect(await project.sql('production', 'select release_id as id from m3forge.occurrence')).toEqual([
    { id: paused?.detail.continued_as },
  ]);
});
