import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listProviders, testProvider } from '../../engine/operations/index.ts';
import { codesOf, valueIn } from '../support/project.ts';
import {
  configuration,
  createProviderProject as create,
  installed,
  withProvider as usual,
} from '../support/provider-project.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { manifestOf, packageFiles, providerSource, writeFiles } from '../support/third-party.ts';

test('a provider is used once it is locked, and refused as soon as a byte of it changed', async () => {
  const project = create();
  expect(await project.complaints()).toMatchObject(
    [
      { code: 'provider-not-locked', range: { start: { line: 9, column: 20 } }, hint: /m3forge providers lock acme/ },
    ].map((one) => ({ ...one, hint: expect.stringMatching(one.hint) })),
  );
  expect(valueIn(await project.lock()).providers).toMatchObject([{ name: 'acme', version: '1.2.0', change: 'added' }]);
  expect(await project.complaints()).toEqual([]);
  expect(valueIn(await project.lock()).providers).toMatchObject([{ change: 'unchanged' }]);

  project.write({ [`${installed}/new.js`]: '' });
  expect(codesOf(await project.complaints())).toEqual(['provider-changed']);
  // What it brings of its own dependencies is pinned by the package lock of the project.
  rmSync(join(project.directory, installed, 'new.js'));
  project.write({ [`${installed}/node_modules/left-pad/index.js`]: '' });
  expect(await project.complaints()).toEqual([]);

  project.write({ [`${installed}/package.json`]: manifestOf({}, '1.3.0') });
  const [changed] = await project.complaints();
  expect(changed?.detail).toBe(
    'The provider "acme" was locked as 1.2.0, and 1.3.0 of m3forge-provider-acme is installed.',
  );
  expect(valueIn(await project.lock('acme')).providers).toMatchObject([{ change: 'updated' }]);
  expect(await project.complaints()).toEqual([]);
});

test('what was locked is text that a review can read, and what is named no more is taken out of it', async () => {
  const project = create();
  await project.lock();
  const file = join(project.directory, 'm3forge.lock');
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(
    /^ {4}"acme": \{"from":"m3forge-provider-acme","version":"1.2.0","integrity":"sha256-.{44}"\}$/m,
  );
  project.write({ 'm3forge.yaml': usual.replaceAll('acme:', 'other:').replace('provider: acme', 'provider: other') });
  expect(valueIn(await project.lock()).removed).toEqual(['acme']);
  writeFileSync(file, '{ "version": 1, "providers": { "other": 7 } }');
  expect(codesOf((await listProviders(project.context)).diagnostics)).toEqual(['provider-lock-invalid']);
  expect(valueIn(await project.lock()).providers).toMatchObject([{ name: 'other' }]);
  expect(await project.complaints()).toEqual([]);
});

test('a lock file that cannot be read is written anew as a whole, and never for one name', async () => {
  const project = create();
  await project.lock();
  const file = join(project.directory, 'm3forge.lock');
  const torn = readFileSync(file, 'utf8').slice(0, -3);
  writeFileSync(file, torn);
  expect((await project.lock('acme')).diagnostics).toMatchObject([
    { code: 'provider-lock-invalid', hint: expect.stringContaining('m3forge providers lock') },
  ]);
  expect(readFileSync(file, 'utf8')).toBe(torn);
  expect(valueIn(await project.lock()).providers).toMatchObject([{ name: 'acme' }]);
});

const schema = JSON.stringify({
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: { url: { type: 'string', pattern: '^https:' }, depth: { type: 'integer' } },
});

test.each<readonly [options: string, expected: readonly string[]]>([
  ['{ url: "https://example.com", depth: 3 }', []],
  [`{ url: "\${env.URL}" }`, []],
  ['{ url: "ftp://example.com" }', ['schema-invalid-value 7:19']],
  ['{ ulr: "https://example.com" }', ['schema-unknown-key 7:19']],
  ['{ depth: "3" }', ['schema-missing-key 7:12', 'schema-wrong-type 7:21']],
])('options are checked against the schema that the provider brings: %s', async (options, expected) => {
  const project = create(configuration('{ package: m3forge-provider-acme }', options), { 'schema.json': schema });
  await project.lock();
  const found = await project.complaints();
  expect(found.map(({ code, range }) => `${code} ${range?.start.line}:${range?.start.column}`)).toEqual(expected);
});

