import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { doctor, type Finding, type OperationContext } from '../../engine/operations/index.ts';
import { run } from '../cli/run.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { bucketName, knownKey, startS3Server } from '../support/s3-server.ts';
import { asAdministrator, temporaryDirectory, testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';

const examine = async (context: OperationContext) => valueIn(await doctor(context, { lockTimeoutMs: 0 }));

const found = async (context: OperationContext, check: string): Promise<readonly Finding[]> =>
  (await examine(context)).findings.filter((finding) => finding.check === check);

/** A machine of which one thing is otherwise. */
const on = (project: TestProject, changes: Partial<OperationContext['system']>): OperationContext => ({
  ...project.context,
  system: { ...project.context.system, ...changes },
});

describe('on a server', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createProject('schemas');
    project.repository.commit({ 'workflows/extract.json': workflowFile('extract') }, 'v1.0.0');
  });

  test('before the first release everything that can be is in order, and nothing is made', async () => {
    const { healthy, findings } = await examine(project.context);
    expect(healthy).toBe(true);
    expect(findings.map(({ check, verdict }) => `${verdict} ${check}`)).toEqual([
      'ok Node',
      'ok Git',
      // The test's URL holds its password.
      'warning configuration',
      'ok source',
      'ok state database',
      'ok state schema',
      'ok place of development',
      'ok place of development, schema',
      'ok backup store',
    ]);
    expect((await found(project.context, 'state schema'))[0]?.detail).toBe('not made yet');
    const schemas = await project.sql<{ name: string }>(
      'development',
      "select nspname as name from pg_catalog.pg_namespace where nspname in ('m3forge', 'development')",
    );
    expect(schemas).toEqual([]);
  });

  test('after a release it looks into what was recorded', async () => {
    await project.apply();
    const { healthy, findings } = await examine(project.context);
    expect(healthy).toBe(true);
    const details = Object.fromEntries(findings.map(({ check, detail }) => [check, detail]));
    expect(details).toMatchObject({ leases: 'nobody works on any place', 'audit trail': 'whole' });
    expect(details['state schema']).toMatch(/^version \d+$/);
    expect(details['place of development, schema']).toMatch(/^version \d+$/);
    expect(JSON.stringify(findings)).not.toContain('postgresql://');
  });

  test('leases and releases that a dead process left are named with their remedies', async () => {
    await project.sql(
      'development',
      `update m3forge.place set lease_id = gen_random_uuid(), lease_holder = 'bob', lease_operation = 'apply',
       lease_host = 'elsewhere', lease_pid = 1, lease_boot_id = 'b', lease_backend = 1, lease_since = now(),
       lease_heartbeat = now() - interval '1 hour'`,
    );
    await project.sql('development', "update m3forge.release set state = 'verifying'");
    const findings = [...(await found(project.context, 'leases')), ...(await found(project.context, 'releases'))];
    expect(findings.map(({ verdict }) => verdict)).toEqual(['warning', 'warning']);
    expect(findings[0]?.remedy).toContain('m3forge lock release ');
    expect(findings[1]?.remedy).toContain('m3forge recover');
    await project.sql('development', "update m3forge.release set state = 'succeeded'");
    await project.sql('development', 'update m3forge.place set lease_id = null');
  });

  test('an audit trail that was changed by hand is broken', async () => {
    await project.sql('development', "update m3forge.audit set actor = 'nobody' where n = 1");
    const [trail] = await found(project.context, 'audit trail');
    expect(trail).toMatchObject({ verdict: 'broken', detail: expect.stringContaining('Entry 1 ') });
    await project.sql('development', "update m3forge.audit set actor = 'tester' where n = 1");
    expect((await found(project.context, 'audit trail'))[0]?.verdict).toBe('ok');
  });

  test('a schema of a newer program is broken, and left alone', async () => {
    await project.sql('development', "insert into m3forge.migration (id, name) values (99, 'later')");
    expect(await found(project.context, 'state schema')).toMatchObject([{ verdict: 'broken' }]);
    expect(await found(project.context, 'leases')).toEqual([]);
    await project.sql('development', 'delete from m3forge.migration where id = 99');
  });

  test('clocks that are apart are a warning', async () => {
    const { clock } = project.context.system;
    const ahead = { ...clock, now: () => new Date(clock.now().getTime() + 120_000) };
    const [database] = await found(on(project, { clock: ahead }), 'state database');
    expect(database).toMatchObject({ verdict: 'warning', detail: expect.stringContaining('120 seconds apart') });
  });

  test('a user without rights is told which ones', async () => {
    await asAdministrator("create role onlooker login password 'looks'");
    const configuration = readFileSync(join(project.directory, 'm3forge.yaml'), 'utf8');
    const looking = configuration.replaceAll(/postgresql:\/\/[^@]+@/g, 'postgresql://onlooker:looks@');
    writeFileSync(join(project.directory, 'm3forge.yaml'), looking);
    const findings = await found(project.context, 'state database');
    writeFileSync(join(project.directory, 'm3forge.yaml'), configuration);
    expect(findings.map(({ verdict }) => verdict)).toEqual(['broken', 'broken']);
    expect(findings[0]?.remedy).toContain('grant usage, create on schema "m3forge"');
    expect(findings[1]?.detail).toContain('release');
  });

  test('Node and Git that are too old, or missing, are broken', async () => {
    const old = on(project, { nodeVersion: '20.1.0' });
    expect(await found(old, 'Node')).toMatchObject([{ verdict: 'broken' }]);
    const { processes } = project.context.system;
    const answering = (stdout: string) =>
      on(project, {
        processes: {
          ...processes,
          run: async (program, args, options) => {
            const result = await processes.run(program, args, options);
            return args.includes('--version') ? { ...result, stdout: Buffer.from(stdout) } : result;
          },
        },
      });
    expect(await found(answering('git version 2.17.1\n'), 'Git')).toMatchObject([{ verdict: 'broken' }]);
    expect(await found(answering('git version 2.39.5 (Apple Git-154)\n'), 'Git')).toMatchObject([
      { verdict: 'ok', detail: '2.39.5' },
    ]);
    const without = on(project, { env: (name) => (name === 'PATH' ? '/nowhere' : undefined) });
    expect(await found(without, 'Git')).toMatchObject([{ verdict: 'broken', remedy: expect.stringContaining('2.30') }]);
  });
});

