import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../engine/diagnostics/index.ts';
import { diagnosticCodes } from '../../engine/diagnostics/index.ts';
import { auditOf } from '../support/audit.ts';
import {
  add,
  begin,
  createMerged,
  follow,
  listSets,
  type Merged,
  numbersIn,
  ready,
  remove,
  showSet,
} from '../support/change-sets.ts';
import { codesOf, type TestProject, valueIn } from '../support/project.ts';
import { create, files } from '../support/versions.ts';

/** The codes of what was refused, and what the first one says. */
const refusalIn = (outcome: Outcome<unknown>) => {
  expect(outcome.ok).toBe(false);
  const errors = outcome.diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return {
    codes: codesOf(errors),
    detail: first?.detail ?? '',
    hint: first?.hint ?? '',
    exit: first ? diagnosticCodes[first.code].exit : 0,
  };
};

describe('nothing is put into a change set', () => {
  let project: TestProject;
  let merged: Merged;
  beforeAll(async () => {
    ({ project, merged } = await createMerged());
    valueIn(await begin(project, { name: 'First', pullRequests: [11] }));
    valueIn(await begin(project, { name: 'Second' }));
  });

  const refused = async (changes: Parameters<typeof add>[1]) => {
    const before = await auditOf(project);
    const said = refusalIn(await add(project, { changeSet: 'Second', ...changes }));
    expect(await auditOf(project)).toEqual(before);
    expect((await showSet(project, 'Second')).changes).toEqual([]);
    return said;
  };

  test('that was not merged', async () => {
    expect(await refused({ pullRequests: [99] })).toMatchObject({ codes: ['changeset-pull-request-unknown'], exit: 1 });
    expect(await refused({ commits: ['c0ffee'] })).toMatchObject({ codes: ['source-ref-unknown'], exit: 1 });
    // All that is wrong is said at once.
    const both = await refused({ pullRequests: [12, 98, 99] });
    expect(both.codes).toEqual(['changeset-pull-request-unknown', 'changeset-pull-request-unknown']);
  });

  test('that is in another open one', async () => {
    const said = await refused({ pullRequests: [11, 12] });
    expect(said).toMatchObject({ codes: ['changeset-taken'], exit: 6 });
    expect(said.detail).toContain('#11 belongs to the change set "First"');
    expect(said.hint).toContain('m3forge changeset remove');
    expect((await refused({ commits: [merged.eleven.id] })).codes).toEqual(['changeset-taken']);
  });

  test('that is not on the branch, or came to it with something else', async () => {
    const { git } = project.repository;
    const loose = git(['commit-tree', `${merged.plain}^{tree}`, '-p', merged.plain, '-m', 'not merged']);
    expect(await refused({ commits: [loose] })).toMatchObject({ codes: ['changeset-commit-elsewhere'], exit: 6 });
    const came = await refused({ commits: [merged.thirteen.branch] });
    expect(came).toMatchObject({ codes: ['changeset-commit-elsewhere'], exit: 6 });
    expect(came.detail).toContain('came to main with the pull request #13');
    expect(came.hint).toContain('--pull-request 13');
  });

  test('that is in a version already', async () => {
    const first = project.repository.git(['rev-parse', 'v1.0.0^{commit}']);
    const said = await refused({ commits: [first] });
    expect(said).toMatchObject({ codes: ['changeset-in-version'], exit: 6 });
    expect(said.detail).toContain('is in v1.0.0 already');
  });

  test('where the change set or its branch is not there, or the name cannot be used', async () => {
    expect(refusalIn(await add(project, { changeSet: 'Secnd', pullRequests: [12] }))).toMatchObject({
      ...{ codes: ['changeset-unknown'], exit: 1 },
      hint: 'Did you mean "Second"?',
    });
    expect(refusalIn(await begin(project, { name: 'First' }))).toMatchObject({ codes: ['changeset-exists'], exit: 6 });
    expect(refusalIn(await begin(project, { name: 'Third', branch: 'release/1' })).codes).toEqual([
      'source-ref-unknown',
    ]);
    for (const name of ['', ' x', 'a\nb', 'n'.repeat(101)]) {
      expect(refusalIn(await begin(project, { name }))).toMatchObject({ codes: ['changeset-text'], exit: 1 });
    }
    expect(refusalIn(await begin(project, { name: 'Third', description: 'a\nb' })).codes).toEqual(['changeset-text']);
    const labelled = await add(project, { changeSet: 'Second', pullRequests: [12], labels: ['a\tb'] });
    expect(refusalIn(labelled).codes).toEqual(['changeset-text']);
  });

  test('where the repository is elsewhere', async () => {
    const { directory, repository, context } = project;
    const text = readFileSync(join(directory, 'm3forge.yaml'), 'utf8');
    const file = join(directory, 'elsewhere.yaml');
    writeFileSync(file, text.replace('repository: repository', `repository: "file://${repository.directory}"`));
    const elsewhere = { context: { ...context, location: { file } } };
    expect(refusalIn(await begin(elsewhere)).codes).toEqual(['version-source-elsewhere']);
  });
});

