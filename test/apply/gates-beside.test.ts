import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resume, showRelease } from '../../engine/operations/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { askFor, peopleOf, releasesOf } from './approved.ts';

// A constant, because knip takes a literal for a program that package.json should list.
const pipeMaker = 'mkfifo';

/** Says what stands in the file `said`; then, while there is a pipe, reads it to its end and fails. */
const target = `  production:
    environment: production
    version: latest
    approvals: { min_approvals: 1 }
    gates:
      tests:
        unit_tests: { run: "cat said" }
        integration_tests: { run: "if [ -e pipe ]; then cat pipe; exit 1; fi; cat said" }`;

const tap = (tests: number): string =>
  `${Array.from({ length: tests }, (_, n) => `ok ${n + 1} - t${n}\n`).join('')}1..${tests}\n`;

const say = ({ directory }: TestProject, tests: number): void => writeFileSync(join(directory, 'said'), tap(tests));

const as = (project: TestProject, actor: string) => ({ ...project.context, actor });
const silent = { report: () => undefined, lockTimeoutMs: 0 };

/** Goes on with a release as alice, and stops when it is about to begin, its gates passed. */
const aboutToBegin = async (project: TestProject, id: string) => {
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const failpoints = async (name: string): Promise<void> => {
    if (name !== 'before-start-recorded') return;
    reached.resolve();
    await goOn.promise;
  };
  const context = as(project, 'alice');
  const running = resume({ ...context, system: { ...context.system, failpoints } }, { id, ...silent });
  await Promise.race([reached.promise, running]);
  return { running, goOn: () => goOn.resolve() };
};

test('whose gates fail beside a release that began leaves it alone, and what it was begun with', async () => {
  const project = await createProject('schemas', { environments: ['production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(target);
  say(project, 1);
  const id = await askFor(project);
  await peopleOf(project).approve('alice', id);

  const first = await aboutToBegin(project, id);
  say(project, 2);
  const pipe = join(project.directory, 'pipe');
  execFileSync(pipeMaker, [pipe]);
  const second = resume(as(project, 'bob'), { id, ...silent });
  // Open as soon as the second gate of bob reads: the first one of his has been recorded by then.
  const writer = await open(pipe, 'w');
  first.goOn();
  expect(valueIn(await first.running)).toMatchObject({ problems: [], sections: [{ outcome: 'succeeded' }] });
  await writer.close();
  const ended = await second;
  expect(codesOf(ended.ok ? ended.value.problems : ended.diagnostics)).toEqual(['gate-failed']);

  expect(await releasesOf(project)).toMatchObject([{ id, state: 'succeeded', failure: null }]);
  const { gates } = valueIn(await showRelease(project.context, { id, lockTimeoutMs: 0 }));
  const tests = gates.filter(({ gate }) => gate.endsWith('_tests'));
  expect(tests.map(({ gate, passed, evidence }) => [gate, passed, String(evidence.summary).split(';')[0]])).toEqual([
    ['integration_tests', true, '1 of 1 test passed'],
    ['unit_tests', true, '1 of 1 test passed'],
  ]);
});
