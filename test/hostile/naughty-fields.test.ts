import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Run, run } from '../cli/run.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';
import { expectPlain } from './looked-at.ts';
import { naughtyStrings } from './naughty-strings.ts';
import { configurationsWith, pathsTo } from './schema-fields.ts';

/**
 * Every naughty string typed where people type: in each field of the configuration, in artifacts and their file names, as
 * the value of flags. Whether it is accepted or refused, what is printed is safe, and nothing breaks.
 */
const directory = temporaryDirectory();
mkdirSync(join(directory, 'workflows'));
mkdirSync(join(directory, 'agents'));

const expectSafe = ({ exitCode, stdout, stderr }: Run, origin: string): void => {
  expectPlain(stdout + stderr, origin);
  expect(stdout + stderr, origin).not.toContain('This is a bug');
  expect([0, 1, 3], origin).toContain(exitCode);
};

const inProject = (args: readonly string[]): Promise<Run> => run(args, { cwd: directory });

test('every field of the schema that takes a text is one of those', () => {
  const mark = 'a text that nothing else is';
  const filled = configurationsWith(mark).flatMap((one) => pathsTo(mark, one));
  const expected = [
    ...['project', 'include.0', 'state.path', 'source.agents.0', 'source.processors.0', 'variables.x0'],
    ...['gateways.x3.token', 'gateways.x9.reload.path', 'gateways.0.id', 'providers.x0.package', 'backups.bucket'],
    expect.stringMatching(/^environments\.x\d+\.variables\.x1\.value$/),
    // Which of the targets has it depends on how many keys stand before that one.
    expect.stringMatching(/^targets\.x\d+\.smoke_tests\.8\.check\.provider$/),
    expect.stringMatching(/^targets\.x\d+\.gates\.policies\.1\.expression$/),
  ];
  expect(filled).toEqual(expect.arrayContaining(expected));
  expect(filled.length).toBeGreaterThan(100);
  expect(filled.filter((path) => path.endsWith('approvals.allowed_approvers.0'))).toHaveLength(1);
  expect(filled.filter((path) => /^team\.x\d+\.email$/.test(path))).toHaveLength(1);
  expect(filled).toContain('source_control.token');
});

test('in every field of a configuration', async () => {
  for (const [index, text] of naughtyStrings.entries()) {
    for (const [form, configuration] of configurationsWith(text, index).entries()) {
      writeFileSync(join(directory, 'm3forge.yaml'), JSON.stringify(configuration));
      const isJson = (index + form) % 2 === 0;
      const answer = await inProject(isJson ? ['validate', '--json'] : ['validate']);
      expectSafe(answer, `${JSON.stringify(text)}, ${form}`);
      if (isJson) expect(JSON.parse(answer.stdout)).toMatchObject({ valid: false });
    }
  }
});

test('in workflows, agents and the names of their files', async () => {
  writeFileSync(join(directory, 'm3forge.yaml'), 'version: 1\nproject: x\nsource: { agents: ["agents/*.yaml"] }\n');
  for (const [index, text] of naughtyStrings.entries()) {
    writeFileSync(join(directory, `workflows/${index}.json`), workflowFile(text, [text, text]));
    writeFileSync(join(directory, `agents/${index}.yaml`), agentFile(JSON.stringify(text), text));
    const isNameable = !/[/\0]/.test(text) && Buffer.byteLength(text) < 200 && text.isWellFormed();
    if (isNameable) writeFileSync(join(directory, 'workflows', `${text}.json`), '{"name": 1}');
  }
  expectSafe(await inProject(['validate']), 'text');
  const json = await inProject(['validate', '--json']);
  expectSafe(json, 'JSON');
  // One at least for each file whose name is a naughty string.
  expect((JSON.parse(json.stdout) as { error_count: number }).error_count).toBeGreaterThan(600);
});

describe('as the value of flags', () => {
  const inCommand: Readonly<Record<string, readonly string[]>> = {
    'apply --yes': ['--target', '--version', '--log-level', '--lock-timeout', '--input', '--on-failure', '--as'],
    'hold add': ['--target', '--until', '--reason'],
    'token create x': ['--for', '--environment', '--expires'],
    'hold lift': ['--target', '--version', '--reason', '--as'],
    'version create --dry-run': ['--ref', '--bump', '--notes', '--reason', '--remote', '--as'],
    'validate --quiet': ['--ref', '--as', '--config'],
    'status --quiet': ['--chdir'],
  };

  test.each(Object.entries(inCommand))('%s', async (command, flags) => {
    for (const text of naughtyStrings.filter((one) => !one.includes('\0'))) {
      const args = [...command.split(' '), ...flags.map((flag) => `${flag}=${text}`)];
      expectSafe(await run(args, { cwd: '/nonexistent' }), JSON.stringify(args));
    }
  });

  test('as a command, a plan, a release', async () => {
    for (const text of naughtyStrings.filter((one) => !one.includes('\0'))) {
      for (const args of [[text], ['show', text], ['apply', text], ['backup', text], ['plan', `--${text}`]]) {
        const answer = await run(args, { cwd: '/nonexistent' });
        expectPlain(answer.stdout + answer.stderr, JSON.stringify(args));
        expect(answer.stderr, JSON.stringify(args)).not.toContain('This is a bug');
      }
    }
  });
});

test('the program itself, a few times', async () => {
  const main = join(import.meta.dirname, '../../dist/main.js');
  for (const text of ['\u001b[2J\u001b]0;x\u0007', 'a\u202eb', '<img src=x>', '$(id)`id`', '\u{e0041}', '%s%n']) {
    writeFileSync(join(directory, 'm3forge.yaml'), JSON.stringify(configurationsWith(text)[0]));
    const args = [main, 'validate', `--as=${text}`];
    const failed = await promisify(execFile)(process.execPath, args, { cwd: directory }).catch(
      (error: unknown) => error,
    );
    const { code, stdout, stderr } = failed as { code: number; stdout: string; stderr: string };
    expectSafe({ exitCode: code, stdout, stderr }, JSON.stringify(text));
  }
});