test('the oldest Node is the one that the package asks for', async () => {
  const { oldestNode } = await import('../../engine/operations/doctor/machine.ts');
  const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(engines.node).toBe(`>=${oldestNode.replace(/\.0$/, '')}`);
});

describe('as a command', () => {
  const env = { PATH: process.env.PATH ?? '' };
  const projectWith = (text: string): string => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'm3forge.yaml'), text);
    return cwd;
  };
  const head = 'version: 1\nproject: x\n';

  test('without a configuration it looks at the machine, and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await run(['doctor'], { cwd: temporaryDirectory(), env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toContain('broken   configuration: There is no m3forge.yaml');
    expect(stdout).toMatch(/^ {13}m3forge init$/m);
    expect(stdout).toMatch(/\n\n1 broken\.\n$/);
  });

  test('an invalid configuration, an unset variable and an old schema copy each have their remedy', async () => {
    const invalid = projectWith(`${head}targets: { t: { environment: none } }\n`);
    expect((await run(['doctor'], { cwd: invalid, env })).stdout).toContain('m3forge validate');

    const cwd = projectWith(
      `${head}environments: { dev: { type: development, database: "\${env.DEV_URL}" } }\ntargets: { dev: { environment: dev, version: latest } }\n`,
    );
    writeFileSync(join(cwd, 'm3forge.schema.json'), '{}');
    const { exitCode, stdout } = await run(['doctor', '--json'], { cwd, env });
    expect(exitCode).toBe(1);
    const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: readonly Finding[] };
    expect(healthy).toBe(false);
    const seen = findings.map(({ check, verdict }) => `${verdict} ${check}`);
    expect(seen).toContain('broken environment variables');
    expect(seen).toContain('broken source');
    expect(seen).toContain('warning schema for editors');
    expect(seen).toContain('skipped place of dev');
    expect(seen).toContain('ok state database');
    expect(findings.find(({ check }) => check === 'environment variables')?.remedy).toContain('export DEV_URL=');
  });

  const smoke = '{ name: runs, invoke: { workflow: extract } }';

  test('a token that smoke tests need is missed under its usual name', async () => {
    const gateways =
      'gateways: { the-eu: { url: "http://127.0.0.1:1" }, off: { url: "http://127.0.0.1:1", weight: 0 } }';
    const environments = 'environments: { dev: { type: development, gateways: [the-eu, off] } }';
    const cwd = projectWith(
      `${head}${gateways}\n${environments}\ntargets: { dev: { environment: dev, version: latest, smoke_tests: [${smoke}] } }\n`,
    );
    expect((await run(['doctor'], { cwd, env })).stdout).toContain(
      'broken   environment variables: GATEWAY_TOKEN_THE_EU is not set; smoke tests of the target "dev" run workflows on the gateway "the-eu".',
    );
    const { stdout } = await run(['doctor'], { cwd, env: { ...env, GATEWAY_TOKEN_THE_EU: 'x' } });
    expect(stdout).toMatch(/^ok {7}environment variables: GATEWAY_TOKEN_THE_EU$/m);
  });

  test('the store that is tried is the one that backups go to', async () => {
    await using server = await startS3Server();
    const key = `access_key_id: "\${env.KEY}", secret_access_key: "\${env.SECRET}"`;
    const cwd = projectWith(
      `${head}backups: { provider: s3, bucket: ${bucketName}, endpoint: "${server.endpoint}", ${key} }\n`,
    );
    const without = (await run(['doctor'], { cwd, env })).stdout;
    expect(without).toMatch(/^broken {3}environment variables: KEY is not set; m3forge.yaml, line 3, needs it\.$/m);
    expect(without).toMatch(/^skipped {2}backup store/m);
    const { access_key_id: KEY, secret_access_key: SECRET } = knownKey;
    const { stdout } = await run(['doctor'], { cwd, env: { ...env, KEY, SECRET } });
    expect(stdout).toMatch(new RegExp(`^ok {7}backup store: .*${bucketName}.* can be written$`, 'm'));
    const refused = (await run(['doctor'], { cwd, env: { ...env, KEY, SECRET: 'hunter22' } })).stdout;
    expect(refused).toMatch(/^broken {3}backup store: /m);
    expect(refused).not.toContain('hunter22');
  });

  test('an embedded database that somebody works with is a warning, and the rest is looked at', async () => {
    const cwd = projectWith(`${head}environments: { dev: { type: development } }\n`);
    mkdirSync(join(cwd, '.m3forge/data'), { recursive: true });
    const { self } = testSystem().processes;
    const holder = { ...self, pid: process.ppid, id: 'other', since: '2026-01-01T00:00:00Z', command: 'm3forge apply' };
    writeFileSync(join(cwd, '.m3forge/lock'), JSON.stringify(holder));
    const { stdout } = await run(['doctor', '--lock-timeout', '0ms'], { cwd, env });
    expect(stdout).toMatch(/^warning {2}state database: .* is in use by "m3forge apply"/m);
    expect(stdout).toMatch(/^ok {7}backup store/m);
  });

  test('a server that cannot be reached is broken, without its password', async () => {
    const cwd = projectWith(
      `${head}environments: { dev: { type: development, database: "\${env.DEV_URL}" } }\ntargets: { dev: { environment: dev, version: latest } }\n`,
    );
    const { stdout } = await run(['doctor'], {
      cwd,
      env: { ...env, DEV_URL: 'postgresql://a:hunter22@127.0.0.1:1/x' },
    });
    expect(stdout).toContain('broken   place of dev: The database 127.0.0.1:1/x cannot be reached');
    expect(stdout).not.toContain('hunter22');
  });
});
