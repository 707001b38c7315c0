import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const configuration = `
version: 1
project: trial
source: { agents: ["agents/*.yaml"] }
environments:
  development: { type: development, database: { url: embedded, schema: development } }
targets:
  development: { environment: development, version: latest }
`;

const agent = (name: string, prompt: string): string => `name: ${name}\nsystem_message: ${prompt}\n`;

/** A project with two versions of its agents. */
const createProject = (more = '') => {
  const parent = temporaryDirectory();
  const repository = createRepository(parent);
  repository.commit(
    { 'agents/reader.yaml': agent('reader', 'Read.'), 'agents/writer.yaml': agent('writer', 'Write.') },
    'v1.0.0',
  );
  repository.commit(
    { 'agents/reader.yaml': agent('reader', 'Read well.'), 'agents/judge.yaml': agent('judge', 'Judge.') },
    'v1.1.0',
  );
  writeFileSync(join(repository.directory, 'm3forge.yaml'), `${configuration}${more}`);
  return repository.directory;
};

const jsonLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a release from the command line: plan, ask, apply, look, go back', async () => {
  const cwd = createProject();
  const at = (args: readonly string[], more: object = {}) => run(args, { cwd, ...more });

  expect((await at(['validate', '--ref', 'v1.0.0'])).stdout).toContain('Valid: 2 artifacts.');
  expect((await at(['plan', '--version', 'v1.0.0', '--detailed-exitcode'])).exitCode).toBe(2);

  const unasked = await at(['apply', '--version', 'v1.0.0']);
  expect(unasked.exitCode).toBe(1);
  expect(unasked.stdout).toContain('Plan: 5 to add, 0 to change, 0 to destroy.');
  expect(unasked.stderr).toContain('[confirmation-impossible]');
  for (const env of [{ CI: 'true' }, { M3FORGE_INPUT: 'false' }]) {
    const silent = await at(['apply', '--version', 'v1.0.0'], { typed: 'yes\n', env });
    expect(silent.stderr).toContain('[confirmation-impossible]');
  }
  for (const typed of ['y\n', 'YES\n', 'no\n', '']) {
    const declined = await at(['apply', '--version', 'v1.0.0'], { typed });
    expect({ code: declined.exitCode, said: declined.stderr }).toMatchObject({
      code: 1,
      said: expect.stringContaining('[apply-declined]'),
    });
  }
  const stopped = AbortSignal.abort();
  const interrupted = await at(['apply', '--version', 'v1.0.0'], { typed: 'yes\n', system: { interrupted: stopped } });
  expect(interrupted.exitCode).toBe(130);
  expect((await at(['status', '--json'])).stdout).toContain('"version": null');

  const applied = await at(['apply', '--version', 'v1.0.0'], { typed: 'yes\n' });
  expect(applied.stdout).toContain(
    'Applied. development runs v1.0.0: 2 created, 0 updated, 0 deleted; configuration 3 created',
  );
  expect(applied.stderr).toContain('Only the full word "yes" confirms.');
  expect(applied.stderr).toContain('development: Activate: done');
  expect(applied.exitCode).toBe(0);

  const watched = jsonLines((await at(['apply', '--yes', '--json', '--as', 'alice'])).stdout);
  expect(watched[0]).toMatchObject({ type: 'version', m3forge: '1.2.3' });
  expect(watched.at(-1)).toMatchObject({ type: 'apply_complete', exit_code: 0 });
  const again = await at(['apply']);
  expect(again).toMatchObject({ exitCode: 0, stdout: 'No changes. development runs v1.1.0, as configured.\n' });

  const history = JSON.parse((await at(['history', '--json'])).stdout);
  expect(history).toMatchObject([{ version: 'v1.1.0', requested_by: 'alice' }, { version: 'v1.0.0' }]);
  const id = history[0].id.slice(0, 8);
  expect((await at(['show', id])).stdout).toContain(`Release ${history[0].id}`);
  expect((await at(['show', '--markdown'])).stdout).toContain(`## Release ${history[0].id}`);
  expect(JSON.parse((await at(['show', id, '--json'])).stdout).section.changes).toHaveLength(3);
  expect((await at(['logs', id, '--follow'])).stdout).toContain('Activate');
  expect(JSON.parse((await at(['logs', id, '--json'])).stdout).lines.length).toBeGreaterThan(3);
  expect(await at(['drift'])).toMatchObject({ exitCode: 0, stdout: 'development: no drift.\n' });
  expect((await at(['lock', 'list'])).stdout).toBe('Nobody is working on any place.\n');

  const back = await at(['rollback', '--target', 'development', '--reason', 'too judgemental', '--yes', '--quiet']);
  expect(back).toMatchObject({ exitCode: 0, stderr: '' });
  expect(back.stdout).toContain('Rolled back. development runs v1.0.0');
  expect((await at(['hold', 'list'])).stdout).toContain('v1.1.0');
  const lift = ['hold', 'lift', '--target', 'development', '--version', 'v1.1.0', '--reason', 'it was right'];
  expect((await at(lift)).stdout).toBe('development may go to v1.1.0 again.\n');
  expect((await at(lift)).exitCode).toBe(1);

  const idle = await at(['recover']);
  expect(idle.exitCode).toBe(0);
  expect(idle.stdout).toMatch(/^There was nothing to recover\. .*\n\n {4}m3forge status\n$/);
  expect(jsonLines((await at(['recover', '--json'])).stdout).map(({ type }) => type)).toEqual([
    'version',
    'recover_complete',
  ]);
  const imported = await at(['state', 'import', '--target', 'development']);
  expect(imported.stdout).toContain('belongs to this state already; it runs v1.0.0.');
});

