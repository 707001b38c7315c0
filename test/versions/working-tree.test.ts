import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { codeOf, collect, openRepository, selection } from './sources.ts';

let repository: TestRepository;
const at = (path: string): string => join(repository.directory, path);

const write = (path: string, content: string): void => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), content);
};

/** What the working tree holds, and which of it is in no commit. */
const look = async (): Promise<readonly [readonly string[], readonly string[]]> => {
  const source = await openRepository(repository);
  const { treeId, uncommitted } = await source.workingTree(selection);
  const blobs = await collect(source.readBlobs(await source.listTree(treeId, selection)));
  await source.close();
  return [blobs.map(({ path, bytes }) => `${path}=${bytes.toString('utf8')}`), uncommitted];
};

beforeEach(() => {
  repository = createRepository(temporaryDirectory());
  vi.stubEnv('TMPDIR', temporaryDirectory());
  repository.commit({ 'workflows/a.json': 'a', 'workflows/b.json': 'b', '.gitignore': 'ignored.json\n' });
  repository.git(['reset', '--quiet', '--hard']);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the working tree is read as Git would commit it, and left as it is', async () => {
  expect(await look()).toEqual([['workflows/a.json=a', 'workflows/b.json=b'], []]);
  write('workflows/a.json', 'changed');
  write('workflows/new.json', 'new');
  write('workflows/ignored.json', 'ignored');
  write('notes.txt', 'no artifact');
  rmSync(at('workflows/b.json'));
  write('workflows/b.json/inside.json', 'a folder in the place of a file');
  const before = repository.git(['status', '--porcelain']);
  const objects = repository.git(['count-objects']);
  expect(await look()).toEqual([
    [
      'workflows/a.json=changed',
      'workflows/b.json/inside.json=a folder in the place of a file',
      'workflows/new.json=new',
    ],
    ['workflows/a.json', 'workflows/b.json', 'workflows/b.json/inside.json', 'workflows/new.json'],
  ]);
  expect(repository.git(['status', '--porcelain'])).toBe(before);
  expect(repository.git(['count-objects'])).toBe(objects);
  expect(readdirSync(tmpdir())).toEqual([]);
});

test('no filter that the repository names is run', async () => {
  const witness = at('witness');
  write('filter', `#!/bin/sh\ntouch '${witness}'\ncat\n`);
  chmodSync(at('filter'), 0o755);
  repository.git(['config', 'filter.evil.clean', at('filter')]);
  repository.git(['config', 'filter.evil.required', 'true']);
  write('.gitattributes', '*.json filter=evil\n');
  write('workflows/a.json', 'changed');
  expect((await look())[0]).toEqual(['workflows/a.json=changed', 'workflows/b.json=b']);
  expect(readdirSync(repository.directory)).not.toContain('witness');
});

test('a repository without a working tree is refused', async () => {
  const bare = join(temporaryDirectory(), 'bare.git');
  execFileSync('git', ['clone', '--quiet', '--bare', repository.directory, bare]);
  const source = await openRepository({ ...repository, directory: bare });
  expect(await codeOf(source.workingTree(selection))).toBe('source-no-working-tree');
});
