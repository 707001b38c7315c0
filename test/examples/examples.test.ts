import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asAdministrator, freshDatabase, temporaryDirectory } from '../support/servers.ts';
import { blocksOf, commandsOf, patternOf } from './documentation.ts';
import { endProcesses, freePort, linkPackages } from './gateways.ts';
import { createProject, type Project, quickstartFiles } from './project.ts';

interface Status {
  readonly target: string;
  readonly version: string | null;
  readonly place: string;
}

const statusOf = (project: Project): readonly Status[] => JSON.parse(project.m3forge('status --json').stdout);
const versionsOf = (project: Project): Readonly<Record<string, string | null>> =>
  Object.fromEntries(statusOf(project).map(({ target, version }) => [target, version]));

const bundle = 'examples/quickstart/invoices.bundle';
const minutes = { timeout: 300_000 };

describe('examples/postgres-server', () => {
  test('releases into schemas of one database and into a database of its own', minutes, async () => {
    const [shared, production] = [await freshDatabase(), await freshDatabase()];
    const project = createProject([bundle, 'examples/postgres-server'], {
      folder: 'examples/postgres-server',
      variables: { STATE_URL: shared, SHARED_URL: shared, PRODUCTION_URL: production },
    });
    project.m3forge('validate');
    project.m3forge('apply --target development --yes');
    project.m3forge('apply --target staging --yes');
    project.m3forge('apply --target production --yes');
    expect(versionsOf(project)).toEqual({ development: 'v1.2.0', staging: 'v1.2.0', production: 'v1.2.0' });
    expect(new Set(statusOf(project).map(({ place }) => place)).size).toBe(3);
    expect(project.m3forge('plan --detailed-exitcode').stdout).toContain('No changes');

    const database = production.split('/').at(-1) ?? '';
    const rows = await asAdministrator('select name, version from invoices.workflows order by name', database);
    expect(rows).toEqual([
      { name: 'invoice-classification', version: 'v1.2.0' },
      { name: 'invoice-extraction', version: 'v1.2.0' },
      { name: 'receipt-extraction', version: 'v1.2.0' },
    ]);
  });

  test('says which variable is not set, and nothing more', () => {
    const project = createProject([bundle, 'examples/postgres-server'], { folder: 'examples/postgres-server' });
    expect(project.m3forge('plan', 1).output).toContain('STATE_URL');
  });
});

describe('examples/shared-place', () => {
  test('a hotfix and the regular way move one place', minutes, () => {
    const project = createProject([bundle, 'examples/shared-place'], { folder: 'examples/shared-place' });
    project.m3forge('apply --target production --yes');
    project.m3forge('apply --target hotfix --yes');
    expect(versionsOf(project)).toEqual({ production: 'v1.2.0', hotfix: 'v1.2.0' });
    project.m3forge('rollback --target hotfix --reason "the totals are rounded" --yes');
    expect(versionsOf(project)).toEqual({ production: 'v1.1.0', hotfix: 'v1.1.0' });
    expect(project.m3forge('plan --target production --detailed-exitcode').stdout).toContain('No changes');
  });
});

describe('examples/regions', () => {
  test('does what its README says, command by command', minutes, async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    const [apSoutheast, euWest, usEast] = ports.map((port) => `http://127.0.0.1:${port}`);
    const project = createProject([bundle, 'package.json', 'examples/gateway-simulator', 'examples/regions'], {
      folder: 'examples/regions',
      variables: {
        AP_SOUTHEAST_GATEWAY: apSoutheast ?? '',
        EU_WEST_GATEWAY: euWest ?? '',
        US_EAST_GATEWAY: usEast ?? '',
      },
    });
    linkPackages(project);
    try {
      for (const { line, exit, output } of blocksOf('examples/regions/README.md').flatMap(commandsOf)) {
        if (line.startsWith('export ')) continue;
        const ended = project.shell(line.replace('51001 51002 51003', ports.join(' ')), exit);
        if (output !== undefined) expect(`${ended.output}\n`, line).toMatch(patternOf(output));
      }
      expect(versionsOf(project)).toEqual({ 'ap-southeast': 'v1.2.0', 'eu-west': 'v1.2.0', 'us-east': 'v1.2.0' });
      expect(new Set(statusOf(project).map(({ place }) => place)).size).toBe(3);
    } finally {
      endProcesses(project, 'gateways.pid');
    }
  });
});

describe('examples/ci', () => {
  test('one job plans, the next applies what was planned, and then there is nothing to do', minutes, () => {
    const project = createProject([...quickstartFiles, 'examples/ci']);
    const results = temporaryDirectory();
    const read = (name: string): string => readFileSync(join(results, name), 'utf8');
    project.shell(`examples/ci/release.sh plan ${results}`);
    expect(read('plan.md')).toContain('workflow.invoice-extraction');
    expect(JSON.parse(read('plan.json')).sections).toHaveLength(1);
    project.shell(`examples/ci/release.sh apply ${results}`);
    const events = read('apply.ndjson')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(events.at(0)).toBe('version');
    expect(events).toContain('apply_complete');
    expect(project.shell(`examples/ci/release.sh apply ${results}`, 5).output).toContain('used');
    expect(project.shell(`examples/ci/release.sh plan ${results}`).stdout).toContain('nothing to release');
    expect(project.shell(`examples/ci/release.sh apply ${results}`).stdout).toContain('nothing to release');
  });
});
