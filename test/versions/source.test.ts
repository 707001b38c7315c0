import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../../engine/diagnostics/index.ts';
import type { System } from '../../engine/system/index.ts';
import type { Source, SourceOptions } from '../../engine/versions/index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { testSystem } from '../support/servers.ts';
import { codeOf, openRepository, parent, selection } from './sources.ts';

let repository: TestRepository;
let count = 0;

const open = (changes?: Partial<SourceOptions>, system?: System): Promise<Source> =>
  openRepository(repository, changes, system);

beforeEach(() => {
  count += 1;
  repository = createRepository(parent, `source-${count}`);
});

describe('tags', () => {
  const names = async (changes?: Partial<SourceOptions>): Promise<readonly string[]> =>
    (await (await open(changes)).tags()).map(({ version }) => version.name);

  it('name versions: light and annotated ones, through tags of tags to the commit and its tree', async () => {
    const commit = repository.commit({ 'a.json': '1' }, 'v1.0.0');
    repository.git(['tag', '-a', '-m', 'release', 'v1.1.0', commit]);
    const treeId = repository.git(['rev-parse', 'v1.0.0^{tree}']);
    expect(await (await open()).tags()).toEqual([
      { version: { name: 'v1.0.0', semver: '1.0.0' }, commit, treeId },
      { version: { name: 'v1.1.0', semver: '1.1.0' }, commit, treeId },
    ]);
  });

  it('count only where they match the pattern, are versions and lead to commits', async () => {
    repository.commit({ 'a.json': '1' }, 'v1.0.0');
    for (const other of ['nightly', 'v1.0', '1.5.0', 'v1.0.0.0', 'vv1.0.0']) repository.git(['tag', other]);
    repository.git(['tag', 'v9.9.9', 'HEAD:a.json']);
    expect(await names()).toEqual(['v1.0.0']);
    expect(await names({ versionPattern: '*' })).toEqual(['1.5.0', 'v1.0.0']);
  });

  it('of prereleases count only where those are included', async () => {
    repository.commit({ 'a.json': '1' }, 'v2.0.0-beta.1');
    expect(await names()).toEqual([]);
    expect(await names({ includePrerelease: true })).toEqual(['v2.0.0-beta.1']);
  });

  it('with names made to be taken for options or commands are just names', async () => {
    const commit = repository.commit({ 'a.json': '1' }, 'v1.0.0');
    for (const hostile of ['--upload-pack=touch', '-v1.0.0', '$(touch)', '`touch`', ';touch']) {
      repository.git(['update-ref', `refs/tags/${hostile}`, commit]);
    }
    expect(await names({ versionPattern: '*' })).toEqual(['v1.0.0']);
    expect((await (await open()).revision('--upload-pack=touch')).commit).toBe(commit);
  });

  it('are none in an empty repository', async () => {
    expect(await names()).toEqual([]);
  });
});

describe('a revision', () => {
  it('is found by branch, tag and commit', async () => {
    const commit = repository.commit({ 'a.json': '1' }, 'v1.0.0');
    const treeId = repository.git(['rev-parse', 'HEAD^{tree}']);
    const source = await open();
    for (const ref of ['main', 'v1.0.0', commit, commit.slice(0, 10)]) {
      expect(await source.revision(ref)).toEqual({ commit, treeId });
    }
  });

  it.each(['nowhere', '--help', '-', '', 'a b', 'main:a.json'])('%j is none', async (ref) => {
    repository.commit({ 'a.json': '1' });
    expect(await codeOf((await open()).revision(ref))).toBe('source-ref-unknown');
  });
});

