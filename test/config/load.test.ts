import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../engine/config/index.ts';
import { load, loaded, systemAt } from './project.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'm3forge-load-'));
  mkdirSync(join(root, 'project/deep/er'), { recursive: true });
  mkdirSync(join(root, 'other'));
  writeFileSync(join(root, 'project/m3forge.yaml'), 'version: 1\nproject: found\n');
  symlinkSync(join(root, 'project/m3forge.yaml'), join(root, 'other/m3forge.yaml'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('the nearest file above the working directory is the configuration', async () => {
  const outcome = await loadConfig(systemAt(join(root, 'project/deep/er')), {});
  expect(outcome).toMatchObject({
    ok: true,
    value: { file: '../../m3forge.yaml', directory: join(root, 'project'), project: 'found' },
  });
});

test('a directory or a file can be named', async () => {
  const system = systemAt(root);
  expect(await loadConfig(system, { directory: 'project/deep' })).toMatchObject({
    value: { file: 'project/m3forge.yaml' },
  });
  expect(await loadConfig(system, { file: 'project/m3forge.yaml' })).toMatchObject({ value: { project: 'found' } });
});

test('no configuration is a problem with a remedy', async () => {
  for (const location of [{}, { file: 'nowhere.yaml' }]) {
    const { diagnostics } = await loadConfig(systemAt(root), location);
    expect(diagnostics).toMatchObject([{ code: 'config-not-found', hint: expect.stringContaining('--config') }]);
  }
});

test('a configuration that is a symbolic link is refused', async () => {
  const { diagnostics } = await loadConfig(systemAt(join(root, 'other')), {});
  expect(diagnostics).toMatchObject([{ code: 'file-is-symlink', range: { filename: 'm3forge.yaml' } }]);
});

test.each([
  ['nowhere.yaml', 'm3forge.yaml is a symbolic link to what does not exist.'],
  ['m3forge.yaml', 'm3forge.yaml is a symbolic link that leads back to itself.'],
])('a configuration that is a link to %s is told as what it is', async (to, detail) => {
  const directory = mkdtempSync(join(root, 'link-'));
  symlinkSync(to, join(directory, 'm3forge.yaml'));
  for (const location of [{}, { file: 'm3forge.yaml' }]) {
    const { diagnostics } = await loadConfig(systemAt(directory), location);
    expect(diagnostics).toMatchObject([{ code: 'file-is-symlink', detail }]);
  }
});

test('a file of a newer version says so', async () => {
  const { diagnostics } = await load('version: 2\nproject: x\n');
  expect(diagnostics).toMatchObject([
    {
      code: 'schema-invalid-value',
      detail: 'This m3forge reads version 1; a newer one wrote this file.',
      range: { start: { line: 1, column: 10 } },
    },
  ]);
  expect((await load('version: 0\nproject: x\n')).diagnostics[0]?.detail).toBe('`version` must be at least 1.');
});

test('defaults are filled in', async () => {
  const config = await loaded(`
version: 1
project: x
environments: { eu-west: { type: development } }
targets: { dev: { environment: eu-west, version: latest } }
`);
  expect(config.state).toEqual({
    database: { kind: 'embedded', schema: 'm3forge' },
    directory: join(config.directory, '.m3forge'),
  });
  expect(config.source).toEqual({
    repository: '.',
    versionPattern: 'v*.*.*',
    includePrerelease: false,
    workflows: ['workflows/**/*.json'],
    agents: ['agents/**/*.{json,yaml,yml}'],
    processors: ['processors/*/processor.yaml'],
  });
  expect(config.backups).toMatchObject({ directory: join(config.directory, '.m3forge-backups'), keepLast: 10 });
  expect(config.targets.get('dev')).toMatchObject({
    name: 'dev',
    version: { kind: 'latest', text: 'latest' },
    type: 'auto_deploy',
    enabled: true,
    database: { kind: 'embedded', schema: 'eu_west' },
    deployment: { timeoutSeconds: 600, requireBackup: true, runSmokeTests: true, onFailure: 'rollback' },
    gates: { validation: { enabled: true, failOnWarnings: false, checkDagCycles: true } },
    smokeTests: [],
  });
});

test('everything that is accepted arrives', async () => {
  const config = await loaded(`
version: 1
project: x
state: { database: "\${env.STATE}", schema: forge, path: var/m3 }
source: { repository: history.bundle, version_pattern: "r*", include_prerelease: true, workflows: [w/*.json], agents: [] }
environments:
  development: { type: development, display_name: Dev, description: d, enabled: false, require_approval: false }
  production: { type: production, database_url: "\${PROD}?sslmode=require&schema=live" }
targets:
  one: { environment: development, version: v1.2.3, type: auto_deploy, database: embedded }
  two:
    environment: production
    version: ^1.2
    schema: live2
    deployment: { timeout_seconds: 30, require_backup: false, run_smoke_tests: false, max_deletes: 0, on_failure: keep, in_flight: keep }
    gates: { validation: { enabled: true, fail_on_warnings: true, check_dag_cycles: false, check_node_schemas: false, check_jsonpath: false } }
    smoke_tests:
      - { name: a, run: "./a.sh \${HOME}", timeout_seconds: 5 }
      - { name: b, http: { url: "https://example.com/status", expect_status: 204 }, timeout_seconds: 6 }
  three: { environment: production, version: { from: two } }
backups: { provider: filesystem, path: /var/backups/m3, retention: { keep_last: 3, max_age_days: 7 } }
`);
  expect(config.state.database).toMatchObject({ kind: 'server', url: { text: `\${env.STATE}` }, schema: 'forge' });
  expect(config.state.directory).toBe(join(config.directory, 'var/m3'));
  expect([...config.targets.keys()]).toEqual(['one', 'two', 'three']);
  expect(config.targets.get('one')?.version).toEqual({ kind: 'exact', text: 'v1.2.3' });
  expect(config.targets.get('three')).toMatchObject({
    version: { kind: 'from', target: 'two' },
    database: { schema: 'live' },
  });
  expect(config.targets.get('two')).toMatchObject({
    version: { kind: 'range', text: '^1.2' },
    database: { kind: 'server', url: { text: `\${PROD}?sslmode=require` }, schema: 'live2' },
    deployment: { timeoutSeconds: 30, requireBackup: false, runSmokeTests: false, maxDeletes: 0, onFailure: 'keep' },
    gates: {
      validation: { failOnWarnings: true, checkDagCycles: false, checkNodeSchemas: false, checkJsonpath: false },
    },
    smokeTests: [
      { kind: 'run', name: 'a', command: `./a.sh \${HOME}`, timeoutSeconds: 5 },
      { kind: 'http', name: 'b', url: 'https://example.com/status', expectStatus: 204, timeoutSeconds: 6 },
    ],
  });
  expect(config.targets.get('two')?.at(['deployment', 'max_deletes'])).toMatchObject({ start: { line: 15 } });
  expect(config.environments.get('development')).toMatchObject({
    displayName: 'Dev',
    description: 'd',
    enabled: false,
  });
  expect(config.backups).toMatchObject({ directory: '/var/backups/m3', keepLast: 3, maxAgeDays: 7 });
});
