import { describe, expect, test } from 'vitest';
import { add, begin, createMerged, createTagged, numbersIn, ready } from '../support/change-sets.ts';
import { type Arrangement, type TestProject, valueIn } from '../support/project.ts';
import { create, files } from '../support/versions.ts';

const names = ['a', 'b', 'c', 'd', 'e'];

/** One more that was merged. */
const mergeOne = ({ repository }: Pick<TestProject, 'repository'>, number: number): string => {
  names.push(`w${number}`);
  return repository.commit(files(...names), undefined, `Add w${number} (#${number})`);
};

const rest = (project: TestProject, name: string) => begin(project, { name, unclaimed: true, labels: ['rest'] });

const codesOf = async (outcome: ReturnType<typeof begin>) => (await outcome).diagnostics.map(({ code }) => code);

describe.each<Arrangement>(['embedded', 'schemas'])('what is in no change set (%s)', (arrangement) => {
  test('goes into one together: all since the last version, whatever its form, oldest first', async () => {
    const { project, merged } = await createMerged(arrangement);
    valueIn(await begin(project, { pullRequests: [12] }));
    const set = valueIn(await rest(project, 'Rest'));
    // Not the commit that came with no pull request.
    expect(numbersIn(set)).toEqual([11, 13]);
    expect(set.changes).toMatchObject([
      { commit: merged.eleven.id, labels: ['rest'], items: [{ path: 'workflows/c.json', action: 'added' }] },
      { commit: merged.thirteen.id, title: 'Sort receipts' },
    ]);
    expect(await codesOf(rest(project, 'More'))).toEqual(['changeset-none-unclaimed']);
  });

  test('is what no version has, and what change sets of former versions do not have', async () => {
    const { project } = await createMerged(arrangement);
    valueIn(await begin(project, { pullRequests: [11, 12, 13] }));
    valueIn(await ready(project, 'Invoices'));
    valueIn(await create(project, { changeSets: ['Invoices'] }));
    expect(await codesOf(rest(project, 'Rest'))).toEqual(['changeset-none-unclaimed']);

    const twenty = mergeOne(project, 20);
    mergeOne(project, 21);
    // What is named beside them is in it once.
    const set = valueIn(await begin(project, { name: 'Rest', pullRequests: [21], unclaimed: true }));
    expect(numbersIn(set)).toEqual([21, 20]);
    expect(set.changes[1]?.commit).toBe(twenty);
  });
});

test('where no version is there yet, everything that was merged is offered', async () => {
  const project = await createTagged();
  project.repository.git(['tag', '-d', 'v1.0.0']);
  mergeOne(project, 7);
  expect(numbersIn(valueIn(await rest(project, 'First')))).toEqual([7]);
});

test('what a lower version has that was made later is in a version, too', async () => {
  const { project, merged } = await createMerged();
  project.repository.git(['tag', 'v0.9.0', merged.twelve]);
  expect(numbersIn(valueIn(await rest(project, 'Rest')))).toEqual([13]);
});

test('a second commit of a pull request that an open change set has is left to whoever has that', async () => {
  const { project, merged } = await createMerged();
  valueIn(await begin(project, { commits: [merged.twelve] }));
  project.repository.commit(files(...names, 'again'), undefined, 'fix: totals again (#12)');
  expect(numbersIn(valueIn(await rest(project, 'Rest')))).toEqual([11, 13]);
});

test('a branch of its own has its own', async () => {
  const { project } = await createMerged();
  const { git } = project.repository;
  git(['branch', 'hotfix', 'v1.0.0']);
  expect(await codesOf(begin(project, { name: 'Hotfix', branch: 'hotfix', unclaimed: true }))).toEqual([
    'changeset-none-unclaimed',
  ]);
  expect(numbersIn(valueIn(await begin(project, { unclaimed: true })))).toEqual([11, 12, 13]);
});

test('of two who take them at once, one has them', async () => {
  const { project } = await createMerged();
  const [one, other] = await Promise.all([rest(project, 'One'), rest(project, 'Other')]);
  expect([one.ok, other.ok].filter(Boolean)).toHaveLength(1);
  const [lost] = [one, other].filter(({ ok }) => !ok);
  const codes = new Set(lost?.diagnostics.map(({ code }) => code));
  expect([['changeset-taken'], ['changeset-none-unclaimed']]).toContainEqual([...codes]);
  // And the one that has them may have more.
  mergeOne(project, 30);
  valueIn(await add(project, { changeSet: one.ok ? 'One' : 'Other', pullRequests: [30] }));
});