const faults: readonly (readonly [
  fault: string,
  provider: string,
  files: Readonly<Record<string, string>>,
  code: string,
])[] = [
  ['is not there', '{ package: absent }', {}, 'provider-not-installed'],
  ['has no such folder', '{ path: absent }', {}, 'provider-not-installed'],
  ['has another version', '{ package: m3forge-provider-acme, version: ^2.0 }', {}, 'provider-version'],
  [
    'says nothing of itself',
    '{ package: m3forge-provider-acme }',
    { 'package.json': '{"name":"a","version":"1.0.0"}' },
    'provider-package-invalid',
  ],
  ['is no JSON', '{ package: m3forge-provider-acme }', { 'package.json': '{' }, 'provider-package-invalid'],
  [
    'is for another contract',
    '{ package: m3forge-provider-acme }',
    { 'package.json': manifestOf({ api: 2 }) },
    'provider-package-invalid',
  ],
  [
    'has a module outside',
    '{ package: m3forge-provider-acme }',
    { 'package.json': manifestOf({ provider: '../x.js' }) },
    'provider-package-invalid',
  ],
  [
    'names a module that is not there',
    '{ package: m3forge-provider-acme }',
    { 'package.json': manifestOf({ provider: './absent.js' }) },
    'provider-package-invalid',
  ],
  [
    'names a module that no lock can pin',
    '{ package: m3forge-provider-acme }',
    {
      'package.json': manifestOf({ provider: './node_modules/impl/index.js' }),
      'node_modules/impl/index.js': providerSource(),
    },
    'provider-package-invalid',
  ],
  [
    'names a fixture that is not there',
    '{ package: m3forge-provider-acme }',
    { 'package.json': manifestOf({ fixture: './fixture.js' }) },
    'provider-package-invalid',
  ],
  [
    'can do nothing',
    '{ package: m3forge-provider-acme }',
    { 'package.json': manifestOf({ kinds: {} }) },
    'provider-package-invalid',
  ],
  [
    'has a schema of a list',
    '{ package: m3forge-provider-acme }',
    { 'schema.json': '{"type":"array"}' },
    'provider-package-invalid',
  ],
  [
    'has a schema that cannot be',
    '{ package: m3forge-provider-acme }',
    { 'schema.json': '{"type":"object","properties":{"url":{"pattern":"("}}}' },
    'provider-package-invalid',
  ],
  [
    'is a check only',
    '{ package: m3forge-provider-acme }',
    { 'package.json': manifestOf({ kinds: { check: { schema: './schema.json' } } }) },
    'provider-lacks-capability',
  ],
];

test.each(faults)('a provider that %s: %s', async (_fault, provider, files, code) => {
  const project = create(configuration(provider), files);
  await project.lock();
  const found = await project.complaints();
  expect(codesOf(found)).toEqual([code]);
  expect(found[0]?.range?.filename).toBe('m3forge.yaml');
});

test('a provider that lies outside the project, or leads out of it, is refused', async () => {
  const elsewhere = temporaryDirectory();
  writeFiles(elsewhere, packageFiles({}));
  const linked = create();
  rmSync(join(linked.directory, installed), { recursive: true });
  symlinkSync(elsewhere, join(linked.directory, installed));
  expect(codesOf(await linked.complaints())).toEqual(['provider-package-invalid']);
  const inside = create();
  symlinkSync('/etc/hostname', join(inside.directory, installed, 'hosts'));
  expect((await inside.complaints())[0]?.detail).toContain('holds hosts, which is no ordinary file');
});

test('only a name that the configuration has can be locked or tried', async () => {
  const project = create();
  expect((await project.lock('acne')).diagnostics).toMatchObject([
    { code: 'provider-unknown', hint: 'Did you mean "acme"?' },
  ]);
  const tried = await testProvider(project.context, { name: 'acme' });
  expect(codesOf(tried.diagnostics)).toEqual(['provider-package-invalid']);
  project.write({ 'm3forge.yaml': 'version: 1\nproject: x\n' });
  expect(codesOf((await project.lock()).diagnostics)).toEqual(['provider-unknown']);
});

test('the list says what each can be, where it is used, and whether it is the one that was locked', async () => {
  const project = create();
  const view = async () => valueIn(await listProviders(project.context)).find(({ name }) => name === 'acme');
  expect(await view()).toMatchObject({
    kinds: ['backup-store', 'check'],
    condition: 'not locked',
    used_by: ['backups'],
  });
  await project.lock();
  expect(await view()).toMatchObject({ condition: 'locked', version: '1.2.0', problem: null });
  project.write({ [`${installed}/provider.js`]: '' });
  expect(await view()).toMatchObject({ condition: 'changed' });
  rmSync(join(project.directory, installed), { recursive: true });
  expect(await view()).toMatchObject({ condition: 'not usable', version: null });
});
