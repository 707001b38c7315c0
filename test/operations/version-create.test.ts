import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createVersion,
  listVersions,
  showVersion,
  type VersionRequest,
  verifyAudit,
} from '../../engine/operations/index.ts';
import type { Processes } from '../../engine/system/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };

const request = (changes: Partial<VersionRequest> = {}): VersionRequest => ({
  ...{ allowBreaking: false, reason: null, dryRun: false, confirm: () => Promise.resolve(true) },
  ...noWait,
  ...changes,
});

const identify = ({ git }: TestRepository): void => {
  git(['config', 'user.name', 'Test']);
  git(['config', 'user.email', 'test@example.com']);
};

const create = (project: Pick<TestProject, 'context'>, changes: Partial<VersionRequest> = {}) =>
  createVersion(project.context, request(changes));

const files = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`workflows/${name}.json`, workflowFile(name)]));

/** A project whose v1.0.0 runs in development. */
const createEstate = async (arrangement: Arrangement = 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['development'] });
  identify(project.repository);
  project.repository.commit(files('a', 'b'), 'v1.0.0');
  await project.apply();
  return project;
};

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
      const text = (await import('node:fs')).readFileSync(config, 'utf8');
      writeFileSync(config, text.replace('repository: repository', `repository: "${source}"`));
      expect(codesOf((await create(project)).diagnostics)).toEqual(['version-source-elsewhere']);
    }
  });
});

/** Git, which fails where somebody says so. */
const failingGit = (fails: (args: readonly string[]) => boolean): { readonly processes: Processes } => {
  const { processes } = testSystem();
  return {
    processes: {
      ...processes,
      run: (program, args, options) =>
        fails(args)
          ? Promise.resolve({
              ...{ exitCode: 128, stdout: Buffer.alloc(0), timedOut: false },
              stderr: Buffer.from('fatal: the disk is full\n'),
            })
          : processes.run(program, args, options),
    },
  };
};

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
    valueIn(await verifyAudit(project.context, { files: [], ...noWait }));
  });
});

describe('a tag that is handed over', () => {
  const withRemote = async () => {
    const project = await createEstate();
    const remote = createRepository(temporaryDirectory(), 'remote.git');
    project.repository.git(['remote', 'add', 'origin', remote.directory]);
    project.repository.commit(files('a', 'b', 'c'));
    return { project, remote };
  };

  test('is in the other repository, and audited; again it changes nothing', async () => {
    const { project, remote } = await withRemote();
    valueIn(await create(project, { push: 'origin' }));
    const id = project.repository.git(['rev-parse', 'v1.1.0']);
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(id);
    expect(valueIn(await create(project, { push: 'origin' }))).toMatchObject({ outcome: 'found' });
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(id);
    const [pushed] = await auditOf(project, { action: 'version.pushed' });
    expect(pushed).toMatchObject({ subject: 'v1.1.0', detail: { remote: 'origin', url: remote.directory } });
  });

  test('is not put over another one, and goes on from there once it can', async () => {
    const { project, remote } = await withRemote();
    const other = remote.commit({ 'x.txt': 'x' }, 'v1.1.0');
    const outcome = await create(project, { push: 'origin' });
    expect(codesOf(outcome.diagnostics)).toEqual(['version-exists']);
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(other);
    remote.git(['tag', '-d', 'v1.1.0']);
    expect(valueIn(await create(project, { push: 'origin' }))).toMatchObject({ outcome: 'found' });
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(project.repository.git(['rev-parse', 'v1.1.0']));
  });

  test('needs a remote that is there, before anything is made', async () => {
    const { project } = await withRemote();
    for (const push of ['upstream', '--upload-pack=touch x']) {
      expect(codesOf((await create(project, { push })).diagnostics)).toEqual(['version-remote-unknown']);
    }
    project.repository.git(['remote', 'add', 'gone', join(project.directory, 'gone.git')]);
    const gone = await create(project, { push: 'gone' });
    expect(codesOf(gone.diagnostics)).toEqual(['version-push-failed']);
    expect(project.repository.git(['tag'])).toBe('v1.0.0\nv1.1.0');
  });
});
