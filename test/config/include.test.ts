import { expect, test } from 'vitest';
import { complaints, load, loaded } from './project.ts';

const main = (...files: readonly string[]) =>
  `version: 1\nproject: x\ninclude: [${files.join(', ')}]\nenvironments:\n  dev: { type: development }\n`;

test('environments and targets may be spread over files', async () => {
  const config = await loaded({
    'm3forge.yaml': main('parts/staging.yaml', 'source.yaml'),
    'parts/staging.yaml':
      'environments: { staging: { type: staging } }\ntargets: { s: { environment: staging, version: latest } }',
    'source.yaml': 'source: { version_pattern: "r*" }',
  });
  expect([...config.environments.keys()]).toEqual(['dev', 'staging']);
  expect(config.source.versionPattern).toBe('r*');
  expect(config.targets.get('s')?.at(['version'])).toMatchObject({
    filename: 'parts/staging.yaml',
    start: { line: 2 },
  });
});

test('a problem is said in the file it is in', async () => {
  const files = {
    'm3forge.yaml': main('more.yaml'),
    'more.yaml': 'targets:\n  t: { environment: dve, verison: latest }\n',
  };
  expect(await complaints(files)).toEqual([
    'config-unknown-environment more.yaml:2:21 The target "t" names the environment "dve", which does not exist.',
    'schema-unknown-key more.yaml:2:26 There is no key `verison` in `targets.t`.',
  ]);
});

test('a key in two files names both', async () => {
  const files = {
    'm3forge.yaml': main('more.yaml'),
    'more.yaml': 'project: y\nenvironments:\n  dev: { type: staging }\n',
  };
  expect(await complaints(files)).toEqual([
    'config-key-in-two-files more.yaml:1:1 `project` is given in m3forge.yaml, line 2, and again in more.yaml.',
    'config-key-in-two-files more.yaml:3:3 `environments.dev` is given in m3forge.yaml, line 5, and again in more.yaml.',
  ]);
});

test('a file that is not there says where it was looked for', async () => {
  const { diagnostics } = await load({ 'm3forge.yaml': main('missing.yaml') });
  expect(diagnostics[0]?.hint).toBe('Paths are relative to the directory of m3forge.yaml.');
});

test.each([
  ['../elsewhere.yaml', 'file-outside-tree m3forge.yaml:3:11'],
  ['missing.yaml', 'file-missing m3forge.yaml:3:11'],
  ['m3forge.yaml', 'config-nested-include m3forge.yaml:3:1'],
  ['nested.yaml', 'config-nested-include nested.yaml:1:1'],
  ['list.yaml', 'schema-wrong-type list.yaml:1:1'],
  ['broken.yaml', 'yaml-syntax broken.yaml:1:2'],
])('including %s is refused: %s', async (path, expected) => {
  const files = {
    'm3forge.yaml': main(path),
    'nested.yaml': 'include: [m3forge.yaml]',
    'list.yaml': '[1]',
    'broken.yaml': '[',
  };
  expect((await complaints(files))[0]).toMatch(expected);
});
