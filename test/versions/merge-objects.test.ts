import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { System } from '../../engine/system/index.ts';
import { type MergeReader, openMergeReader } from '../../engine/versions/index.ts';
import { type CommittedFile, createRepository, type TestRepository } from '../support/repository.ts';
import { testSystem } from '../support/servers.ts';
import { codeOf, collect, parent } from './sources.ts';

let count = 0;
const repositoryOf = (files: readonly CommittedFile[]): { repository: TestRepository; commit: string } => {
  count += 1;
  const repository = createRepository(parent, `merge-objects-${count}`);
  return { repository, commit: repository.commit(files) };
};

const reading = async <T>(
  directory: string,
  read: (reader: MergeReader) => Promise<T>,
  system?: System,
): Promise<T> => {
  const reader = await openMergeReader(system ?? testSystem(), { repository: '.', directory });
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
};

/** What Git lists, as it is told where globs start. */
const listedByGit = ({ directory }: TestRepository, commit: string, folders: readonly string[]) =>
  execFileSync('git', ['-C', directory, 'ls-tree', '-r', '-z', commit, ...folders.map((folder) => `./${folder}`)])
    .toString('utf8')
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const [, mode = '', blob = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(record) ?? [];
      return { path, blob, mode };
    });

const file = (path: string, content = path): CommittedFile => ({ path, content });

/** How often Git is started with a command, and how many of those processes have not ended. */
const watchingSystem = (command: string) => {
  const { processes } = testSystem();
  const seen = { started: 0, running: 0 };
  const system = testSystem({
    processes: {
      ...processes,
      start: (program, args, options) => {
        const child = processes.start(program, args, options);
        if (!args.includes(command)) return child;
        seen.started += 1;
        seen.running += 1;
        void child.end.then(() => {
          seen.running -= 1;
        });
        return child;
      },
      run: (program, args, options) => {
        if (args.includes(command)) seen.started += 1;
        return processes.run(program, args, options);
      },
    },
  });
  return { seen, system };
};

test('folders are listed as Git lists them, whatever is in them', async () => {
  const { repository, commit } = repositoryOf([
    ...['agents/b.yaml', 'agents/b/c.yaml', 'agents/b.d/e.yaml', 'agents/a b.yaml', 'agents/ä.yaml'].map((path) =>
      file(path),
    ),
    ...['processors/p/processor.yaml', 'processors/p/lib/x.py', 'other/z.txt', 'agents.yaml'].map((path) => file(path)),
    { path: 'agents/run', content: '#!/bin/sh', mode: '100755' },
    { path: 'agents/link', content: 'b.yaml', mode: '120000' },
    { path: 'agents/sub', content: '', mode: '160000', id: 'a'.repeat(40) },
  ]);
  for (const folders of [
    ['agents'],
    ['agents', 'processors'],
    ['agents/b'],
    ['nothing'],
    ['agents/nothing'],
    ['processors/p/lib'],
    ['./agents'],
    ['agents', 'nothing'],
  ]) {
    const listed = await reading(repository.directory, (reader) => reader.filesAt(commit, folders));
    expect(listed, folders.join()).toEqual(listedByGit(repository, commit, folders));
  }
});

test('what is no folder is asked for as ever', async () => {
  const { repository, commit } = repositoryOf([file('agents'), file('processors/p/processor.yaml')]);
  for (const folders of [['agents'], ['agents', 'processors'], []]) {
    const listed = await reading(repository.directory, (reader) => reader.filesAt(commit, folders));
    expect(listed, folders.join()).toEqual(listedByGit(repository, commit, folders));
  }
});

