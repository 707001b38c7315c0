import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { System } from '../../engine/system/index.ts';
import { createProcesses } from '../../engine/system/index.ts';
import type { Source, SourceOptions } from '../../engine/versions/index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { testSystem } from '../support/servers.ts';
import { codeOf, collect, openRepository, parent, selection } from './sources.ts';

let repository: TestRepository;
let count = 0;

const open = (changes?: Partial<SourceOptions>, system?: System): Promise<Source> =>
  openRepository(repository, changes, system);

beforeEach(() => {
  count += 1;
  repository = createRepository(parent, `contents-${count}`);
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
    // More than any buffer on the way holds, so that Git is still writing when nobody listens any more.
    repository.commit({ 'workflows/a.json': '1', 'workflows/b.json': '2'.repeat(3_000_000) });
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
    expect(await codeOf(open({ repository: file }))).toBe('source-not-a-repository');
  });

  it('that cannot be unpacked anywhere is reported', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const file = bundle('nowhere', ['--all']);
    expect(await codeOf(open({ repository: file, cacheDirectory: join(file, 'below') }))).toBe('source-unreadable');
  });
});
