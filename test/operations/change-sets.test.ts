import { beforeAll, describe, expect, test } from 'vitest';
import { history, showRelease, showVersion, verifyAudit } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import {
  add,
  begin,
  createReleased,
  follow,
  listSets,
  type Merged,
  numbersIn,
  ready,
  showSet,
} from '../support/change-sets.ts';
import { type Arrangement, type TestProject, valueIn } from '../support/project.ts';
import { create, noWait } from '../support/versions.ts';

const newestRelease = async ({ context }: TestProject) => {
  const [newest] = valueIn(await history(context, { targets: [], ...noWait }));
  return valueIn(await showRelease(context, { id: newest?.id ?? '', ...noWait }));
};

/** From three merged pull requests to a release and back, in the order of the tests. */
describe.each<Arrangement>(['embedded', 'schemas'])('a change set (%s)', (arrangement) => {
  let project: TestProject;
  let merged: Merged;
  beforeAll(async () => {
    ({ project, merged } = await createReleased(arrangement));
  });

  test('begins as a draft with what was merged, found by its numbers in every form', async () => {
    const set = valueIn(
      await begin(project, { pullRequests: [13, 11], labels: ['invoices'], description: 'Finds more' }),
    );
    expect(set).toMatchObject({
      name: 'Invoices',
      type: 'feature',
      state: 'draft',
      branch: 'main',
      created_by: 'tester',
    });
    expect(set.changes).toMatchObject([
      { pull_request: 13, commit: merged.thirteen.id, title: 'Sort receipts', author: 'Test', labels: ['invoices'] },
      { pull_request: 11, commit: merged.eleven.id, title: 'Classify invoices' },
    ]);
    expect(set.changes.map(({ items }) => items)).toEqual([
      [{ kind: 'workflow', path: 'workflows/e.json', action: 'added' }],
      [{ kind: 'workflow', path: 'workflows/c.json', action: 'added' }],
    ]);
  });

  test('takes more, a commit too, passes over what is there, and is found by the beginning of its id', async () => {
    const [set] = await listSets(project);
    const id = set?.id.slice(0, 8) ?? '';
    const added = valueIn(await add(project, { changeSet: id, pullRequests: [12, 11], commits: [merged.plain] }));
    expect(added).toMatchObject({ added: [merged.twelve, merged.plain], reopened: false, rule: null, version: null });
    expect(
      (await showSet(project, 'Invoices')).changes.map(({ pull_request, items }) => [pull_request, items?.length]),
    ).toEqual([
      [13, 1],
      [11, 1],
      [12, 1],
      // A document is no artifact.
      [null, 0],
    ]);
  });

  test('becomes ready, and stays so when it is said again', async () => {
    expect(valueIn(await ready(project, 'Invoices'))).toMatchObject({ state: 'ready', ready: { by: 'tester' } });
    expect(valueIn(await ready(project, 'Invoices')).state).toBe('ready');
    expect(await listSets(project, 'ready')).toHaveLength(1);
    expect(await listSets(project, 'draft', 'versioned')).toEqual([]);
  });

  test('becomes a version with its name in the tag, and is closed', async () => {
    const made = valueIn(await create(project, { changeSets: ['Invoices'] }));
    expect(made).toMatchObject({
      version: 'v1.1.0',
      commit: merged.plain,
      outcome: 'created',
      change_sets: [{ name: 'Invoices' }],
    });
    const message = project.repository.git(['tag', '-l', '--format=%(contents)', 'v1.1.0']);
    expect(message).toMatch(/^Release v1\.1\.0: Invoices\n\n# v1\.1\.0 - Invoices\n/);
    expect(message).toContain('- Invoices (feature): #13, #11, #12, ');
    // Its title says that it fixes something, whatever its change set is for.
    expect(message).toMatch(
      /## Features\n\n[^#]*- Sort receipts \(#13\)\n[^#]*- Classify invoices \(#11\)\n\n## Bug fixes\n\n- totals \(#12\)/,
    );
    expect(await listSets(project)).toMatchObject([
      { state: 'versioned', version: 'v1.1.0', versions: ['v1.1.0'], released_to: [] },
    ]);
  });

  test('is followed to its version and its release', async () => {
    await project.apply();
    const release = await newestRelease(project);
    expect(numbersIn(release.carries)).toEqual([null, 13, 12, 11]);
    expect(release.carries).toMatchObject({
      complete: true,
      left_out: 0,
      changes: [{ change_set: { name: 'Invoices' } }, {}, {}, {}],
    });
    expect(release.takes_back.changes).toEqual([]);
    const version = valueIn(await showVersion(project.context, { version: 'v1.1.0', ...noWait }));
    expect(version.change_sets).toMatchObject([{ name: 'Invoices' }]);
    expect(numbersIn(version.brings)).toEqual([null, 13, 12, 11]);
    expect(await showSet(project, 'Invoices')).toMatchObject({
      ...{ versions: ['v1.1.0'], released_to: ['development'] },
      releases: [{ did: 'carried', release: { version: 'v1.1.0', target: 'development', state: 'succeeded' } }],
    });
  });

  test('is followed back again', async () => {
    await project.rollback('development');
    const release = await newestRelease(project);
    expect(release.carries.changes).toEqual([]);
    expect(numbersIn(release.takes_back)).toEqual([null, 13, 12, 11]);
    const lineage = valueIn(await follow(project, 12));
    expect(lineage).toMatchObject({
      pull_request: 12,
      changes: [
        {
          ...{ commit: merged.twelve, title: 'fix: totals', change_set: { name: 'Invoices' } },
          ...{ versions: ['v1.1.0'], released_to: [] },
          releases: [
            { did: 'took back', release: { kind: 'rollback' } },
            { did: 'carried', release: { kind: 'release' } },
          ],
        },
      ],
    });
  });

  test('has an entry in the audit trail for each step, and the trail is whole', async () => {
    const trail = await auditOf(project, { action: 'changeset' });
    expect(trail.map(({ event }) => event)).toEqual([
      ...['changeset.created', 'changeset.added', 'changeset.ready', 'changeset.versioned'],
    ]);
    expect(new Set(trail.map(({ subject }) => subject)).size).toBe(1);
    expect(trail[0]).toMatchObject({
      actor: 'tester',
      detail: { name: 'Invoices', pull_requests: [13, 11], labels: ['invoices'] },
    });
    expect(trail[1]?.detail).toMatchObject({ commits: [merged.twelve, merged.plain], pull_requests: [12] });
    const [version] = await auditOf(project, { action: 'version.created' });
    expect(version?.detail).toMatchObject({ change_sets: [trail[0]?.subject] });
    valueIn(await verifyAudit(project.context, { kept: [], ...noWait }));
  });
});
