import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { createProcesses } from '../../engine/system/index.ts';
import { openSource, type Source, type SourceOptions } from '../../engine/versions/index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

const parent = temporaryDirectory();
const system = testSystem();
let repository: TestRepository;
let count = 0;

const open = (changes: Partial<SourceOptions> = {}, through = system): Promise<Source> =>
  openSource(through, {
    repository: '.',
    directory: repository.directory,
    cacheDirectory: join(parent, 'sources'),
    versionPattern: 'v*.*.*',
    includePrerelease: false,
    ...changes,
  });

const codeOf = async (attempt: Promise<unknown>): Promise<unknown> => {
  const error = await attempt.then(
    () => 'nothing was refused',
    (reason: unknown) => reason,
  );
  return error instanceof Refusal ? error.diagnostics[0]?.code : error;
};

const selection = { workflow: ['workflows/**/*.json'], agent: ['agents/**/*.{json,yaml}'] };

const collect = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

beforeEach(() => {
  count += 1;
  repository = createRepository(parent, `repository-${count}`);
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

describe('contents', () => {
  const wanted = async (source: Source) => source.listTree((await source.revision('main')).treeId, selection);

  it('come in order, through one process, whatever bytes they are', async () => {
    const bodies = [Buffer.from(''), Buffer.from('two\nlines\n'), Buffer.alloc(300_000, 255), Buffer.from('{}')];
    repository.commit(bodies.map((content, index) => ({ path: `workflows/${index}.json`, content })));
    let started = 0;
    const processes = createProcesses();
    const counting = testSystem({
      processes: {
        ...processes,
        start: (...args) => {
          started += args[1].includes('cat-file') ? 1 : 0;
          return processes.start(...args);
        },
      },
    });
    const source = await open({}, counting);
    const read = await collect(source.readBlobs(await wanted(source)));
    expect(read.map(({ path }) => path)).toEqual(['0', '1', '2', '3'].map((name) => `workflows/${name}.json`));
    expect(
      read.map(({ bytes }) =>
        Buffer.compare(bytes, bodies[read.findIndex((one) => one.bytes === bytes)] ?? Buffer.of(1)),
      ),
    ).toEqual([0, 0, 0, 0]);
    expect(started).toBe(1);
  });

  it('of thousands of files neither hang nor get lost', async () => {
    const id = repository.git(['hash-object', '-w', '--stdin'], Buffer.alloc(20_000, 65));
    const files = Array.from({ length: 3000 }, (_, index) => ({ path: `workflows/${index}.json`, content: '', id }));
    repository.commit(files);
    const source = await open();
    let seen = 0;
    for await (const { bytes } of source.readBlobs(await wanted(source))) seen += bytes.length;
    expect(seen).toBe(3000 * 20_000);
  });

  it('need not be read to the end', async () => {
    repository.commit({ 'workflows/a.json': '1', 'workflows/b.json': '2' });
    const source = await open();
    for await (const { path } of source.readBlobs(await wanted(source))) {
      expect(path).toBe('workflows/a.json');
      break;
    }
    expect(await collect(source.readBlobs([]))).toEqual([]);
  });

  it('above the limit are refused by name', async () => {
    repository.commit({ 'workflows/large.json': 'x'.repeat(1001) });
    const source = await open();
    const refused = collect(source.readBlobs(await wanted(source), 1000));
    await expect(refused).rejects.toThrow(/source-file-too-large: workflows\/large\.json has 1001 bytes/);
  });

  it('that are not in the repository are named', async () => {
    repository.commit({ 'workflows/a.json': 'gone soon' });
    const source = await open();
    const entries = await wanted(source);
    const id = entries[0]?.blob ?? '';
    rmSync(join(repository.directory, '.git', 'objects', id.slice(0, 2), id.slice(2)));
    await expect(collect(source.readBlobs(entries))).rejects.toThrow(/source-object-missing.*workflows\/a\.json/);
  });

  it('that are damaged are reported', async () => {
    repository.commit({ 'workflows/a.json': 'damaged soon' });
    const source = await open();
    const entries = await wanted(source);
    const id = entries[0]?.blob ?? '';
    const file = join(repository.directory, '.git', 'objects', id.slice(0, 2), id.slice(2));
    chmodSync(file, 0o644);
    writeFileSync(file, 'rubbish');
    expect(await codeOf(collect(source.readBlobs(entries)))).toMatch(/^source-(corrupt|object-missing)$/);
  });
});

describe('a bundle', () => {
  const bundle = (name: string, refs: readonly string[]): string => {
    const file = join(parent, `${count}-${name}.bundle`);
    repository.git(['bundle', 'create', '--quiet', file, ...refs]);
    return file;
  };

  it('is read like the repository it was made from, and unpacked once', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const file = bundle('whole', ['--all']);
    const cacheDirectory = join(parent, 'cache', String(count));
    const source = await open({ repository: file, cacheDirectory });
    const [tag] = await source.tags();
    const entries = await source.listTree(tag?.treeId ?? '', selection);
    expect(await collect(source.readBlobs(entries))).toMatchObject([
      { path: 'workflows/a.json', bytes: Buffer.from('1') },
    ]);
    await open({ repository: file, cacheDirectory });
    expect(readdirSync(cacheDirectory)).toHaveLength(1);
  });

  it('that changed is another one', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const file = bundle('growing', ['--all']);
    await open({ repository: file });
    repository.commit({ 'workflows/a.json': '2' }, 'v1.1.0');
    rmSync(file);
    bundle('growing', ['--all']);
    expect((await (await open({ repository: file })).tags()).map(({ version }) => version.name)).toEqual([
      'v1.0.0',
      'v1.1.0',
    ]);
  });

  it('opened by many at once comes out whole', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const file = bundle('shared', ['--all']);
    const cacheDirectory = join(parent, 'cache', String(count));
    const sources = await Promise.all(Array.from({ length: 6 }, () => open({ repository: file, cacheDirectory })));
    for (const source of sources) expect(await source.tags()).toHaveLength(1);
    expect(readdirSync(cacheDirectory)).toHaveLength(1);
  });

  it('that holds only part of the history is refused, and leaves nothing behind', async () => {
    const first = repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    repository.commit({ 'workflows/a.json': '2' }, 'v1.1.0');
    const file = bundle('thin', ['v1.1.0', `^${first}`]);
    const cacheDirectory = join(parent, 'cache', String(count));
    expect(await codeOf(open({ repository: file, cacheDirectory }))).toBe('source-bundle-incomplete');
    expect(readdirSync(cacheDirectory)).toEqual([]);
  });

  it('that is no bundle is refused', async () => {
    const file = join(parent, 'text.bundle');
    writeFileSync(file, 'just text');
    expect(await codeOf(open({ repository: file }))).toMatch(/^source-(corrupt|not-a-repository)$/);
  });

  it('that cannot be unpacked anywhere is reported', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const file = bundle('nowhere', ['--all']);
    expect(await codeOf(open({ repository: file, cacheDirectory: join(file, 'below') }))).toBe('source-unreadable');
  });
});

