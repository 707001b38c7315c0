import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { itemsIn } from '../../engine/operations/pull-request-items.ts';
import { faultOfMerge } from '../../engine/operations/pull-request-merge.ts';
import type { ChangedFile } from '../../engine/provider/index.ts';
import { folderInRepository } from '../../engine/versions/index.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

const selection = {
  workflows: ['workflows/**/*.json'],
  agents: ['agents/*.yaml'],
  processors: ['processors/*/processor.yaml'],
};

const file = (path: string, action: ChangedFile['action'] = 'changed', before?: string): ChangedFile => ({
  ...{ path, action, before },
});

const items = (files: readonly ChangedFile[], folder = ''): readonly string[] =>
  itemsIn(files, selection, folder).map(({ kind, path, action }) => `${action} ${kind} ${path}`);

describe('what a pull request touches', () => {
  test('is what the globs choose, and nothing else', () => {
    const files = [
      file('workflows/a/b.json', 'added'),
      file('agents/x.yaml', 'removed'),
      file('agents/a/y.yaml'),
      file('x'),
    ];
    expect(items(files)).toEqual(['removed agent agents/x.yaml', 'added workflow workflows/a/b.json']);
  });

  test('a renamed artifact goes and comes; one that comes from elsewhere only comes', () => {
    expect(items([file('workflows/b.json', 'renamed', 'workflows/a.json')])).toEqual([
      'removed workflow workflows/a.json',
      'added workflow workflows/b.json',
    ]);
    expect(items([file('workflows/b.json', 'renamed', 'drafts/b.json')])).toEqual(['added workflow workflows/b.json']);
  });

  test('a processor is one, whatever of its folder changes, and its manifest says whether it comes or goes', () => {
    const beside = [file('processors/sort/a.py'), file('processors/sort/lib/b.py', 'added')];
    expect(items(beside)).toEqual(['changed processor processors/sort']);
    const manifest = file('processors/sort/processor.yaml', 'added');
    expect(items([...beside, manifest])).toEqual(['added processor processors/sort']);
    expect(items([manifest, ...beside])).toEqual(['added processor processors/sort']);
    expect(items([file('processors/README.md')])).toEqual([]);
  });

  test('in a subfolder, globs start there', () => {
    expect(items([file('team/workflows/a.json'), file('workflows/b.json')], 'team/')).toEqual([
      'changed workflow workflows/a.json',
    ]);
  });
});

test('where globs start is the folder of the configuration, in its own repository alone', async () => {
  const repository = temporaryDirectory();
  execFileSync('git', ['init', '--quiet', repository]);
  const directory = join(repository, 'a team');
  mkdirSync(directory);
  const system = testSystem();
  expect(await folderInRepository(system, { repository: '.', directory })).toBe('a team/');
  expect(await folderInRepository(system, { repository: '.', directory: repository })).toBe('');
  expect(await folderInRepository(system, { repository: 'invoices.bundle', directory })).toBe('');
  expect(await folderInRepository(system, { repository: '.', directory: temporaryDirectory() })).toBe('');
});

const head = { branch: 'topic', commit: 'a'.repeat(40) };
const check = (state: 'success' | 'failure' | 'pending' | 'skipped', name = 'lint') => ({
  ...{ name, state, description: '', url: null },
});

type Case = readonly [
  expected: string | undefined,
  one: Partial<Parameters<typeof faultOfMerge>[0]>,
  checks: readonly ReturnType<typeof check>[],
];

test.each<Case>([
  [undefined, {}, []],
  [undefined, {}, [check('success'), check('skipped')]],
  ['it is merged already', { state: 'merged' }, []],
  ['it is closed', { state: 'closed' }, []],
  ['it is a draft', { isDraft: true }, []],
  ['its head has moved since it was looked at', { head: { branch: 'topic', commit: 'b'.repeat(40) } }, []],
  ['1 check failed: "lint"', {}, [check('failure'), check('pending')]],
  ['1 check has not ended: "lint"', {}, [check('success'), check('pending')]],
  ['2 checks have not ended: "a", "b"', {}, [check('pending', 'a'), check('pending', 'b')]],
  [
    '7 checks failed: "0", "1", "2", "3", "4" and 2 more',
    {},
    Array.from({ length: 7 }, (_, index) => check('failure', `${index}`)),
  ],
])('a pull request is not merged where %s', (expected, one, checks) => {
  expect(faultOfMerge({ state: 'open', isDraft: false, head, ...one }, checks, head.commit)?.why).toBe(expected);
});
