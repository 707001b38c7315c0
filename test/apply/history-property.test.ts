import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

/** A version as a choice of text for each of a few workflows; null where it lacks the workflow. */
const content = fc.array(fc.option(fc.constantFrom('a', 'b', 'c')), { minLength: 4, maxLength: 4 });

const filesOf = (texts: readonly (string | null)[]): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ['workflows/always.json', workflowFile('always')],
    ...texts.flatMap((text, index) =>
      text === null ? [] : [[`workflows/w${index}.json`, workflowFile(`w${index}`, ['start', text])]],
    ),
  ]);

const expectSettled = async (project: TestProject, version: string): Promise<void> => {
  const { sections } = await project.plan([], version);
  expect(sections).toMatchObject([{ changes: [], drift: [], from: { version } }]);
};

const run = async (
  project: TestProject,
  round: number,
  [a, b, c]: readonly [readonly (string | null)[], readonly (string | null)[], readonly (string | null)[]],
  failing: boolean,
): Promise<void> => {
  const tag = (n: number): string => `v${round}.${n}.0`;
  project.repository.commit(filesOf(a), tag(1));
  project.repository.commit(filesOf(b), tag(2));
  project.repository.commit(filesOf(c), tag(3));
  expect((await project.apply([], tag(1))).problems).toEqual([]);
  const viewA = await project.view('development');
  if (failing) {
    // A release that writes its sequence and dies before it is activated leaves head ahead of what is active.
    await project.script('development', failBeforeActivation);
    expect((await project.apply([], tag(2))).sections).toMatchObject([{ outcome: 'failed', active: tag(1) }]);
    await project.script('development', undoFailBeforeActivation);
    expect(await project.view('development')).toEqual(viewA);
  }
  expect((await project.apply([], tag(2))).problems).toEqual([]);
  expect((await project.rollback('development')).sections).toMatchObject([{ active: tag(1) }]);
  expect(await project.view('development')).toEqual(viewA);
  expect((await project.apply([], tag(3))).problems).toEqual([]);
  await expectSettled(project, tag(3));
  const expected = Object.keys(filesOf(c)).map(
    (path) => `workflow.${path.slice('workflows/'.length, -'.json'.length)}`,
  );
  expect(Object.keys(await project.view('development'))).toEqual(expected.sort());
};

/** The place refuses to move its pointer, as a database in trouble would. */
const failBeforeActivation = `create function :place.refuse() returns trigger language plpgsql as
  $$ begin raise exception 'no activation today'; end $$;
  create trigger refuse before insert on :place.activation for each row execute function :place.refuse()`;
const undoFailBeforeActivation = 'drop trigger refuse on :place.activation; drop function :place.refuse()';

describe('for random versions A, B, C: apply A, apply B, roll back, apply C', () => {
  test.each([false, true])('leaves exactly C (with a release that failed before activation: %s)', async (failing) => {
    const project = await createProject('schemas');
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(content, content, content), async (versions) => {
        round += 1;
        await run(project, round, versions, failing);
      }),
      { numRuns: 9 },
    );
  });
});
