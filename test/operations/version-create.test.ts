import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createVersion, listVersions, showVersion, verifyAudit } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, type TestProject, valueIn } from '../support/project.ts';
import type { TestRepository } from '../support/repository.ts';
import { create, createEstate, failingGit, files, noWait, request } from '../support/versions.ts';
import { workflowFile } from '../support/workflows.ts';

const messageOf = ({ git }: TestRepository, tag: string): string => git(['tag', '-l', '--format=%(contents)', tag]);

describe.each<Arrangement>(['embedded', 'schemas'])('a version that is made (%s)', (arrangement) => {
  let project: TestProject;
  let commit: string;
  beforeAll(async () => {
    project = await createEstate(arrangement);
    commit = project.repository.commit(files('a', 'b', 'c'));
    valueIn(await create(project));
  });

  test('has the number that its content asks for, and an annotated tag with its notes', () => {
    const { git } = project.repository;
    expect(git(['cat-file', '-t', 'v1.1.0'])).toBe('tag');
    expect(git(['rev-parse', 'v1.1.0^{commit}'])).toBe(commit);
    const message = messageOf(project.repository, 'v1.1.0');
    expect(message).toMatch(/^Release v1\.1\.0\n\n# v1\.1\.0\n\nA minor version after v1\.0\.0\.\n/);
    expect(message).toContain('- workflow.c: new (minor)');
  });

  test('is recorded with all that it is, and audited', async () => {
    const shown = valueIn(await showVersion(project.context, { version: '1.1.0', ...noWait }));
    expect(shown).toMatchObject({ name: 'v1.1.0', commit, tag: 'present', released_to: [], releases: [] });
    expect(shown.record?.created).toMatchObject({ by: 'tester', base: 'v1.0.0', bump: 'minor', demanded: 'minor' });
    expect(shown.artifacts.map(({ address, path }) => [address, path])).toEqual([
      ['workflow.a', 'workflows/a.json'],
      ['workflow.b', 'workflows/b.json'],
      ['workflow.c', 'workflows/c.json'],
    ]);
    expect(await auditOf(project, { action: 'version' })).toMatchObject([
      { event: 'version.created', subject: 'v1.1.0', actor: 'tester', detail: { commit, base: 'v1.0.0' } },
    ]);
  });

  test('is found again when it is asked for again, and not made of the same commit twice', async () => {
    expect(valueIn(await create(project))).toMatchObject({ outcome: 'found', version: 'v1.1.0' });
    expect(valueIn(await create(project, { version: 'v1.1.0' }))).toMatchObject({ outcome: 'found' });
    expect(await auditOf(project, { action: 'version.created' })).toHaveLength(1);
  });

  test('is what a release then brings, after which there is nothing left to do', async () => {
    await project.apply();
    expect(Object.keys(await project.view('development'))).toEqual(['workflow.a', 'workflow.b', 'workflow.c']);
    expect((await project.plan()).sections[0]?.changes).toEqual([]);
    const [newest] = valueIn(await listVersions(project.context, noWait));
    expect(newest).toMatchObject({ name: 'v1.1.0', released_to: ['development'] });
  });
});

describe('the number', () => {
  test('of a break is not taken too low, unless with a reason, which is kept', async () => {
    const project = await createEstate();
    project.repository.commit(files('a'));
    const low = await create(project, { version: 'v1.1.0' });
    expect(codesOf(low.diagnostics)).toEqual(['version-bump-too-low']);
    expect(low.diagnostics[0]?.hint).toContain('v2.0.0');
    expect(valueIn(await create(project, { dryRun: true }))).toMatchObject({ version: 'v2.0.0', outcome: 'drafted' });
    expect(project.repository.git(['tag'])).toBe('v1.0.0');
    valueIn(await create(project, { version: 'v1.1.0', allowBreaking: true, reason: 'nobody calls b' }));
    const shown = valueIn(await showVersion(project.context, { version: 'v1.1.0', ...noWait }));
    expect(shown.record?.created).toMatchObject({ bump: 'minor', demanded: 'major', reason: 'nobody calls b' });
  });

  test('of a hotfix follows the version that it is based on, and is refused where it is taken', async () => {
    const project = await createEstate();
    const { repository } = project;
    const first = repository.git(['rev-parse', 'HEAD']);
    repository.commit(files('a', 'b', 'c'), 'v1.1.0');
    const tree = repository.git([
      'rev-parse',
      `${repository.commit({ ...files('b'), 'workflows/a.json': workflowFile('a', ['read', 'fix']) })}^{tree}`,
    ]);
    const hotfix = repository.git(['commit-tree', tree, '-p', first, '-m', 'fix: a']);
    expect(valueIn(await create(project, { ref: hotfix }))).toMatchObject({ version: 'v1.0.1', base: 'v1.0.0' });
    const second = repository.git(['commit-tree', `${hotfix}^{tree}`, '-p', first, '-m', 'fix: again']);
    const taken = await create(project, { ref: second });
    expect(codesOf(taken.diagnostics)).toEqual(['version-exists']);
    expect(taken.diagnostics[0]?.detail).toContain(hotfix);
  });

  test('is not given out twice, and who asks is told how to make the first one to its end', async () => {
    const project = await createEstate();
    const first = project.repository.commit(files('a', 'b', 'c'));
    valueIn(await create(project));
    project.repository.git(['tag', '-d', 'v1.1.0']);
    project.repository.commit(files('a', 'b', 'd'));
    for (const changes of [{ dryRun: true, version: 'v1.1.0' }, { version: 'v1.1.0' }]) {
      const outcome = await create(project, { ...changes, allowBreaking: true, reason: 'test' });
      expect(codesOf(outcome.ok ? [] : outcome.diagnostics)).toEqual(['version-exists']);
      expect(outcome.diagnostics[0]?.hint).toContain(`m3forge version create v1.1.0 --ref ${first}`);
    }
  });

  test('is not begun anew where the history or the tags are missing', async () => {
    const project = await createEstate();
    project.repository.commit(files('a', 'b', 'c'));
    project.repository.git(['tag', '-d', 'v1.0.0']);
    expect(codesOf((await create(project)).diagnostics)).toEqual(['source-object-missing']);
    const shallow = join(project.directory, 'shallow');
    project.repository.git(['clone', '--quiet', '--depth=1', `file://${project.repository.directory}`, shallow]);
    const config = join(project.directory, 'm3forge.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('repository: repository', 'repository: shallow'));
    const outcome = await create(project, { version: 'v5.0.0' });
    expect(codesOf(outcome.ok ? [] : outcome.diagnostics)).toEqual(['source-object-missing']);
  });

  test('of a prerelease is named, and its commit becomes the version after it without being named', async () => {
    const project = await createEstate();
    const config = join(project.directory, 'm3forge.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('repository: repository', 'repository: repository, include_prerelease: true'));
    project.repository.commit(files('a', 'b', 'c'));
    expect(valueIn(await create(project, { version: 'v1.1.0-rc.1' }))).toMatchObject({ outcome: 'created' });
    expect(codesOf((await create(project, { version: 'v1.1.0-rc.lock' })).diagnostics)).toContain('version-not-usable');
    expect(valueIn(await create(project))).toMatchObject({ version: 'v1.1.0', outcome: 'created' });
  });

  test('is not given to what brings no change, unless somebody wants one', async () => {
    const project = await createEstate();
    project.repository.commit({ ...files('a', 'b'), 'README.md': 'more' });
    expect(codesOf((await create(project)).diagnostics)).toEqual(['version-unchanged']);
    expect(valueIn(await create(project, { bump: 'patch' }))).toMatchObject({ version: 'v1.0.1', evidence: [] });
  });

  test('is not needed where nothing was committed since', async () => {
    const project = await createEstate();
    const outcome = await create(project);
    expect(codesOf(outcome.diagnostics)).toEqual(['version-exists']);
    expect(outcome.diagnostics[0]?.detail).toContain('is v1.0.0 already');
  });
});

describe('nothing is made', () => {
  test('of artifacts that are invalid', async () => {
    const project = await createEstate();
    project.repository.commit({ 'workflows/a.json': '{ "nodes": 1 }' });
    const outcome = await create(project);
    expect(outcome.ok).toBe(false);
    expect(outcome.diagnostics[0]?.range?.filename).toBe('workflows/a.json');
    expect(await auditOf(project, { action: 'version' })).toEqual([]);
  });

  test('where the question is answered with no, or a file of notes is not there', async () => {
    const project = await createEstate();
    project.repository.commit(files('a', 'b', 'c'));
    const declined = await create(project, { confirm: () => Promise.resolve(false) });
    expect(codesOf(declined.diagnostics)).toEqual(['apply-declined']);
    const notes = { path: join(project.directory, 'notes.md'), shown: 'notes.md' };
    expect(codesOf((await create(project, { notes })).diagnostics)).toEqual(['file-missing']);
    expect(project.repository.git(['tag'])).toBe('v1.0.0');
    expect(await auditOf(project, { action: 'version' })).toEqual([]);
    writeFileSync(notes.path, '# Own words\n\n## Fixed\n\n- a total\n');
    valueIn(await create(project, { notes }));
    expect(codesOf((await create(project, { notes })).diagnostics)).toContain('version-exists');
    expect(messageOf(project.repository, 'v1.1.0')).toBe('Release v1.1.0\n\n# Own words\n\n## Fixed\n\n- a total');
  });

  test('in a repository of another machine, or in a bundle', async () => {
    const project = await createEstate();
    const { repository, directory } = project;
    repository.git(['bundle', 'create', join(directory, 'all.bundle'), '--all']);
    for (const source of ['all.bundle', `file://${repository.directory}`]) {
      project.configure('  development: { environment: development, version: latest }', { top: '' });
      const config = join(directory, 'm3forge.yaml');
      const text = readFileSync(config, 'utf8');
      writeFileSync(config, text.replace('repository: repository', `repository: "${source}"`));
      expect(codesOf((await create(project)).diagnostics)).toEqual(['version-source-elsewhere']);
    }
  });
});

describe('what was begun', () => {
  test('goes on where it stopped: recorded and not tagged', async () => {
    const project = await createEstate();
    const commit = project.repository.commit(files('a', 'b', 'c'));
    const system = { ...project.context.system, ...failingGit((args) => args.includes('tag')) };
    const stopped = await createVersion({ ...project.context, system }, request());
    expect(codesOf(stopped.diagnostics)).toEqual(['version-tag-failed']);
    expect(valueIn(await listVersions(project.context, noWait))[0]).toMatchObject({ name: 'v1.1.0', tag: 'missing' });
    // What has no tag yet is not released by anybody.
    expect((await project.plan()).sections[0]?.to?.version).toBe('v1.0.0');
    expect(valueIn(await create(project))).toMatchObject({ outcome: 'found', version: 'v1.1.0' });
    expect(project.repository.git(['rev-parse', 'v1.1.0^{commit}'])).toBe(commit);
    expect(await auditOf(project, { action: 'version.created' })).toHaveLength(1);
  });

  test('says what Git wants to know of the one who makes a tag', async () => {
    const project = await createEstate();
    project.repository.git(['config', '--unset', 'user.email']);
    project.repository.git(['config', 'user.useConfigOnly', 'true']);
    project.repository.commit(files('a', 'b', 'c'));
    // Whatever this machine's own settings say.
    const { env } = project.context.system;
    const own = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_COMMITTER_NAME: '', GIT_COMMITTER_EMAIL: '' } as const;
    const system = { ...project.context.system, env: (name: string) => own[name as keyof typeof own] ?? env(name) };
    const outcome = await createVersion({ ...project.context, system }, request());
    expect(codesOf(outcome.diagnostics)).toEqual(['version-tag-failed']);
    expect(outcome.diagnostics[0]?.hint).toContain('git config user.email');
    expect(await auditOf(project, { action: 'version' })).toEqual([]);
  });

  test('is made once by two at the same time, and the other one is told', async () => {
    const project = await createEstate();
    const first = project.repository.commit(files('a', 'b', 'c'));
    const second = project.repository.commit(files('a', 'b', 'd'));
    const outcomes = await Promise.all([
      create(project, { ref: first, version: 'v1.5.0' }),
      create(project, { ref: second, version: 'v1.5.0', allowBreaking: true, reason: 'race' }),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(codesOf(outcomes.flatMap((one) => (one.ok ? [] : one.diagnostics)))).toEqual(['version-exists']);
    expect(await auditOf(project, { action: 'version.created' })).toHaveLength(1);
    valueIn(await verifyAudit(project.context, { kept: [], ...noWait }));
  });
});
