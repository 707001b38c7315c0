import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from './run.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');

/** The commands of the page with the flags that each of their sections names. */
const documented = new Map(
  page
    .split(/^###? /m)
    .filter((section) => section.startsWith('`m3forge '))
    .map((section) => {
      const [heading = '', ...body] = section.split('\n');
      const flags = body
        .filter((line) => /^(- `--| {2})/.test(line))
        .flatMap((line) => line.match(/`--[a-z-]+[^`]*`/g) ?? []);
      return [heading.replaceAll('`', ''), new Set(flags.map((flag) => flag.replaceAll('`', '')))] as const;
    }),
);

/** The titles of the flags in a help text, such as `--target NAME…`; two names of one flag are two. */
const flagsIn = (help: string): ReadonlySet<string> => {
  const list = /^Flags\n((?: .*\n)+)/m.exec(`${help}\n`)?.[1] ?? '';
  const titles = list.split('\n').flatMap((line) => /^ {2}(--.*?)(?: {2,}|$)/.exec(line)?.[1] ?? []);
  return new Set(titles.flatMap((title) => title.split(', ')));
};

const listed = async (): Promise<readonly string[]> => {
  const { stdout } = await run(['--help']);
  return stdout.split('\n').flatMap((line) => /^ {2}([a-z]+(?: [a-z]+)?) {2,}/.exec(line)?.[1] ?? []);
};

test('the list of commands and the reference name the same commands, in the same order', async () => {
  const words = [...documented.keys()].map((heading) => heading.replace('m3forge ', '').replace(/ [[<A-Z].*$/, ''));
  expect(await listed()).toEqual(words);
});

test('these are all the commands there are', async () => {
  expect(await listed()).toEqual([
    ...['init', 'fmt', 'ci github', 'ci gitea'],
    ...['validate', 'plan', 'gates run', 'show', 'apply', 'promote', 'rollback'],
    ...['approve', 'reject', 'resume', 'cancel', 'retry', 'worker', 'explain'],
    ...['changeset create', 'changeset add', 'changeset ready', 'changeset list', 'changeset show', 'changeset remove'],
    ...['version create', 'version list', 'version show', 'version deprecate'],
    ...['pr list', 'pr show', 'pr checks', 'pr merge'],
    ...[
      'status',
      'history',
      'metrics',
      'logs',
      'drift',
      'simulate',
      'preview',
      'env list',
      'env variables',
      'gateway check',
      'graph',
    ],
    ...['audit list', 'audit export', 'audit anchor', 'audit verify', 'audit report', 'lock list'],
    ...['notify test', 'notify preview', 'notify list', 'notify deliver'],
    ...['team list', 'token create', 'token list', 'token revoke'],
    ...['recover', 'lock release', 'hold add', 'hold list', 'hold lift', 'review list', 'review close'],
    ...['backup create', 'backup list', 'backup verify', 'backup restore', 'backup prune'],
    ...['providers list', 'providers lock', 'providers test'],
    ...['state list', 'state show', 'state forget', 'state export', 'state import'],
    ...['doctor', 'completion'],
  ]);
});

describe.each([...documented])('%s', (heading, flags) => {
  const args = heading
    .replace(/ [[<A-Z].*$/, '')
    .split(' ')
    .slice(1);

  test('is called as documented, with the flags that are documented', async () => {
    const { stdout, exitCode } = await run([...args, '--help']);
    expect(exitCode).toBe(0);
    const synopsis = heading.replace(
      /^(m3forge (?:logs|approve|reject|resume|cancel|retry|explain|lock release|review close|env variables|audit anchor|pr (?:show|checks|merge)|version (?:show|deprecate)|changeset (?:create|ready|show|remove)|token (?:create|revoke))) ([A-Z]+)$/,
      '$1 <$2>',
    );
    expect(stdout).toContain(`\n  ${synopsis} [FLAGS]\n`);
    expect([...flagsIn(stdout)].sort()).toEqual([...flags].sort());
  });

  test('has an example that begins with its own name', async () => {
    const { stdout } = await run([...args, '-h']);
    expect(stdout).toContain(`\n    m3forge ${args.join(' ')}`);
  });
});

test('the flags of every command are documented', async () => {
  const { stdout } = await run(['plan', '--help']);
  const list = /^Flags of every command\n((?: .*\n)+)/m.exec(stdout)?.[1] ?? '';
  const titles = list.split('\n').flatMap((line) => /^ {2}(--.*?)(?: {2,}|$)/.exec(line)?.[1] ?? []);
  expect(titles).toHaveLength(7);
  for (const title of titles) expect(page).toContain(`| \`${title}\` |`);
});

test('every exit code that a diagnostic can have is documented', async () => {
  const { diagnosticCodes } = await import('../../engine/diagnostics/index.ts');
  const codes = new Set(Object.values(diagnosticCodes).map(({ exit }) => exit));
  for (const code of codes) expect(page).toContain(`\n| ${code} | `);
});

test('without a command the list goes to standard error, and it is an error', async () => {
  const { exitCode, stdout, stderr } = await run([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('m3forge COMMAND --help');
});

test('half a command with --help lists what there is', async () => {
  const { exitCode, stdout } = await run(['backup', '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('backup restore');
  expect(stdout).not.toContain('rollback');
});

test('--version prints the version, with other flags too', async () => {
  expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: '1.2.3\n', stderr: '' });
  expect((await run(['--no-color', '--version'])).stdout).toBe('1.2.3\n');
});