describe('a source that cannot be used', () => {
  it('does not exist', async () => {
    expect(await codeOf(open({ repository: 'nowhere' }))).toBe('source-missing');
    await expect(open({ repository: 'https://example.com/x.git' })).rejects.toMatchObject({
      diagnostics: [{ code: 'source-missing', hint: expect.stringContaining('clone it') as string }],
    });
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
});

describe('a hostile repository', () => {
  let witness: string;
  beforeAll(() => {
    witness = join(parent, 'witness');
  });

  it('runs nothing of what its configuration and hooks name', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const program = join(repository.directory, 'program');
    writeFileSync(program, `#!/bin/sh\ntouch '${witness}'\n`);
    chmodSync(program, 0o755);
    const settings = ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.askPass', 'uploadpack.packObjectsHook'];
    for (const setting of settings) repository.git(['config', setting, program]);
    repository.git(['config', 'core.hooksPath', repository.directory]);
    // What a partial clone lacks, Git fetches by itself, with whatever program the address names.
    repository.git(['config', 'core.repositoryFormatVersion', '1']);
    repository.git(['config', 'extensions.partialClone', 'origin']);
    repository.git(['config', 'remote.origin.promisor', 'true']);
    repository.git(['config', 'remote.origin.url', `ext::${program}`]);
    const source = await open();
    const [tag] = await source.tags();
    const entries = await source.listTree(tag?.treeId ?? '', selection);
    const missing = { blob: '0123456789012345678901234567890123456789', path: 'workflows/b.json' };
    await collect(source.readBlobs([...entries, missing])).catch(() => []);
    expect(existsSync(witness)).toBe(false);
  });

  it('is not taken for another one where the environment names one', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const other = createRepository(parent, `other-${count}`);
    other.commit({ 'workflows/a.json': '2' }, 'v6.6.6');
    const engine = new URL('../../engine', import.meta.url).pathname;
    const program = `
      const { openSource } = await import('${engine}/versions/index.ts');
      const { createLog, realSystem } = await import('${engine}/system/index.ts');
      const source = await openSource(realSystem(createLog('silent', () => undefined), new AbortController().signal), {
        repository: '.', directory: process.argv[1], cacheDirectory: '', versionPattern: '*', includePrerelease: false });
      process.stdout.write((await source.tags())[0].version.name);`;
    const env = { ...process.env, GIT_DIR: join(other.directory, '.git'), GIT_CONFIG_COUNT: '0' };
    const args = ['--input-type=module', '--eval', program, repository.directory];
    expect(execFileSync(process.execPath, args, { env }).toString()).toBe('v1.0.0');
  });
});
