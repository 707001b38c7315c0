import { expect, test } from 'vitest';
import {
  addHold,
  apply,
  type HoldRequest,
  liftHold,
  listHolds,
  simulate,
  status,
} from '../../engine/operations/index.ts';
import { type Arrangement, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };

const applied = async ({ context }: TestProject, target: string) => {
  const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };
  const outcome = await apply(context, { ...manner, targets: [target] });
  return codesOf(outcome.ok ? outcome.value.problems : outcome.diagnostics);
};

const hold = async ({ context }: TestProject, more: Partial<HoldRequest>) => {
  const [added] = valueIn(await addHold(context, { targets: [], reason: 'year end', until: null, ...more, ...noWait }));
  if (added?.kind !== 'hold') throw new Error('nothing was added');
  return added;
};

const listed = async ({ context }: TestProject, all = false, targets: readonly string[] = []) =>
  valueIn(await listHolds(context, { targets, all, ...noWait })).map(({ state }) => state);

test.each<Arrangement>(['embedded', 'schemas'])('a freeze of an environment, added ahead (%s)', async (arrangement) => {
  const project = await createProject(arrangement, { environments: ['development', 'staging'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const [from, until] = [new Date('2098-12-20T00:00:00.000Z'), new Date('2099-01-04T00:00:00.000Z')];
  const ahead = await hold(project, { environment: 'staging', from, until });
  expect(ahead).toMatchObject({ target: null, environment: 'staging', state: 'to_come', from: from.toISOString() });
  // Until it begins it stops nothing.
  expect(await applied(project, 'staging')).toEqual([]);
  expect(await listed(project, false, ['staging'])).toEqual(['to_come']);
  expect(await listed(project, false, ['development'])).toEqual([]);
  const at = new Date('2098-12-24T00:00:00.000Z');
  const simulation = valueIn(await simulate(project.context, { at, targets: [], ...noWait }));
  expect(simulation.events).toMatchObject([{ event: 'hold_begins', target: null, at: from.toISOString() }]);
  expect(simulation.targets.map(({ target, may_begin }) => [target, may_begin])).toEqual([
    ['development', true],
    ['staging', false],
  ]);

  // Its time comes: also for a target that nobody had configured then.
  await project.script(
    'development',
    `update m3forge.hold set begins = now() - interval '1 minute', until = null where id = '${ahead.id}'`,
  );
  project.configure(
    ['development', 'staging', 'later']
      .map((name) => `  ${name}: { environment: ${name === 'later' ? 'staging' : name}, version: latest }`)
      .join('\n'),
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  expect(await applied(project, 'later')).toEqual(['release-blocked']);
  expect(await applied(project, 'development')).toEqual([]);
  const [seen] = valueIn(await status(project.context, { targets: ['later'], ...noWait }));
  expect(seen?.held).toEqual(['year end']);

  valueIn(
    await liftHold(project.context, { lift: { hold: ahead.id.slice(0, 8) }, reason: 'the year is over', ...noWait }),
  );
  expect(await applied(project, 'later')).toEqual([]);
  expect(await listed(project)).toEqual([]);
  const [ended] = valueIn(await listHolds(project.context, { targets: [], all: true, ...noWait }));
  expect(ended).toMatchObject({ state: 'lifted', lifted: { by: 'tester', reason: 'the year is over' } });
  expect(
    codesOf(
      (await addHold(project.context, { targets: [], environment: 'nowhere', reason: 'x', until: null, ...noWait }))
        .diagnostics,
    ),
  ).toEqual(['environment-unknown']);
});
