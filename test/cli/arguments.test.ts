import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const wrong: readonly (readonly [string, readonly string[], string, string])[] = [
  ['a command that is nearly one', ['plam'], 'usage-command-unknown', 'Did you mean "m3forge plan"?'],
  ['a command like none', ['frobnicate'], 'usage-command-unknown', 'm3forge --help'],
  ['half a command', ['backup'], 'usage-command-unknown', 'm3forge backup create'],
  ['a wrong second word', ['backup', 'lst'], 'usage-command-unknown', 'Did you mean "m3forge backup list"?'],
  ['a command of a later version', ['serve'], 'usage-command-unknown', 'There is no command "m3forge serve".'],
  ['one dash', ['plan', '-target', 'production'], 'usage-flag-unknown', 'Did you mean --target?'],
  ['one dash and a value', ['plan', '-out=plan.json'], 'usage-flag-unknown', 'Did you mean --out?'],
  ['a flag that is nearly one', ['plan', '--targt', 'production'], 'usage-flag-unknown', 'Did you mean --target?'],
  ['a flag like none', ['plan', '--frobnicate'], 'usage-flag-unknown', 'm3forge plan --help'],
  ['a flag of another command', ['status', '--allow-deletes'], 'usage-flag-unknown', 'has no flag --allow-deletes'],
  ['a flag of a later version', ['plan', '--at', 'noon'], 'usage-flag-unknown', 'has no flag --at'],
  ['a switch turned off', ['apply', '--no-yes'], 'usage-flag-unknown', 'has no flag --no-yes'],
  ['no value at the end', ['plan', '--out'], 'usage-flag-value', '--out needs a value.'],
  ['no value before a flag', ['plan', '--out', '--json'], 'usage-flag-value', '--out=FILE'],
  ['an empty value', ['plan', '--out='], 'usage-flag-value', '--out needs a value.'],
  ['a value for a switch', ['plan', '--json=yes'], 'usage-flag-value', '--json takes no value.'],
  ['one flag twice', ['rollback', '--target', 'a', '--target', 'b'], 'usage-flag-repeated', '--target'],
  ['one flag under two names', ['apply', '--yes', '--auto-approve'], 'usage-flag-repeated', '--auto-approve'],
  ['an argument too many', ['plan', 'production'], 'usage-arguments', '"production"'],
  ['an argument too few', ['logs'], 'usage-arguments', 'one argument more'],
  ['seconds without a unit', ['plan', '--lock-timeout', '30'], 'usage-flag-value', 'Did you mean 30s?'],
  ['no duration', ['plan', '--lock-timeout', 'soon'], 'usage-flag-value', '500ms, 30s or 5m'],
  ['too long a duration', ['plan', '--lock-timeout', '99999m'], 'usage-flag-value', 'at most a day'],
  ['no log level', ['plan', '--log-level', 'loud'], 'usage-flag-value', 'debug, info, warn, error, silent'],
  ['neither true nor false', ['apply', '--input=maybe'], 'usage-flag-value', 'true or false'],
  ['nobody', ['plan', '--as', ' '], 'usage-flag-value', 'Name who this is done by.'],
  ['no directory', ['plan', '--chdir', '/nonexistent/x'], 'usage-flag-value', 'is no directory'],
  ['a variable that is not set', ['apply', '--yes', '--version', ''], 'usage-flag-value', '--version is empty.'],
  ['an empty version to plan', ['plan', '--version', ' '], 'usage-flag-value', 'A version is exact, such as v1.3.0'],
  ['no version', ['plan', '--version', 'newest'], 'usage-flag-value', '--version is "newest", which is no version.'],
  ['a rollback to nothing', ['rollback', '--target', 'a', '--to', ''], 'usage-flag-value', '--to is empty.'],
  ['a rollback to no version', ['rollback', '--target', 'a', '--to', 'v1.x.y.z'], 'usage-flag-value', 'or latest.'],
  [
    'a lift of an empty version',
    ['hold', 'lift', '--target', 'a', '--version', '', '--reason', 'b'],
    'usage-flag-value',
    '--version is empty.',
  ],
  ['no way to fail', ['apply', '--on-failure', 'ignore'], 'usage-flag-value', 'rollback or keep'],
  ['a saved plan and a target', ['apply', 'p.json', '--target', 'a'], 'usage-flags-conflict', 'm3forge apply p.json'],
  ['a saved plan and a version', ['apply', 'p.json', '--version', 'v1.0.0'], 'usage-flags-conflict', '--version'],
  ['JSON and a question', ['apply', '--json'], 'usage-flags-conflict', 'Add --yes, or apply a saved plan.'],
  ['JSON and a rollback', ['rollback', '--target', 'a', '--json'], 'usage-flags-conflict', 'Add --yes.'],
  [
    'JSON and a restore',
    ['backup', 'restore', 'abcd', '--target', 'a', '--json'],
    'usage-flags-conflict',
    'Add --yes.',
  ],
  ['JSON and Markdown', ['show', 'p.json', '--json', '--markdown'], 'usage-flags-conflict', 'do not go together'],
  ['a rollback of nothing', ['rollback'], 'usage-flag-missing', '--target is missing.'],
  [
    'a lift without a reason',
    ['hold', 'lift', '--target', 'a', '--version', 'v1.0.0'],
    'usage-flag-missing',
    '--reason',
  ],
  [
    'a change set of no number',
    ['changeset', 'create', 'a', '--pull-request', '0'],
    'usage-flag-value',
    'is no number',
  ],
  ['a change set of no type', ['changeset', 'create', 'a', '--type', 'big'], 'usage-flag-value', 'feature, bugfix,'],
  ['a label of nothing', ['changeset', 'create', 'a', '--label', 'b'], 'usage-flags-conflict', '--label is for what'],
  ['adding nothing', ['changeset', 'add', 'a'], 'usage-flag-missing', 'Neither --pull-request nor --commit is given.'],
  [
    'adding to nothing',
    ['changeset', 'add', '--pull-request', '1'],
    'usage-flag-missing',
    'Neither CHANGESET nor --label',
  ],
  [
    'a push that no rule can make',
    ['changeset', 'add', 'a', '--pull-request', '1', '--push'],
    'usage-flags-conflict',
    'CHANGESET leaves rules out',
  ],
  [
    'a remote without a push',
    ['changeset', 'add', '--pull-request', '1', '--label', 'a', '--remote', 'b'],
    'usage-flags-conflict',
    '--remote needs --push.',
  ],
  ['a removal without a reason', ['changeset', 'remove', 'a', '--commit', 'b'], 'usage-flag-missing', '--reason'],
  ['no state', ['changeset', 'list', '--state', 'open'], 'usage-flag-value', 'draft, ready, versioned'],
  [
    'a state of a pull request',
    ['changeset', 'list', '--state', 'draft', '--pull-request', '1'],
    'usage-flags-conflict',
    'Leave one of the two out.',
  ],
  ['a backup of nothing', ['backup', 'create'], 'usage-flag-missing', '--target is missing.'],
  ['pruning nothing', ['backup', 'prune'], 'usage-flag-missing', '--target is missing.'],
  ['importing nothing', ['state', 'import'], 'usage-flag-missing', '--target is missing.'],
];