test('backups from the command line', async () => {
  const cwd = createProject();
  const at = (args: readonly string[]) => run(args, { cwd });
  await at(['apply', '--version', 'v1.0.0', '--yes']);
  await at(['apply', '--yes']);
  expect((await at(['backup', 'create', '--target', 'development'])).exitCode).toBe(0);
  const backups = JSON.parse((await at(['backup', 'list', '--json'])).stdout);
  expect(backups.map(({ version }: { version: string }) => version)).toContain('v1.0.0');
  expect((await at(['backup', 'verify', '--full'])).stdout).toContain('every body read');
  const { id } = backups.find(({ version }: { version: string }) => version === 'v1.0.0');
  const restored = await at(['backup', 'restore', id.slice(0, 8), '--target', 'development', '--yes']);
  expect(restored.stdout).toContain('Restored. development runs v1.0.0');
  expect((await at(['backup', 'prune', '--target', 'development'])).stdout).toMatch(/^Removed \d+ backups? /);
  expect((await at(['backup', 'verify', 'ffff'])).stderr).toContain('[backup-unknown]');
});

test('a saved plan, with JSON and Markdown from the same run', async () => {
  const cwd = createProject();
  const at = (args: readonly string[], more: object = {}) => run(args, { cwd, ...more });
  const files = ['--out', 'my plan.json', '--json-into', 'shown.json', '--markdown-into', 'shown.md'];
  const planned = await at(['plan', ...files, '--exclude', 'agent.judge']);
  expect(planned.exitCode).toBe(0);
  expect(planned.stdout).toContain('1 entry hidden by --select or --exclude');
  expect(planned.stderr).toContain("    m3forge apply 'my plan.json'");
  expect(statSync(join(cwd, 'my plan.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(cwd).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(JSON.parse(readFileSync(join(cwd, 'my plan.json'), 'utf8')).sections[0].changes).toHaveLength(2);
  expect(JSON.parse(readFileSync(join(cwd, 'shown.json'), 'utf8'))).toMatchObject({ hidden: 1 });
  expect(readFileSync(join(cwd, 'shown.md'), 'utf8')).toMatch(/^## Plan: 5 to add/);

  expect((await at(['show', 'my plan.json', '--json'])).stdout).toBe(readFileSync(join(cwd, 'my plan.json'), 'utf8'));
  expect((await at(['show', 'my plan.json', '--markdown'])).stdout).toContain('agent.judge');
  expect((await at(['show', 'my plan.json'])).stdout).toContain('Plan: 5 to add');
  expect((await at(['apply', 'shown.json'])).exitCode).toBe(5);
  const applied = await at(['apply', 'my plan.json', '--json']);
  expect(jsonLines(applied.stdout).filter(({ type }) => type === 'planned_change')).toHaveLength(5);
  expect(applied.exitCode).toBe(0);
  expect((await at(['apply', 'my plan.json'])).stderr).toContain('[plan-used]');
  const gone = await at(['apply', 'gone.json', '--json']);
  expect(gone.exitCode).toBe(1);
  expect(jsonLines(gone.stdout).map(({ type }) => type)).toEqual(['version', 'diagnostic', 'apply_complete']);
});

test('a file that cannot be written, or would hold a secret, is refused and leaves nothing behind', async () => {
  const cwd = createProject();
  mkdirSync(join(cwd, 'folder'));
  const before = readdirSync(cwd).sort();
  const onto = await run(['plan', '--out', 'folder'], { cwd });
  expect(onto.stderr).toContain('[output-unwritable]');
  expect((await run(['plan', '--out', 'missing/plan.json'], { cwd })).stderr).toContain(
    'missing/plan.json cannot be written: its directory does not exist (ENOENT).',
  );
  for (const flag of ['--out', '--json-into', '--markdown-into']) {
    const over = await run(['plan', flag, 'm3forge.yaml'], { cwd });
    expect(over).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[output-unwritable]') });
    expect(readFileSync(join(cwd, 'm3forge.yaml'), 'utf8')).toBe(configuration);
  }
  const secret = await run(['plan', '--out', 'plan.json'], { cwd, secrets: ['agent.judge'] });
  expect(secret.stderr).toContain('[output-secret]');
  expect(secret.exitCode).toBe(1);
  expect((await run(['plan', '--json'], { cwd, secrets: ['agent.judge'] })).stdout).not.toContain('agent.judge');
  expect(readdirSync(cwd).sort()).toEqual([...new Set([...before, '.m3forge'])].sort());
});

test('findings of validate are the result, as text and as JSON', async () => {
  const cwd = createProject();
  writeFileSync(
    join(cwd, 'm3forge.yaml'),
    configuration.replace('environment: development, v', 'enviroment: development, v'),
  );
  const text = await run(['validate'], { cwd });
  expect(text.stdout).toContain('[schema-unknown-key]');
  expect(text.stdout).toContain('Invalid: 0 artifacts read');
  expect(text.exitCode).toBe(3);
  const json = JSON.parse((await run(['validate', '--json'], { cwd })).stdout);
  expect(json).toMatchObject({ format_version: '1.0', valid: false });
  expect(json.diagnostics[0].range.start.line).toBe(8);
});

test('what is no plan and no release is called neither', async () => {
  const cwd = createProject();
  const at = (subject: string) => run(['show', subject], { cwd });
  expect((await at('d5')).stderr).toContain(
    '"d5" is neither a plan file nor a release: of an id at least the first 4 characters are needed.',
  );
  expect((await at('production')).stderr).toContain('"production" is neither a plan file nor a release.');
  expect((await at('d5d5')).stderr).toContain('"d5d5" is neither a plan file nor a release.');
  expect((await at('gone.json')).stderr).toContain('[plan-file-unreadable]');
  const config = await run(['apply', 'm3forge.yaml', '--json'], { cwd });
  expect(config.exitCode).toBe(1);
  expect(config.stderr).not.toContain('tampered');
  expect(jsonLines(config.stdout).flatMap(({ diagnostic }) => diagnostic ?? [])).toMatchObject([
    { code: 'plan-not-a-plan' },
  ]);
});

test('where no target is enabled, that is said', async () => {
  const cwd = createProject('  second: { environment: development, version: latest, enabled: false }\n');
  expect((await run(['plan'], { cwd })).stdout).not.toContain('No target is enabled.');
  const text = readFileSync(join(cwd, 'm3forge.yaml'), 'utf8');
  writeFileSync(join(cwd, 'm3forge.yaml'), text.replace('latest }', 'latest, enabled: false }'));
  const stdout = 'No target is enabled.\n  development is disabled\n  second is disabled\n';
  const planned = await run(['plan'], { cwd });
  expect(planned.exitCode).toBe(0);
  // What is configured can be recorded all the same.
  expect(planned.stdout).toMatch(new RegExp(`^${stdout}\n[^]*configuration  4 created`));
  expect(await run(['drift'], { cwd })).toMatchObject({ exitCode: 0, stdout });
  expect(JSON.parse((await run(['plan', '--json'], { cwd })).stdout).sections).toEqual([]);
  expect((await run(['drift', '--json'], { cwd })).stdout).toBe('[]\n');
});

test('a --select that matches nothing is warned of', async () => {
  const cwd = createProject();
  const warned = 'Warning: --select matches no address of this plan.';
  expect((await run(['plan', '--select', 'workflow.*'], { cwd })).stderr).toContain(warned);
  expect((await run(['plan', '--select', 'workflow.*', '--json'], { cwd })).stderr).toContain(warned);
  expect((await run(['plan', '--select', 'workflow.*', '--select', 'agent.*'], { cwd })).stderr).not.toContain(warned);
});

test('what blocks a plan is said in one sentence, with the command that helps', async () => {
  const cwd = createProject();
  const at = (args: readonly string[]) => run(args, { cwd });
  await at(['apply', '--version', 'v1.0.0', '--yes']);
  const text = readFileSync(join(cwd, 'm3forge.yaml'), 'utf8');
  writeFileSync(join(cwd, 'm3forge.yaml'), text.replace('latest }', 'latest, deployment: { max_deletes: 0 } }'));
  const blocked = (await at(['plan'])).stdout;
  expect(blocked).toContain('Blocked: It would delete 1 artifact; "max_deletes" allows 0. [too-many-deletes]');
  const remedy = 'm3forge plan --target development --allow-deletes --out plan.json';
  expect(blocked).toContain(`\n\n      ${remedy}\n`);
  await at(remedy.split(' ').slice(1));
  expect((await at(['apply', 'plan.json'])).exitCode).toBe(0);
  await at(['rollback', '--target', 'development', '--reason', 'It gave a password away.', '--yes']);
  expect((await at(['plan', '--version', 'v1.1.0'])).stdout).toContain(
    'Blocked: v1.1.0 is avoided in this place: It gave a password away. [version-avoided]',
  );
});

test('a release that fails is one error for people, and all of its diagnostics for programs', async () => {
  const cwd = createProject();
  const at = (args: readonly string[]) => run(args, { cwd });
  await at(['apply', '--version', 'v1.0.0', '--yes']);
  const smoke = "latest, smoke_tests: [{ name: ping, run: 'echo no answer; exit 1' }] }";
  const text = readFileSync(join(cwd, 'm3forge.yaml'), 'utf8');
  writeFileSync(join(cwd, 'm3forge.yaml'), text.replace('latest }', smoke));
  const watched = jsonLines((await at(['apply', '--yes', '--json'])).stdout);
  const codes = watched.flatMap(({ diagnostic }) => (diagnostic as { code?: string } | undefined)?.code ?? []);
  expect(codes).toEqual(['release-failed', 'smoke-test-failed']);
  await at(['hold', 'lift', '--target', 'development', '--version', 'v1.1.0', '--reason', 'once more']);

  const failed = await at(['apply', '--yes']);
  expect(failed.exitCode).toBe(8);
  expect(failed.stderr.match(/Error:/g)).toHaveLength(1);
  expect(failed.stderr).toContain('Cause: A smoke test failed [smoke-test-failed]');
  expect(failed.stderr.match(/m3forge logs/g)).toHaveLength(1);
  expect(failed.stderr.slice(failed.stderr.indexOf('Error:'))).not.toMatch(/\w\.\.(?:\s|$)/);

  const id = /m3forge logs ([0-9a-f-]+)/.exec(failed.stderr)?.[1] ?? '';
  const logs = (await at(['logs', id])).stdout;
  expect(logs).toContain('no answer\n');
  expect(logs).not.toContain('\n\n');
});
