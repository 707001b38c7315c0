import { describe, expect, test } from 'vitest';
import { verifyAudit } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { add, begin, createTagged, listSets, mergeAll, numbersIn, ready, showSet } from '../support/change-sets.ts';
import { type Arrangement, codesOf, type TestProject, valueIn } from '../support/project.ts';
import { create, failingGit, files, noWait } from '../support/versions.ts';
import { workflowFile } from '../support/workflows.ts';

const rules = `auto_changeset_rules:
  - { label: invoice-processing, changeset_name: Invoice Processing Changes }
  - { label: hotfix, changeset_name: Hotfix, auto_version: true }
  - { label: feature, changeset_name: Features, auto_version: true, bump: minor }`;

const createRuled = async (top = rules, arrangement: Arrangement = 'schemas') => {
  const project = await createTagged(arrangement);
  project.configure('  development: { environment: development, version: latest }', { top });
  return project;
};

/** What a fix of nothing but an inside is: a patch. */
const fix = ({ repository }: TestProject, number: number, inside: string): string =>
  repository.commit(
    { ...files('b'), 'workflows/a.json': workflowFile('a', ['read', inside]) },
    undefined,
    `Mend it (#${number})`,
  );

describe('a rule', () => {
  test('makes its change set, and adds to it as long as it is open, whatever the case of the label', async () => {
    const project = await createRuled();
    mergeAll(project);
    const first = valueIn(await add(project, { pullRequests: [11], labels: ['docs', 'Invoice-Processing'] }));
    expect(first).toMatchObject({
      ...{ rule: 'invoice-processing', version: null, reopened: false },
      change_set: { name: 'Invoice Processing Changes', state: 'draft', type: 'feature', rule: 'invoice-processing' },
    });
    valueIn(await ready(project, 'Invoice Processing Changes'));
    const second = valueIn(await add(project, { pullRequests: [12, 11], labels: ['invoice-processing'] }));
    expect(second).toMatchObject({ reopened: true, change_set: { id: first.change_set?.id, state: 'draft' } });
    expect(second.added).toHaveLength(1);
    // A run that is done again changes nothing.
    const before = await auditOf(project);
    expect(valueIn(await add(project, { pullRequests: [12], labels: ['invoice-processing'] })).added).toEqual([]);
    expect(await auditOf(project)).toEqual(before);
    valueIn(await verifyAudit(project.context, { kept: [], ...noWait }));
  });

  test.each<Arrangement>(['embedded', 'schemas'])(
    'with auto_version makes a hotfix a patch by itself (%s)',
    async (arrangement) => {
      const project = await createRuled(rules, arrangement);
      const commit = fix(project, 31, 'mended');
      const added = valueIn(await add(project, { pullRequests: [31], labels: ['hotfix'] }));
      expect(added).toMatchObject({
        change_set: { name: 'Hotfix', type: 'hotfix', state: 'versioned', version: 'v1.0.1' },
        version: { version: 'v1.0.1', bump: 'patch', commit, outcome: 'created' },
      });
      expect(project.repository.git(['rev-parse', 'v1.0.1^{commit}'])).toBe(commit);
      expect(
        (await auditOf(project, { action: 'changeset' })).map(({ event, detail }) => [event, detail.rule ?? null]),
      ).toEqual([
        ['changeset.created', 'hotfix'],
        ['changeset.ready', 'hotfix'],
        ['changeset.versioned', null],
      ]);
      // The same job once more: it is all there.
      const again = valueIn(await add(project, { pullRequests: [31], labels: ['hotfix'] }));
      expect(again).toMatchObject({ added: [], version: { outcome: 'found', version: 'v1.0.1' } });
      // The next hotfix has a change set of its own.
      fix(project, 32, 'mended again');
      expect(valueIn(await add(project, { pullRequests: [32], labels: ['hotfix'] })).version?.version).toBe('v1.0.2');
      expect(await listSets(project, 'versioned')).toHaveLength(2);
    },
  );
});