test('a clone that lacks the tree of a folder says so, in place of listing nothing', async () => {
  const { repository, commit } = repositoryOf([file('agents/a.yaml'), file('team/agents/b.yaml'), file('c')]);
  const remove = (name: string): void => {
    const id = repository.git(['rev-parse', `${commit}:${name}`]);
    rmSync(join(repository.directory, '.git/objects', id.slice(0, 2), id.slice(2)));
  };
  remove('agents');
  remove('team/agents');
  await reading(repository.directory, async (reader) => {
    expect(await codeOf(reader.filesAt(commit, ['agents']))).toMatch(/^source-(corrupt|object-missing)$/);
    expect(await codeOf(reader.filesAt(commit, ['team/agents']))).toMatch(/^source-(corrupt|object-missing)$/);
    expect(await codeOf(reader.filesAt(commit, ['team']))).toMatch(/^source-(corrupt|object-missing)$/);
    expect(await reader.filesAt(commit, ['processors'])).toEqual([]);
  });
});

test('a tree that was written by an old Git is read as one, and a damaged one by Git alone', async () => {
  const { repository } = repositoryOf([file('agents/a.yaml')]);
  const blob = Buffer.from(repository.git(['rev-parse', 'main:agents/a.yaml']), 'hex');
  const entry = (mode: string, name: string) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), blob]);
  const treeOf = (bytes: Buffer) =>
    repository.git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], bytes);
  const commitOf = (agents: string) => {
    const top = treeOf(Buffer.concat([Buffer.from('40000 agents\0'), Buffer.from(agents, 'hex')]));
    return repository.git(['commit-tree', top, '-m', 'x']);
  };
  const old = commitOf(treeOf(Buffer.concat([entry('100664', 'a.yaml'), entry('100775', 'b'), entry('120777', 'c')])));
  await reading(repository.directory, async (reader) => {
    const listed = await reader.filesAt(old, ['agents']);
    expect(listed).toEqual(listedByGit(repository, old, ['agents']));
    expect(listed.map(({ mode }) => mode)).toEqual(['100644', '100755', '120000']);
    for (const rest of ['40000', 'garbage without an end', '100644 b.yaml\0too short']) {
      const damaged = commitOf(treeOf(Buffer.concat([entry('100644', 'a.yaml'), Buffer.from(rest)])));
      expect(await codeOf(reader.filesAt(damaged, ['agents'])), rest).toMatch(/^source-/);
    }
  });
});

test('a name that is no text is told as one, in whatever folder it is', async () => {
  const { repository, commit } = repositoryOf([
    { path: Buffer.from('agents/\xff.yaml', 'latin1'), content: 'a' },
    { path: Buffer.from('agents/\xfe/b.yaml', 'latin1'), content: 'b' },
    { path: 'agents/c\nd.yaml', content: 'c' },
  ]);
  const listed = await reading(repository.directory, (reader) => reader.filesAt(commit, ['agents']));
  expect(listed.every(({ path }) => /[\p{Cc}\uFFFD]/u.test(path))).toBe(true);
  expect(listed).toHaveLength(3);
});

test('a repository with longer ids, and a folder inside of one, are read alike', async () => {
  const directory = join(parent, 'longer-ids');
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { stdio: 'pipe' })
      .toString('utf8')
      .trim();
  mkdirSync(join(directory, 'team/agents/deep'), { recursive: true });
  git('init', '--quiet', '--object-format=sha256');
  writeFileSync(join(directory, 'team/agents/deep/a.yaml'), 'name: a\n');
  writeFileSync(join(directory, 'team/m3forge.yaml'), 'version: 1\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  const commit = git('rev-parse', 'HEAD');
  const listed = await reading(join(directory, 'team'), async (reader) => {
    expect((await reader.fileAt(commit, 'm3forge.yaml'))?.toString()).toBe('version: 1\n');
    expect((await reader.ends('HEAD', 'HEAD')).folder).toBe('team/');
    return reader.filesAt(commit, ['agents']);
  });
  expect(listed).toEqual([
    { path: 'agents/deep/a.yaml', mode: '100644', blob: git('rev-parse', 'HEAD:team/agents/deep/a.yaml') },
  ]);
});

const name = fc.constantFrom('a', 'b', 'a.b', 'a-b', 'ä', 'a b');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => ['agents', ...parts].join('/'));

