import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../examples/project.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const configuration = `version: 1
project: invoices
source: { repository: invoices.bundle }
environments: { development: { type: development } }
targets:
  development: { environment: development, version: latest, triggers: {}, approvals: { min_approvals: 1 } }
`;

const createProject = () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'm3forge.yaml'), configuration);
  cpSync(join(repositoryRoot, 'examples/quickstart/invoices.bundle'), join(cwd, 'invoices.bundle'));
  return (env: Readonly<Record<string, string>>, ...args: readonly string[]) => run(args, { cwd, env });
};

const runner = { GITHUB_ACTIONS: 'true' };

test('on a runner an apply that waits tells what for, beside the exit code that says so', async () => {
  const m3forge = createProject();
  const { exitCode, stderr } = await m3forge(runner, 'apply', '--target=development', '--yes');
  expect(exitCode).toBe(7);
  expect(stderr).toMatch(/^::notice title=Approvals are missing \[approval-missing\]::[^\n]*approv/m);
  const elsewhere = await m3forge({}, 'apply', '--target=development', '--yes');
  expect(elsewhere.exitCode).toBe(7);
  expect(elsewhere.stderr).not.toContain('::notice');
}, 60_000);

test('and so does a worker whose release waits: it has done its work, and ends well', async () => {
  const m3forge = createProject();
  const { exitCode, stdout, stderr } = await m3forge(runner, 'worker', '--once', '--target', 'development');
  expect(stdout).toMatch(/^development: v\d\S+ waiting \(v\d\S+: a new tag\), release /m);
  expect(stderr).toMatch(/^::notice title=The release waits::development: v\d[^\n]* waiting [^\n]*approv/m);
  expect(exitCode).toBe(0);
}, 60_000);