test.each(wrong)('%s is refused before anything is opened', async (_, args, code, words) => {
  const { exitCode, stdout, stderr } = await run(args);
  expect(stderr).toContain(`[${code}]`);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
});

test.each(['v1.2.0', '1.2.0-rc.1', '^1.2', '>=1 <3', 'latest'])('%s is a version', async (version) => {
  const { stderr } = await run(['plan', '--version', version], { cwd: temporaryDirectory() });
  expect(stderr).toContain('[config-not-found]');
});

test('environment variables are judged like flags, and a flag goes first', async () => {
  const env = {
    M3FORGE_LOCK_TIMEOUT: '30',
    M3FORGE_LOG_LEVEL: 'loud',
    M3FORGE_INPUT: 'no',
    M3FORGE_CHDIR: '/nonexistent/y',
  };
  const { stderr } = await run(['plan'], { env });
  expect(stderr).toContain('M3FORGE_LOCK_TIMEOUT is "30"');
  expect(stderr).toContain('M3FORGE_LOG_LEVEL is "loud"');
  expect(stderr).toContain('M3FORGE_INPUT is "no"');
  const cwd = temporaryDirectory();
  const flags = ['--lock-timeout', '1s', '--log-level', 'info', '--input=false', '--chdir', cwd];
  expect((await run(['plan', ...flags], { env })).stderr).toContain('[config-not-found]');
});

test('global flags may stand before the command, and --chdir moves everything', async () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, 'inner'));
  const { exitCode, stderr } = await run(['--chdir', 'inner', '--no-color', 'status'], { cwd });
  expect(stderr).toContain(join(cwd, 'inner'));
  expect(exitCode).toBe(1);
  expect((await run(['status', '--config', 'elsewhere.yaml'], { cwd })).stderr).toContain('elsewhere.yaml');
  expect((await run(['status'], { cwd, env: { M3FORGE_CONFIG: 'other.yaml' } })).stderr).toContain('other.yaml');
});

test('a failure with --json is a document on standard output and a text on standard error', async () => {
  const { stdout, stderr, exitCode } = await run(['status', '--json'], { cwd: temporaryDirectory() });
  expect(JSON.parse(stdout)).toMatchObject({ format_version: '1.0', diagnostics: [{ code: 'config-not-found' }] });
  expect(stderr).toContain('[config-not-found]');
  expect(exitCode).toBe(1);
});

test('hostile arguments are shown, not obeyed', async () => {
  const { stderr } = await run(['\u001b[31mplan\u202e']);
  expect(stderr).toContain('\\u{001b}[31mplan\\u{202e}');
  expect(stderr).not.toContain('\u001b');
});

test('what nobody foresaw is called a bug, with its stack and where to report it, without secrets', async () => {
  const cwd = temporaryDirectory();
  const broken = new TypeError('cannot read hunter2-token');
  const { exitCode, stderr } = await run(['status'], { cwd, broken, secrets: ['hunter2-token'] });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('This is a bug in m3forge');
  expect(stderr).toContain('TypeError: cannot read ***');
  expect(stderr).toMatch(/\n\s+at /);
  expect(stderr).toContain('https://github.com/m3forge/m3forge/issues');
});
