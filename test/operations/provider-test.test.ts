import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notConforming, type ProviderTest, testProvider } from '../../engine/operations/index.ts';
import { createProviderHost } from '../../engine/provider/index.ts';
import { codesOf, valueIn } from '../support/project.ts';
import { createProviderProject as create, withProvider } from '../support/provider-project.ts';
import { manifestOf, providerSource } from '../support/third-party.ts';

test('the built-in store that backups go to is tried itself, and nothing of that is left', async () => {
  const project = create('version: 1\nproject: x\nbackups: { path: kept }\n');
  const filesystem = () => import('../../providers/filesystem/index.ts').then((module) => module.filesystem);
  const context = { ...project.context, host: createProviderHost({ filesystem }) };
  expect(valueIn(await testProvider(context, { name: 'filesystem' }))).toMatchObject({ passed: true });
  const left = readdirSync(join(project.directory, 'kept'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
  expect(codesOf((await testProvider(context, { name: 's3' })).diagnostics)).toEqual(['provider-unknown']);
});

const fixture = `export const fixture = { start: async () => ({
  backupStore: { options: {}, broken: { broken: true } },
  check: { passing: {}, failing: {}, broken: {} },
  secrets: ['a-secret-of-the-fixture'],
  stop: async () => {},
}) };`;

/** What the kit says of a provider with these files in the place of a good one's. */
const tried = async (files: Readonly<Record<string, string>>): Promise<ProviderTest> => {
  const good = { 'package.json': manifestOf({ fixture: './fixture.js' }), 'fixture.js': fixture };
  const project = create(withProvider, { ...good, ...files });
  return valueIn(await testProvider(project.context, { name: 'acme' }));
};

const failedIn = ({ cases }: ProviderTest): readonly (string | null)[] =>
  cases.filter(({ passed }) => !passed).flatMap(({ title, detail }) => [title, detail]);

test('the kit tells what a provider does not do, and a provider that prints a secret fails it', async () => {
  const leaky = providerSource('', 'console.log("a-secret-of-the-fixture"); return { passed: true, detail: "seen" };');
  const test = await tried({ 'provider.js': leaky });
  const { passed, cases } = test;
  expect(passed).toBe(false);
  expect(codesOf(notConforming(test).diagnostics)).toEqual(['provider-not-conforming']);
  const failed = cases.filter((one) => !one.passed);
  expect(failed.map(({ title }) => title)).toEqual([
    'in trouble, everything is an honest error without a secret',
    'what works passes',
    'asked again, it answers the same',
    'what does not work does not pass',
    'what cannot be reached does not pass, and shows no secret',
  ]);
  expect(failed[0]?.detail).toBe('check() ended as if all were well');
  expect(failed[1]?.detail).toContain('printed a secret');
  expect(JSON.stringify(cases)).not.toContain('a-secret-of-the-fixture');
});

/** One that breaks where it is told to, so that nothing is wrong with it. */
const good = providerSource(
  'label: options.broken ? "" : "the memory of a test"',
  'return { passed: !options.broken && !options.failing, detail: "seen" };',
);
const honest = fixture.replace('failing: {}, broken: {}', 'failing: { failing: true }, broken: { broken: true }');

test('a provider that keeps its contract passes', async () => {
  const test = await tried({ 'provider.js': good, 'fixture.js': honest });
  expect(failedIn(test)).toEqual([]);
  expect(test.passed).toBe(true);
});

test('a provider that can do nothing of what its package says fails, though there is nothing to try', async () => {
  const test = await tried({ 'provider.js': 'export const provider = {};' });
  expect(test.passed).toBe(false);
  expect(failedIn(test)).toEqual([
    'it can do what its package.json says, and nothing else',
    'its package.json says backup-store and check, and its module exports nothing',
  ]);
});

test('a provider whose fixture tries what its schema does not allow fails', async () => {
  const schema = JSON.stringify({ type: 'object', additionalProperties: false, properties: { broken: {} } });
  const test = await tried({ 'provider.js': good, 'fixture.js': honest, 'schema.json': schema });
  expect(failedIn(test)).toEqual([
    'its schemas allow the options of its fixture',
    expect.stringMatching(/^check\.failing: .*failing/),
  ]);
});

test('a store that lists nothing for the empty name fails', async () => {
  const list = 'list: async (folder) => [...files.keys()].filter((name) => name.startsWith(folder + "/")),';
  const source = good.replace('label: options', `${list}\n  label: options`);
  const test = await tried({ 'provider.js': source, 'fixture.js': honest });
  expect(failedIn(test)[0]).toBe('the empty name lists everything, by full names');
});
