import { describe, expect, test } from 'vitest';
import { createVersion, verifyAudit } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { add, begin, createMerged, listSets, ready, readySet, showSet } from '../support/change-sets.ts';
import { codesOf, type TestProject, valueIn } from '../support/project.ts';
import { create, failingGit, files, noWait, request } from '../support/versions.ts';

const refusedCodes = async (outcome: ReturnType<typeof create>) => {
  const { ok, diagnostics } = await outcome;
  expect(ok).toBe(false);
  return codesOf(diagnostics.filter(({ severity }) => severity === 'error'));
};

const tagsOf = ({ repository }: Pick<TestProject, 'repository'>): string => repository.git(['tag']);

describe('a version of change sets', () => {
  test('is the commit that has them and nothing on top, and has several of them', async () => {
    const { project, merged } = await createMerged();
    const first = await readySet(project, 'First', 11);
    const second = await readySet(project, 'Second', 12);
    const draft = valueIn(await create(project, { changeSets: ['First'], dryRun: true }));
    expect(draft).toMatchObject({ commit: merged.eleven.id, version: 'v1.1.0', outcome: 'drafted' });
    const made = valueIn(await create(project, { changeSets: ['First', second.id, first.id.slice(0, 8)] }));
    expect(made).toMatchObject({ commit: merged.twelve, version: 'v1.1.0' });
    expect(made.change_sets.map(({ name }) => name)).toEqual(['First', 'Second']);
    expect((await listSets(project)).map(({ version }) => version)).toEqual(['v1.1.0', 'v1.1.0']);
    // What came later is free for the next one.
    expect(valueIn(await create(project))).toMatchObject({ version: 'v1.2.0', change_sets: [] });
  });

  test('may be another commit that has all of it', async () => {
    const { project, merged } = await createMerged();
    await readySet(project, 'Late', 13);
    const early = create(project, { changeSets: ['Late'], ref: merged.twelve });
    expect(await refusedCodes(early)).toEqual(['changeset-not-contained']);
    expect(valueIn(await create(project, { changeSets: ['Late'], ref: 'main' }))).toMatchObject({
      commit: merged.plain,
    });
  });

  test('has no part of another open change set, whoever asks for it', async () => {
    const { project } = await createMerged();
    valueIn(await begin(project, { name: 'Draft', pullRequests: [11] }));
    await readySet(project, 'Ready', 12);
    const outcome = await create(project, { changeSets: ['Ready'] });
    expect(codesOf(outcome.diagnostics.filter(({ severity }) => severity === 'error'))).toEqual(['changeset-carried']);
    expect(outcome.diagnostics[0]?.detail).toMatch(
      /have #11 of the change set "Draft" \([0-9a-f]{8}\) in it, which is a draft/,
    );
    expect(await refusedCodes(create(project))).toEqual(['changeset-carried', 'changeset-carried']);
    expect(await refusedCodes(create(project, { version: 'v7.0.0' }))).toEqual([
      'changeset-carried',
      'changeset-carried',
    ]);
    expect(tagsOf(project)).toBe('v1.0.0');
    const refused = await auditOf(project, { action: 'version' });
    expect(refused.map(({ event }) => event)).toEqual(['version.refused', 'version.refused', 'version.refused']);
    valueIn(await ready(project, 'Draft'));
    expect(valueIn(await create(project, { changeSets: ['Ready', 'Draft'] })).outcome).toBe('created');
  });

  test('is made of what is ready only, and once', async () => {
    const { project } = await createMerged();
    valueIn(await begin(project, { name: 'Draft', pullRequests: [11] }));
    expect(await refusedCodes(create(project, { changeSets: ['Draft'] }))).toEqual(['changeset-not-ready']);
    valueIn(await ready(project, 'Draft'));
    const declined = create(project, { changeSets: ['Draft'], confirm: () => Promise.resolve(false) });
    expect(await refusedCodes(declined)).toEqual(['apply-declined']);
    expect((await showSet(project, 'Draft')).state).toBe('ready');
    valueIn(await create(project, { changeSets: ['Draft'] }));
    expect(valueIn(await create(project, { changeSets: ['Draft'] }))).toMatchObject({
      outcome: 'found',
      version: 'v1.1.0',
    });
    for (const other of [{ version: 'v9.0.0' }, { bump: 'major' }, { ref: 'main' }] as const) {
      expect(await refusedCodes(create(project, { changeSets: ['Draft'], ...other }))).toEqual(['changeset-closed']);
    }
    await readySet(project, 'Other', 12);
    expect(await refusedCodes(create(project, { changeSets: ['Draft', 'Other'] }))).toEqual(['changeset-closed']);
  });

  test('of what another version has by now says so', async () => {
    const { project, merged } = await createMerged();
    await readySet(project, 'First', 11, 12);
    project.repository.git(['tag', 'v1.1.0', merged.eleven.id]);
    const outcome = await create(project, { changeSets: ['First'] });
    expect(codesOf(outcome.diagnostics)).toContain('changeset-in-version');
    expect(outcome.ok).toBe(false);
  });
});

