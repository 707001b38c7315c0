import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apply, listAllBackups, lockProviders, plan, restoreBackup } from '../../engine/operations/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { packageFiles, providerSource, writeFiles } from '../support/third-party.ts';
import { workflowFile } from '../support/workflows.ts';

const waiting = { lockTimeoutMs: 0 };
const manner = { reason: null, ...waiting, confirm: () => Promise.resolve(true), report: () => undefined };

/** A store in memory would be empty for the next command, so that of these tests keeps files beside the project. */
const store = `
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
const absent = (error) => { if (error.code === 'ENOENT') return undefined; throw error; };
const onDisk = ({ directory }) => ({
  label: 'a store of a third party',
  check: async () => {},
  write: async (name, chunks) => {
    const parts = [];
    for await (const chunk of chunks) parts.push(chunk);
    const path = join(directory, 'kept', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.concat(parts), { flag: 'wx' });
    return { bytes: Buffer.concat(parts).length };
  },
  read: async (name, range) => {
    const file = await readFile(join(directory, 'kept', name)).catch(absent);
    return file && range ? file.subarray(range.start, range.start + range.length) : file;
  },
  list: async (folder) => ((await readdir(join(directory, 'kept', folder)).catch(absent)) ?? []).map((name) => folder + '/' + name),
  remove: (name) => rm(join(directory, 'kept', name), { force: true }),
});
`;

const sourceWith = (check: string): string =>
  `${store}${providerSource('', check).replace('backupStore: store', 'backupStore: onDisk')}`;

const seen =
  'return { passed: variables.M3FORGE_VERSION !== options.never, detail: "saw " + variables.M3FORGE_VERSION };';

const create = async (check = seen, environment = 'development'): Promise<TestProject> => {
  const project = await createProject('schemas', { environments: [environment] });
  writeFiles(join(project.directory, 'acme'), packageFiles({ 'provider.js': sourceWith(check) }));
  project.configure(`  ${environment}:
    environment: ${environment}
    version: latest
    smoke_tests: [{ name: consumer, timeout_seconds: 1, check: { provider: acme, options: { never: v1.1.0 } } }]
backups: { provider: acme }
providers: { acme: { path: acme } }`);
  valueIn(await lockProviders(project.context, { names: [] }));
  return project;
};

const commit = (project: TestProject, version: string): unknown =>
  project.repository.commit({ 'workflows/a.json': workflowFile('a', [version]) }, version);

test('a check that cannot be had keeps every target of the apply as it is, not only its own', async () => {
  const project = await createProject('schemas', { environments: ['development', 'staging'] });
  writeFiles(join(project.directory, 'acme'), packageFiles({ 'provider.js': sourceWith(seen) }));
  project.configure(`  development: { environment: development, version: latest }
  staging:
    environment: staging
    version: latest
    smoke_tests: [{ name: consumer, check: { provider: acme, options: { never: "\${env.NOBODY_SET_THIS}" } } }]
providers: { acme: { path: acme } }`);
  valueIn(await lockProviders(project.context, { names: [] }));
  commit(project, 'v1.0.0');
  const outcome = await apply(project.context, { ...manner, targets: ['development', 'staging'] });
  expect(codesOf(outcome.diagnostics)).toEqual(['config-missing-variable']);
  expect(await project.plan(['development'])).toMatchObject({ sections: [{ from: { version: null } }] });
});

test('a release is backed up and verified by a provider of a third party, and restored from it', async () => {
  const project = await create();
  commit(project, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  const before = await project.view('development');

  commit(project, 'v1.1.0');
  const failed = await project.apply();
  expect(codesOf(failed.problems)).toEqual(['release-failed', 'smoke-test-failed']);
  expect(failed.problems[1]?.detail).toContain('saw v1.1.0');
  expect(await project.view('development')).toEqual(before);

  commit(project, 'v1.2.0');
  expect((await project.apply()).problems).toEqual([]);
  const [backup] = valueIn(await listAllBackups(project.context, { target: undefined, ...waiting }));
  const restored = await restoreBackup(project.context, { ...manner, id: backup?.id ?? '', target: 'development' });
  expect(valueIn(restored).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(await project.view('development')).toEqual(before);
  expect((await project.plan([], 'v1.0.0')).sections).toMatchObject([{ changes: [], drift: [] }]);
});

test('a check that hangs takes the release back, within its time', async () => {
  const project = await create('return new Promise(() => {});');
  commit(project, 'v1.0.0');
  expect(codesOf((await project.apply()).problems)).toEqual(['release-failed', 'provider-timeout']);
  expect(await project.view('development')).toEqual({});
});

test('a provider that changed is refused before anything is begun, and what was pinned is part of the plan', async () => {
  const project = await create();
  commit(project, 'v1.0.0');
  const digestOf = async () => (await project.plan()).sections[0]?.digest;
  const before = await digestOf();
  writeFiles(join(project.directory, 'acme'), {
    'provider.js': sourceWith('return { passed: true, detail: "always" };'),
  });
  expect(codesOf((await apply(project.context, { ...manner, targets: [] })).diagnostics)).toEqual(['provider-changed']);
  expect(codesOf((await plan(project.context, { targets: [], ...waiting })).diagnostics)).toEqual(['provider-changed']);
  valueIn(await lockProviders(project.context, { names: [] }));
  expect(await digestOf()).not.toBe(before);
});

test('a check that is recorded needs its provider until a release has recorded that it is gone', async () => {
  const project = await create(seen, 'staging');
  commit(project, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  commit(project, 'v1.2.0');
  const target = '  staging: { environment: staging, version: latest }';
  project.configure(target);
  const [failed] = (await apply(project.context, { ...manner, targets: [] })).diagnostics;
  expect(failed).toMatchObject({ code: 'provider-unknown', hint: expect.stringContaining('Leave the provider there') });

  project.configure(target, { top: 'providers: { acme: { path: acme } }' });
  const { sections, problems } = await project.apply();
  expect(problems).toEqual([]);
  expect(sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.2.0' }]);
  expect(project.events).toContainEqual(
    expect.objectContaining({ type: 'verification', check: 'consumer', detail: 'saw v1.2.0' }),
  );

  project.configure(target);
  commit(project, 'v1.3.0');
  const options = { ...manner, targets: [], allowDeletes: true };
  expect(valueIn(await apply(project.context, options)).problems).toEqual([]);
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [], configuration_changes: [] }]);
});
