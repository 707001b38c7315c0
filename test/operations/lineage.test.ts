import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apply, history, plan, reportAudit, showRelease, showVersion } from '../../engine/operations/index.ts';
import { createReleased, follow, numbersIn, readySet, showSet } from '../support/change-sets.ts';
import { type TestProject, valueIn } from '../support/project.ts';
import { create, files, noWait } from '../support/versions.ts';

type With = Pick<TestProject, 'context'>;

const releasesOf = async ({ context }: With) => valueIn(await history(context, { targets: [], ...noWait }));

const newest = async (project: With) => {
  const [release] = await releasesOf(project);
  return valueIn(await showRelease(project.context, { id: release?.id ?? '', ...noWait }));
};

const version = async ({ context }: With, name: string) =>
  valueIn(await showVersion(context, { version: name, ...noWait }));

describe('of tags that others made', () => {
  test('what they bring is read in the history, and followed as that of any other', async () => {
    const { project, merged } = await createReleased();
    await readySet(project, 'First', 11);
    project.repository.git(['tag', 'v1.1.0', merged.twelve]);
    project.repository.git(['tag', 'v1.2.0', merged.plain]);
    expect(numbersIn((await version(project, 'v1.1.0')).brings)).toEqual([12, 11]);
    await project.apply();
    expect((await newest(project)).carries).toMatchObject({
      complete: true,
      changes: [{}, { pull_request: 13 }, {}, {}],
    });
    const asked = { standard: 'soc2', start: undefined, end: undefined, environment: undefined, kept: [] } as const;
    const { changes } = valueIn(await reportAudit(project.context, { ...asked, ...noWait }));
    const carried = changes.flatMap(({ kind, carries }) => (kind === 'release' ? [carries] : []));
    expect(carried.at(-1)).toEqual({
      ...{ pull_requests: [11, 12, 13], change_sets: ['First'], commits: 4, complete: true },
    });
    const [change] = valueIn(await follow(project, 11)).changes;
    expect(change).toMatchObject({ versions: ['v1.1.0'], released_to: ['development'], change_set: { name: 'First' } });
    expect(change?.releases).toMatchObject([{ did: 'carried', release: { version: 'v1.2.0' } }]);
    // No version was made of it, so it is still open; but its changes are out.
    expect(await showSet(project, 'First')).toMatchObject({ state: 'ready', versions: ['v1.1.0'] });
  });

  test('where the history is not, that is said, and what is recorded is told', async () => {
    const { project } = await createReleased();
    valueIn(await create(project));
    await project.apply();
    const { directory, repository } = project;
    repository.git(['bundle', 'create', join(directory, 'all.bundle'), '--all']);
    const state = join(directory, 'm3forge.yaml');
    writeFileSync(state, readFileSync(state, 'utf8').replace('repository: repository', 'repository: all.bundle'));
    expect(numbersIn((await version(project, 'v1.1.0')).brings)).toEqual([null, 13, 12, 11]);
    expect((await version(project, 'v1.0.0')).brings).toEqual({ changes: [], left_out: 0, complete: false });
    expect(numbersIn((await newest(project)).carries)).toEqual([null, 13, 12, 11]);
    expect(valueIn(await follow(project, 12)).changes).toMatchObject([
      { versions: ['v1.1.0'], released_to: ['development'] },
    ]);
  });
});