describe('a branch beside the main one', () => {
  test('has change sets of its own, and a version of a hotfix follows what it is based on', async () => {
    const { project } = await createMerged();
    const { git } = project.repository;
    const base = git(['rev-parse', 'v1.0.0^{commit}']);
    const main = git(['rev-parse', 'main']);
    const fixed = git(['commit-tree', `${main}~3^{tree}`, '-p', base, '-m', 'fix: totals (#21)']);
    git(['update-ref', 'refs/heads/hotfix/1.0', fixed]);
    valueIn(await begin(project, { name: 'Hotfix', type: 'hotfix', branch: 'hotfix/1.0', pullRequests: [21] }));
    valueIn(await begin(project, { name: 'Feature', pullRequests: [13] }));
    valueIn(await ready(project, 'Hotfix'));
    valueIn(await ready(project, 'Feature'));
    // No commit has both, before one is merged into the other.
    const both = { changeSets: ['Hotfix', 'Feature'] };
    expect(await refusedCodes(create(project, both))).toEqual(['changeset-not-contained']);
    const back = git(['commit-tree', 'main^{tree}', '-p', main, '-p', fixed, '-m', 'Bring the hotfix back']);
    expect(valueIn(await create(project, { ...both, ref: back, dryRun: true })).commit).toBe(back);
    expect(valueIn(await create(project, { changeSets: ['Hotfix'] }))).toMatchObject({ base: 'v1.0.0', commit: fixed });
  });
});

describe('a version that did not come to its end', () => {
  test('goes on where it stopped, by its change sets', async () => {
    const { project, merged } = await createMerged();
    await readySet(project, 'First', 11);
    const system = { ...project.context.system, ...failingGit((args) => args.includes('tag')) };
    const order = request({ changeSets: ['First'] });
    const stopped = await createVersion({ ...project.context, system }, order);
    expect(codesOf(stopped.diagnostics)).toEqual(['version-tag-failed']);
    expect(await showSet(project, 'First')).toMatchObject({ state: 'versioned', version: 'v1.1.0' });
    expect(tagsOf(project)).toBe('v1.0.0');
    // Nobody can take what is in it, though it has no tag yet.
    expect(codesOf((await begin(project, { name: 'Other', pullRequests: [11] })).diagnostics)).toContain(
      'changeset-in-version',
    );
    expect(valueIn(await createVersion(project.context, order))).toMatchObject({
      outcome: 'found',
      commit: merged.eleven.id,
    });
    expect(project.repository.git(['tag', '-l', '--format=%(contents:subject)', 'v1.1.0'])).toBe(
      'Release v1.1.0: First',
    );
    expect(await auditOf(project, { action: 'changeset.versioned' })).toHaveLength(1);
  });
});

describe('two at the same time', () => {
  test('make one version of a change set, and the other one is told', async () => {
    const { project } = await createMerged();
    await readySet(project, 'First', 11);
    const outcomes = await Promise.all([
      create(project, { changeSets: ['First'], version: 'v1.5.0' }),
      create(project, { changeSets: ['First'], version: 'v1.6.0' }),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const [lost] = outcomes.filter(({ ok }) => !ok);
    expect(codesOf(lost?.diagnostics ?? [])).toEqual([expect.stringMatching(/^changeset-(?:changed|closed)$/)]);
    expect(await auditOf(project, { action: 'version.created' })).toHaveLength(1);
    expect(tagsOf(project).split('\n')).toHaveLength(2);
    valueIn(await verifyAudit(project.context, { kept: [], ...noWait }));
  });

  test('put a pull request into one change set, and not into two', async () => {
    const { project } = await createMerged();
    for (const name of ['First', 'Second']) valueIn(await begin(project, { name }));
    const outcomes = await Promise.all(
      ['First', 'Second'].map((changeSet) => add(project, { changeSet, pullRequests: [11] })),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(codesOf(outcomes.flatMap((one) => (one.ok ? [] : one.diagnostics)))).toEqual(['changeset-taken']);
    expect((await listSets(project)).flatMap(({ changes }) => changes)).toHaveLength(1);
  });

  test('what was added after somebody looked is not in the version', async () => {
    const { project } = await createMerged();
    await readySet(project, 'First', 11);
    const outcome = await create(project, {
      changeSets: ['First'],
      // While the question stands there, somebody adds to it.
      confirm: async () => valueIn(await add(project, { changeSet: 'First', pullRequests: [12] })).reopened,
    });
    expect(codesOf(outcome.ok ? [] : outcome.diagnostics)).toEqual(['changeset-changed']);
    expect(tagsOf(project)).toBe('v1.0.0');
    expect(await auditOf(project, { action: 'version' })).toEqual([]);
  });
});

test('a tag that goes to a remote without its branch is warned of before anything is made', async () => {
  const { project } = await createMerged();
  const { git, directory } = project.repository;
  git(['init', '--quiet', '--bare', `${directory}/../remote.git`]);
  git(['remote', 'add', 'origin', `${directory}/../remote.git`]);
  const heard: string[] = [];
  const confirm = (_: unknown, warnings: Parameters<typeof codesOf>[0]) => {
    heard.push(...codesOf(warnings));
    return Promise.resolve(false);
  };
  await create(project, { push: 'origin', confirm });
  expect(heard).toContain('version-commit-unpushed');
  heard.length = 0;
  git(['push', '--quiet', 'origin', 'main']);
  await create(project, { push: 'origin', confirm });
  expect(heard).not.toContain('version-commit-unpushed');
  project.repository.commit(files('a'), undefined, 'on no branch of the remote yet');
  await create(project, { push: 'origin', confirm, allowBreaking: true, reason: 'test' });
  expect(heard).toContain('version-commit-unpushed');
});
