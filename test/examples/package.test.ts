import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createProject, type Project, quickstartFiles, repositoryRoot } from './project.ts';

const mostBytes = 70 * 1024 * 1024;

const npm = 'npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false npm';

/** A project in which the packed package is installed from its file, with what it needs to run and nothing else. */
let project: Project;

beforeAll(() => {
  const clone = createProject([
    'dist',
    'schemas',
    'test/build',
    'package.json',
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
  ]);
  symlinkSync(join(repositoryRoot, 'node_modules'), join(clone.directory, 'node_modules'));
  // As "npm pack" does it; that would build first.
  clone.shell(`node test/build/pack.ts begin\n${npm} pack --ignore-scripts\nnode test/build/pack.ts end`);
  project = createProject(quickstartFiles);
  cpSync(join(repositoryRoot, 'examples/library'), join(project.directory, 'library'), { recursive: true });
  writeFileSync(join(project.directory, 'package.json'), '{ "private": true, "type": "module" }');
  const [file = ''] = readdirSync(clone.directory).filter((name) => name.endsWith('.tgz'));
  install(project.directory, join(clone.directory, file));
}, 300_000);

/** With this machine's own settings: where npm gets its packages from is nothing that the test could know. */
const install = (directory: string, file: string): void => {
  const { status, stderr } = spawnSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', file], {
    ...{ cwd: directory, encoding: 'utf8', timeout: 240_000 },
    env: { ...process.env, NODE_ENV: 'production' },
  });
  expect(status, stderr).toBe(0);
};

const bytesBelow = (directory: string): number =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

test('the package installs small, and brings its program, its types and its schemas', () => {
  const installed = join(project.directory, 'node_modules');
  expect(bytesBelow(installed)).toBeLessThan(mostBytes);
  expect(readdirSync(join(installed, '.bin'))).toContain('m3forge');
  expect(readdirSync(join(installed, 'm3forge/dist'))).toEqual(
    expect.arrayContaining([
      'library.d.ts',
      'library.js',
      'provider-kit.d.ts',
      'provider-kit.js',
      'provider-process.js',
    ]),
  );
  expect(readdirSync(join(installed, 'm3forge'))).not.toContain('engine');
});

test('the installed program begins the quick start', { timeout: 120_000 }, () => {
  const m3forge = (line: string) => project.shell(`node_modules/.bin/m3forge ${line}`);
  expect(m3forge('--version').stdout).toMatch(/^\d+\.\d+\.\d+/);
  m3forge('apply --target development --version v1.0.0 --yes');
  expect(m3forge('status').stdout).toMatch(/development +development +v1\.0\.0/);
});

test('the example of the library has its types, and releases', { timeout: 120_000 }, () => {
  const tsc = join(repositoryRoot, 'node_modules/.bin/tsc');
  const types = join(repositoryRoot, 'node_modules/@types');
  // Without skipLibCheck: the declarations must stand on their own.
  project.shell(
    `${tsc} --ignoreConfig --noEmit --strict --target es2024 --module nodenext --typeRoots ${types} --types node library/release.ts`,
  );
  // v1.1.0 deletes a workflow, and the program leaves that to people.
  expect(project.shell('node library/release.ts . development v1.1.0', 2).output).toContain(
    'Something would be deleted',
  );
  project.m3forge('apply --target development --version v1.1.0 --yes');
  const { output } = project.shell('node library/release.ts . development v1.2.0');
  expect(output).toContain('development: activate done');
  expect(output).toContain('development runs v1.2.0');
});