describe('a tree', () => {
  const list = async (changes?: Partial<SourceOptions>) => {
    const source = await open(changes);
    const { treeId } = await source.revision('main');
    return source.listTree(treeId, selection);
  };

  it('lists what the globs choose, with its kind', async () => {
    repository.commit({
      'workflows/a.json': '1',
      'workflows/deep/er/b.json': '2',
      'workflows/notes.md': '3',
      'agents/c.yaml': '4',
      'other/d.json': '5',
    });
    expect((await list()).map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'agent agents/c.yaml',
      'workflow workflows/a.json',
      'workflow workflows/deep/er/b.json',
    ]);
  });

  it('takes names with quotes, spaces and any letters as they are', async () => {
    const paths = ['workflows/it\'s "quoted".json', 'workflows/sp ace.json', 'workflows/日本.json'];
    repository.commit(Object.fromEntries(paths.map((path) => [path, '1'])));
    expect((await list()).map(({ path }) => path)).toEqual([...paths].sort());
  });

  it('refuses names that are no text or could command a terminal, and passes over those that no glob chooses', async () => {
    repository.commit([{ path: 'workflows/new\nline.json', content: '1' }]);
    expect(await codeOf(list())).toBe('source-path-invalid');
    repository.commit([
      { path: Buffer.from([...Buffer.from('workflows/'), 0xff, ...Buffer.from('.json')]), content: '1' },
    ]);
    expect(await codeOf(list())).toBe('source-path-invalid');
    repository.commit([{ path: Buffer.from([0xff]), content: '1' }]);
    expect(await list()).toEqual([]);
  });

  it('refuses links and submodules in the place of files, all in one go', async () => {
    const commit = repository.commit({ 'a.json': '1' });
    repository.commit([
      { path: 'workflows/link.json', content: '/etc/passwd', mode: '120000' },
      { path: 'workflows/module.json', content: '', mode: '160000', id: commit },
      { path: 'elsewhere/link.json', content: '/etc/passwd', mode: '120000' },
    ]);
    const refusal = await list().catch((error: unknown) => error);
    expect((refusal as Refusal).diagnostics.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
      'source-entry-unsupported: "workflows/link.json" is a symbolic link, not a file.',
      'source-entry-unsupported: "workflows/module.json" is a submodule, not a file.',
    ]);
  });

  it('refuses a file that two kinds claim', async () => {
    repository.commit({ 'workflows/a.json': '1' });
    const source = await open();
    const { treeId } = await source.revision('main');
    const both = { workflow: ['**/*.json'], agent: ['workflows/*'] };
    expect(await codeOf(source.listTree(treeId, both))).toBe('source-kind-ambiguous');
  });

  it('starts at the configuration’s folder for ".", and at the root for a repository that is named', async () => {
    repository.commit({ 'team/workflows/a.json': '1', 'workflows/b.json': '2' });
    const directory = join(repository.directory, 'team');
    mkdirSync(directory);
    expect((await list({ directory })).map(({ path }) => path)).toEqual(['workflows/a.json']);
    expect((await list({ directory, repository: '..' })).map(({ path }) => path)).toEqual(['workflows/b.json']);
  });

  it('holds nothing where the configuration’s folder did not exist yet', async () => {
    repository.commit({ 'workflows/b.json': '2' });
    const directory = join(repository.directory, 'team');
    mkdirSync(directory);
    expect(await list({ directory })).toEqual([]);
  });
});

describe('a source that cannot be used', () => {
  it('does not exist', async () => {
    expect(await codeOf(open({ repository: 'nowhere' }))).toBe('source-missing');
  });

  it('does not show the credentials of a URL', async () => {
    const error = await open({ repository: 'https://user:secret@host/x.git' }).catch((reason: unknown) => reason);
    expect((error as Refusal).diagnostics[0]?.detail).toBe('source.repository holds a secret.');
  });

  it('is a file, but no bundle, or no file at all', async () => {
    writeFileSync(join(repository.directory, 'm3forge.yaml'), 'version: 1\n');
    for (const path of ['m3forge.yaml', '/dev/null']) {
      await expect(open({ repository: path })).rejects.toMatchObject({
        diagnostics: [
          { code: 'source-not-a-repository', detail: `${path} is neither a Git repository nor a Git bundle.` },
        ],
      });
    }
  });

  it('is a damaged bundle, told in the first words of Git', async () => {
    writeFileSync(join(repository.directory, 'x.bundle'), '# v2 git bundle\nnonsense\n');
    const error = await open({ repository: 'x.bundle' }).catch((reason: unknown) => reason);
    expect((error as Refusal).diagnostics).toMatchObject([{ code: 'source-corrupt' }]);
    expect((error as Refusal).diagnostics[0]?.detail).not.toContain('and the repository exists');
    expect((error as Refusal).diagnostics[0]?.detail).toMatch(/[^.]\.$/);
  });

  it('is no repository', async () => {
    const directory = join(parent, 'plain');
    mkdirSync(directory, { recursive: true });
    expect(await codeOf(open({ directory }))).toBe('source-not-a-repository');
  });

  it('is of no use where Git is missing', async () => {
    const empty = testSystem({ env: (name) => (name === 'PATH' ? '/nonexistent' : undefined) });
    expect(await codeOf(open({}, empty))).toBe('git-missing');
  });

  it('lacks objects, as a shallow clone does', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const tree = repository.git(['rev-parse', 'HEAD:workflows']);
    rmSync(join(repository.directory, '.git', 'objects', tree.slice(0, 2), tree.slice(2)));
    const source = await open();
    const { treeId } = await source.revision('main');
    expect(await codeOf(source.listTree(treeId, selection))).toMatch(/^source-(object-missing|corrupt)$/);
  });

  it('is damaged', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const source = await open();
    const { treeId } = await source.revision('main');
    const folder = join(repository.directory, '.git', 'objects', treeId.slice(0, 2));
    rmSync(join(folder, treeId.slice(2)));
    mkdirSync(join(folder, treeId.slice(2)));
    expect(await codeOf(source.listTree(treeId, selection))).toBe('source-corrupt');
  });
});