describe('a rule that makes versions', () => {
  test('stops and asks where the content demands more', async () => {
    const project = await createRuled();
    project.repository.commit(files('a', 'b', 'c'), undefined, 'More than a fix (#41)');
    const asked: string[] = [];
    const answer = (yes: boolean) => (draft: { readonly version: string; readonly demanded: string }) => {
      asked.push(`${draft.version} ${draft.demanded}`);
      return Promise.resolve(yes);
    };
    const wanted = { pullRequests: [41], labels: ['hotfix'] };
    const stopped = await add(project, { ...wanted, confirmMore: answer(false) });
    // What was added stays; why there is no version is said beside it.
    expect(valueIn(stopped)).toMatchObject({ change_set: { state: 'ready' }, version: null });
    expect(codesOf(stopped.diagnostics)).toContain('apply-declined');
    expect(asked).toEqual(['v1.1.0 minor']);
    expect(project.repository.git(['tag'])).toBe('v1.0.0');
    expect(valueIn(await add(project, { ...wanted, confirmMore: answer(true) }))).toMatchObject({
      ...{ added: [], version: { version: 'v1.1.0' } },
    });
  });

  test('asks nobody up to its bump, and lets the number rise that far', async () => {
    const project = await createRuled();
    fix(project, 51, 'small');
    const made = valueIn(await add(project, { pullRequests: [51], labels: ['feature'] }));
    expect(made.version).toMatchObject({ version: 'v1.1.0', bump: 'minor', demanded: 'patch' });
  });

  test('leaves a change set ready where no artifact differs, or another one is in the way', async () => {
    const project = await createRuled();
    project.repository.commit({ ...files('a', 'b'), 'README.md': 'x' }, undefined, 'Explain (#61)');
    const idle = await add(project, { pullRequests: [61], labels: ['hotfix'] });
    expect(valueIn(idle)).toMatchObject({ version: null, change_set: { state: 'ready' } });
    const [error] = idle.diagnostics.filter(({ severity }) => severity === 'error');
    expect(error).toMatchObject({ code: 'version-unchanged', hint: expect.stringContaining('--changeset') });
    // The next one takes it along: it is the same change set.
    fix(project, 62, 'mended');
    const along = valueIn(await add(project, { pullRequests: [62], labels: ['hotfix'] }));
    expect(along.version).toMatchObject({ version: 'v1.0.1', change_sets: [{ name: 'Hotfix' }] });
    expect(numbersIn(await showSet(project, 'Hotfix'))).toEqual([61, 62]);

    fix(project, 63, 'a part of something larger');
    valueIn(await begin(project, { name: 'Larger', pullRequests: [63] }));
    fix(project, 64, 'urgent');
    const held = await add(project, { pullRequests: [64], labels: ['hotfix'] });
    expect(codesOf(held.diagnostics)).toContain('changeset-carried');
    expect(valueIn(held).version).toBeNull();
  });

  test('goes on where a tag could not be made', async () => {
    const project = await createRuled();
    fix(project, 71, 'mended');
    const wanted = { pullRequests: [71], labels: ['hotfix'] };
    const system = { ...project.context.system, ...failingGit((args) => args.includes('tag')) };
    const stopped = await add({ context: { ...project.context, system } }, wanted);
    expect(codesOf(stopped.diagnostics)).toContain('version-tag-failed');
    expect(project.repository.git(['tag'])).toBe('v1.0.0');
    expect(valueIn(await add(project, wanted)).version).toMatchObject({ outcome: 'found', version: 'v1.0.1' });
    expect(project.repository.git(['tag']).split('\n')).toContain('v1.0.1');
  });

  test('works on another branch, with a change set of that branch', async () => {
    const project = await createRuled();
    const { git } = project.repository;
    fix(project, 81, 'on main');
    const tree = git(['rev-parse', 'main^{tree}']);
    const line = git(['commit-tree', tree, '-p', 'v1.0.0^{commit}', '-m', 'Mend the old line (#82)']);
    git(['update-ref', 'refs/heads/release/1.0', line]);
    const wanted = { pullRequests: [82], labels: ['hotfix'] };
    expect(codesOf((await add(project, wanted)).diagnostics)).toContain('changeset-pull-request-unknown');
    const made = valueIn(await add(project, { ...wanted, branch: 'release/1.0' }));
    expect(made).toMatchObject({ change_set: { branch: 'release/1.0' }, version: { version: 'v1.0.1', commit: line } });
    valueIn(await begin(project, { name: 'Hotfix', pullRequests: [81] }));
    const other = await add(project, { pullRequests: [83], labels: ['hotfix'], branch: 'release/1.0' });
    expect(codesOf(other.ok ? [] : other.diagnostics)).toEqual(['changeset-exists']);
  });

  test('makes one change set, however many jobs run at once', async () => {
    const project = await createRuled();
    mergeAll(project);
    const labels = ['invoice-processing'];
    const outcomes = await Promise.all([11, 12, 13].map((number) => add(project, { pullRequests: [number], labels })));
    expect(outcomes.map((outcome) => valueIn(outcome).added.length)).toEqual([1, 1, 1]);
    const [set, ...others] = await listSets(project);
    expect(others).toEqual([]);
    expect([...numbersIn(set ?? { changes: [] })].sort()).toEqual([11, 12, 13]);
  });
});

describe('without a rule', () => {
  test('for the labels nothing is added, and that is no failure', async () => {
    const project = await createRuled();
    mergeAll(project);
    const outcome = await add(project, { pullRequests: [11], labels: ['docs'] });
    expect(valueIn(outcome)).toMatchObject({ change_set: null, added: [], rule: null });
    const said = outcome.diagnostics.find(({ code }) => code === 'changeset-rule-missing');
    expect(said).toMatchObject({ severity: 'warning', detail: 'No rule is for "docs": nothing was added.' });
    expect(await listSets(project)).toEqual([]);
  });

  test('at all a change set must be named', async () => {
    const project = await createRuled('');
    mergeAll(project);
    const outcome = await add(project, { pullRequests: [11], labels: ['hotfix'] });
    expect(codesOf(outcome.ok ? [] : outcome.diagnostics)).toEqual(['changeset-rule-missing']);
  });
});

test('rules are recorded with the configuration, and belong to no target', async () => {
  const project = await createRuled();
  const plan = await project.plan();
  expect(plan.configuration?.changes).toMatchObject([{ address: 'changeset_rules', actions: ['create'], affects: [] }]);
  await project.apply();
  expect((await project.plan()).configuration).toBeNull();
  // One target alone is planned, and the rules wait for nobody.
  project.configure('  development: { environment: development, version: latest }');
  expect((await project.plan(['development'])).configuration?.changes).toMatchObject([
    { address: 'changeset_rules', actions: ['delete'] },
  ]);
  valueIn(await create(project, { version: 'v1.0.1', dryRun: true, allowBreaking: true, reason: 'x' }));
});