test('whatever folders hold, they are listed as Git lists them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(path, { minLength: 1, maxLength: 12 }), async (paths) => {
      // A path cannot be a file and a folder at once.
      const whole = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)));
      const { repository, commit } = repositoryOf(whole.map((one) => file(one)));
      const listed = await reading(repository.directory, (reader) => reader.filesAt(commit, ['agents']));
      expect(listed).toEqual(listedByGit(repository, commit, ['agents']));
    }),
    { numRuns: 15 },
  );
});

test('contents come from one process, many of them from another, and none is left when the reader is closed', async () => {
  const bodies = [Buffer.alloc(0), Buffer.from('two\nlines missing\n'), Buffer.alloc(300_000, 255)];
  const { repository, commit } = repositoryOf(bodies.map((content, index) => ({ path: `f${index}`, content })));
  const { seen, system } = watchingSystem('cat-file');
  const readAll = async (reader: MergeReader, times: number) => {
    const ends = await reader.ends(commit, commit);
    const source = reader.sourceOf(ends, { versionPattern: 'v*', includePrerelease: false });
    const wanted = Array.from({ length: times }, () => listedByGit(repository, commit, [])).flat();
    return (await collect(source.readBlobs(wanted))).map(({ bytes }) => bytes);
  };
  await reading(
    repository.directory,
    async (reader) => {
      const [once, again] = await Promise.all([readAll(reader, 1), readAll(reader, 3)]);
      expect(once.map((bytes, index) => bytes.equals(bodies[index] ?? Buffer.of(1)))).toEqual([true, true, true]);
      expect(again).toHaveLength(9);
      expect(seen).toEqual({ started: 1, running: 1 });
      expect(await readAll(reader, 30)).toHaveLength(90);
      expect(seen.started).toBe(2);
    },
    system,
  );
  expect(seen.running).toBe(0);
});

test('whoever asks after the end is answered as ever, and starts nothing that stays', async () => {
  const { repository, commit } = repositoryOf([file('agents/a.yaml'), file('b')]);
  const { seen, system } = watchingSystem('cat-file');
  const reader = await openMergeReader(system, { repository: '.', directory: repository.directory });
  await reader.ends(commit, commit);
  const late = reader.close().then(() => reader.fileAt(commit, 'b'));
  expect((await late)?.toString()).toBe('b');
  expect(await reader.filesAt(commit, ['agents'])).toHaveLength(1);
  await reader.ends(commit, commit);
  expect(seen.running).toBe(0);
});

test('what is too large or gone is said as ever, and the next is read all the same', async () => {
  const { repository, commit } = repositoryOf([file('a', 'x'.repeat(2000)), file('b'), file('gone', 'soon')]);
  const [large, small, gone] = listedByGit(repository, commit, []);
  if (!large || !small || !gone) throw new Error('three files');
  rmSync(join(repository.directory, '.git/objects', gone.blob.slice(0, 2), gone.blob.slice(2)));
  await reading(repository.directory, async (reader) => {
    const ends = await reader.ends(commit, commit);
    const source = reader.sourceOf(ends, { versionPattern: 'v*', includePrerelease: false });
    const read = (one: typeof large, limit?: number) => collect(source.readBlobs([one], limit));
    expect(await codeOf(read(large, 1000))).toBe('source-file-too-large');
    expect((await read(small))[0]?.bytes.toString()).toBe('b');
    expect(await codeOf(read(gone))).toBe('source-object-missing');
    expect((await read(small))[0]?.bytes.toString()).toBe('b');
    expect(await codeOf(source.workingTree({}))).toBe('source-no-working-tree');
  });
});

test('a file whose name is no name of one is not there', async () => {
  const { repository, commit } = repositoryOf([file('a')]);
  await reading(repository.directory, async (reader) => {
    expect(await reader.fileAt(commit, 'b')).toBeUndefined();
    expect(await reader.fileAt(commit, 'a\nb')).toBeUndefined();
    expect(await reader.fileAt(commit, 'a\r')).toBeUndefined();
    expect(await reader.fileAt(commit, '../outside')).toBeUndefined();
    expect((await reader.fileAt(commit, 'a'))?.toString()).toBe('a');
  });
});