describe('a pull request of two commits', () => {
  test('is ambiguous until one is named, or until a version has the other', async () => {
    const { project } = await createMerged();
    const again = project.repository.commit(files('a', 'b', 'c', 'd', 'e', 'f'), undefined, 'fix: totals, again (#12)');
    const both = refusalIn(await begin(project, { pullRequests: [12] }));
    expect(both).toMatchObject({ codes: ['changeset-pull-request-ambiguous'], exit: 1 });
    expect(both.hint).toContain(`--commit ${again}`);
    const set = valueIn(await begin(project, { commits: [again] }));
    expect(numbersIn(set)).toEqual([12]);
    // Of the same pull request, but in another change set.
    const other = await begin(project, { name: 'Other', commits: [`${again}~3`] });
    expect(refusalIn(other).codes).toEqual(['changeset-taken']);
    project.repository.git(['tag', 'v1.1.0', `${again}~1`]);
    expect(valueIn(await add(project, { changeSet: 'Invoices', pullRequests: [12] })).added).toEqual([]);
  });
});

describe('a change set that is', () => {
  test('empty does not become ready', async () => {
    const { project } = await createMerged();
    valueIn(await begin(project));
    expect(refusalIn(await ready(project, 'Invoices'))).toMatchObject({ codes: ['changeset-empty'], exit: 6 });
  });

  test('ready is a draft again when something is added or taken out', async () => {
    const { project, merged } = await createMerged();
    valueIn(await begin(project, { pullRequests: [11] }));
    valueIn(await ready(project, 'Invoices'));
    expect(valueIn(await add(project, { changeSet: 'Invoices', pullRequests: [12] }))).toMatchObject({
      ...{ reopened: true, change_set: { state: 'draft', ready: null } },
    });
    valueIn(await ready(project, 'Invoices'));
    const left = valueIn(await remove(project, 'Invoices', [12]));
    expect(left).toMatchObject({ state: 'draft', changes: [{ pull_request: 11 }] });
    expect(refusalIn(await remove(project, 'Invoices', [12], ['beef'])).codes).toEqual([
      'changeset-lacks',
      'changeset-lacks',
    ]);
    const [removed] = await auditOf(project, { action: 'changeset.removed' });
    expect(removed?.detail).toMatchObject({ commits: [merged.twelve], pull_requests: [12], reason: 'a test' });
    // What was taken out is free.
    valueIn(await begin(project, { name: 'Other', pullRequests: [12] }));
  });

  test('a version stays what it is', async () => {
    const { project } = await createMerged();
    valueIn(await begin(project, { pullRequests: [11] }));
    valueIn(await ready(project, 'Invoices'));
    valueIn(await create(project, { changeSets: ['Invoices'] }));
    for (const outcome of [
      await add(project, { changeSet: 'Invoices', pullRequests: [12] }),
      await remove(project, 'Invoices', [11]),
      await ready(project, 'Invoices'),
    ]) {
      expect(refusalIn(outcome)).toMatchObject({ codes: ['changeset-closed'], exit: 6 });
    }
    expect(refusalIn(await begin(project, { name: 'Again', pullRequests: [11] })).codes).toEqual([
      'changeset-in-version',
    ]);
    // Its name is free, and then means the one that is open.
    valueIn(await begin(project, { pullRequests: [12] }));
    expect(numbersIn(await showSet(project, 'Invoices'))).toEqual([12]);
    valueIn(await remove(project, 'Invoices', [12]));
  });

  test('no longer what Git has does not become ready', async () => {
    const { project, merged } = await createMerged();
    valueIn(await begin(project, { pullRequests: [12] }));
    project.repository.git(['update-ref', 'refs/heads/main', merged.eleven.id]);
    const said = refusalIn(await ready(project, 'Invoices'));
    expect(said.codes).toEqual(['changeset-not-contained']);
    expect(said.detail).toContain('is not on main any more');
    project.repository.git(['update-ref', 'refs/heads/main', merged.plain]);
    project.repository.git(['tag', 'v1.1.0', merged.twelve]);
    const late = refusalIn(await ready(project, 'Invoices'));
    expect(late.codes).toEqual(['changeset-in-version']);
    expect(late.detail).toContain('#12 of the change set "Invoices"');
  });

  test('named by what fits several is asked for by its id', async () => {
    const { project } = await createMerged();
    const versions = [];
    for (const number of [11, 12]) {
      valueIn(await begin(project, { pullRequests: [number] }));
      valueIn(await ready(project, 'Invoices'));
      versions.push(valueIn(await create(project, { changeSets: ['Invoices'] })).version);
    }
    expect(versions).toEqual(['v1.1.0', 'v1.2.0']);
    const said = refusalIn(await remove(project, 'Invoices', [11]));
    expect(said).toMatchObject({ codes: ['changeset-ambiguous'], exit: 1 });
    const [newest] = await listSets(project);
    expect(said.hint).toContain(newest?.id.slice(0, 8));
  });
});

test('of a pull request of which nothing is known, that is said', async () => {
  const { project } = await createMerged();
  expect(refusalIn(await follow(project, 99))).toMatchObject({ codes: ['changeset-pull-request-unknown'], exit: 1 });
  // One that was merged, and is nowhere yet.
  expect(valueIn(await follow(project, 12)).changes).toMatchObject([{ change_set: null, versions: [], releases: [] }]);
});