describe('a release', () => {
  test('that skips a version carries what that brought, too', async () => {
    const { project, merged } = await createReleased();
    await readySet(project, 'First', 11);
    await readySet(project, 'Second', 12);
    valueIn(await create(project, { changeSets: ['First'] }));
    valueIn(await create(project, { changeSets: ['Second'] }));
    await project.apply();
    const { carries } = await newest(project);
    expect(carries.changes.map(({ pull_request, change_set }) => [pull_request, change_set?.name])).toEqual([
      [12, 'Second'],
      [11, 'First'],
    ]);
    expect((await version(project, 'v1.2.0')).brings.changes).toMatchObject([{ commit: merged.twelve }]);
  });

  test('from one line to another carries what is new there, and takes the rest back', async () => {
    const { project, merged } = await createReleased();
    valueIn(await create(project, { ref: merged.eleven.id }));
    await project.apply();
    const { git } = project.repository;
    const fixed = git(['commit-tree', `${merged.plain}^{tree}`, '-p', 'v1.0.0', '-m', 'fix: urgent (#21)']);
    valueIn(await create(project, { ref: fixed, version: 'v1.0.1', allowBreaking: true, reason: 'urgent' }));
    await project.apply(['development'], 'v1.0.1');
    const release = await newest(project);
    expect([numbersIn(release.carries), numbersIn(release.takes_back)]).toEqual([[21], [11]]);
    const [eleven] = valueIn(await follow(project, 11)).changes;
    expect(eleven?.releases.map(({ did, release: { version: name } }) => [did, name])).toEqual([
      ['took back', 'v1.0.1'],
      ['carried', 'v1.1.0'],
    ]);
    expect(eleven?.released_to).toEqual([]);
  });

  test('does not take back a hotfix that was merged, and does not carry it twice', async () => {
    const { project, merged } = await createReleased();
    const { git } = project.repository;
    valueIn(await create(project, { ref: merged.eleven.id }));
    const fixed = git(['commit-tree', 'v1.0.0^{tree}', '-p', 'v1.0.0', '-m', 'fix: urgent (#21)']);
    valueIn(await create(project, { ref: fixed, bump: 'patch' }));
    const back = git(['commit-tree', `${merged.plain}^{tree}`, '-p', merged.plain, '-p', fixed, '-m', 'Bring it back']);
    valueIn(await create(project, { ref: back }));
    expect(git(['tag'])).toBe('v1.0.0\nv1.0.1\nv1.1.0\nv1.2.0');
    await project.apply(['development'], 'v1.0.1');
    await project.apply(['development'], 'v1.2.0');
    const release = await newest(project);
    expect([numbersIn(release.carries), numbersIn(release.takes_back)]).toEqual([[null, null, 13, 12, 11], []]);
    const [urgent] = valueIn(await follow(project, 21)).changes;
    expect(urgent).toMatchObject({ versions: ['v1.0.1'], released_to: ['development'] });
    expect(urgent?.releases.map(({ release: { version: name } }) => name)).toEqual(['v1.0.1']);
    // And from where it was not, it comes with the version that it was merged to.
    await project.apply(['development'], 'v1.1.0');
    expect(numbersIn((await newest(project)).takes_back)).toEqual([null, null, 13, 12, 21]);
  });

  test('of a prerelease is no news for the version after it', async () => {
    const { project } = await createReleased();
    const file = join(project.directory, 'm3forge.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('repository: repository', 'repository: repository, include_prerelease: true'));
    await readySet(project, 'First', 11, 12, 13);
    valueIn(await create(project, { version: 'v1.1.0-rc.1', changeSets: ['First'] }));
    await project.apply();
    project.repository.commit(files('a', 'b', 'c', 'd', 'e', 'f'), undefined, 'Last touch (#14)');
    valueIn(await create(project));
    await project.apply();
    expect(numbersIn((await newest(project)).carries)).toEqual([14, null]);
    expect(await showSet(project, 'First')).toMatchObject({
      version: 'v1.1.0-rc.1',
      versions: ['v1.1.0-rc.1', 'v1.1.0'],
    });
  });

  test('of a commit without a tag carries what came since the last version', async () => {
    const { project, merged } = await createReleased();
    const planned = valueIn(await plan(project.context, { targets: [], ref: merged.twelve, saves: true, ...noWait }));
    const planFile = join(project.directory, 'plan.json');
    writeFileSync(planFile, JSON.stringify(planned));
    const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined };
    valueIn(await apply(project.context, { ...manner, planFile, targets: [], ...noWait }));
    expect(numbersIn((await newest(project)).carries)).toEqual([12, 11]);
  });
});
