import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeCommands } from '../../engine/cli/index.ts';
import { completedCommands } from '../../engine/cli/views/completion.ts';
import { bashCompletion } from '../../engine/cli/views/completion-bash.ts';
import { fishCompletion } from '../../engine/cli/views/completion-fish.ts';
import { zshCompletion } from '../../engine/cli/views/completion-zsh.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const configuration = `targets:
  production: {}
  preview-1: {}
  "$(touch stolen)": {}
  "a b": {}
  Übung: {}
include: [more.yaml]
nonsense: [
`;

let directory: string;
beforeAll(async () => {
  directory = temporaryDirectory();
  writeFileSync(join(directory, 'm3forge.yaml'), configuration.replace('nonsense: [\n', ''));
  writeFileSync(join(directory, 'more.yaml'), 'targets: { hotfix: {} }\n');
  mkdirSync(join(directory, 'folder'));
  // Stands for the program: the names come from a file, so that each question costs no start of Node.
  const names = (await run(['completion', '--targets'], { cwd: directory })).stdout;
  writeFileSync(join(directory, 'names'), names);
  const program = `[ "$2" = --targets ] && exec cat "${directory}/names"\necho "called with $*"\n`;
  writeFileSync(join(directory, 'm3forge'), `#!/bin/sh\n${program}`, { mode: 0o755 });
});

const inShell = (shell: string, script: string) => {
  const ended = spawnSync(shell, ['-c', script], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: `${directory}:${process.env.PATH}`, HOME: directory },
  });
  expect({ stderr: ended.stderr, status: ended.status }).toEqual({ stderr: '', status: 0 });
  return ended.stdout;
};

test('names of targets come from the configuration and what it includes, and only those that a shell may see', async () => {
  const { stdout, stderr, exitCode } = await run(['completion', '--targets'], { cwd: directory });
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: 'production\npreview-1\nhotfix\n', stderr: '', exitCode: 0 });
});

test.each([
  ['a list of targets', 'targets: [{ name: live }, { nam: x }, 1]\n', 'live\n'],
  ['no targets', 'version: 1\n', ''],
  ['targets that are none', 'targets: 1\n', ''],
  ['what is no YAML', configuration, ''],
])('%s completes what there is, without a word', async (_, text, stdout) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'm3forge.yaml'), text);
  expect(await run(['completion', '--targets'], { cwd })).toEqual({ stdout, stderr: '', exitCode: 0 });
});

test.each([
  [['completion'], 'usage-arguments'],
  [['completion', 'bsh'], 'completion-shell-unknown'],
  [['completion', 'bash', '--targets'], 'usage-flags-conflict'],
  [['completion', 'bash', 'zsh'], 'usage-arguments'],
])('%j is refused', async (args, code) => {
  const { exitCode, stdout, stderr } = await run(args, { cwd: directory });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(`[${code}]`);
});

/** What is typed, and some of what is offered; the last word is the one under the cursor. */
const questions: readonly (readonly [typed: readonly string[], offered: readonly string[]])[] = [
  [
    ['m3forge', 'sta'],
    ['state', 'status'],
  ],
  [['m3forge', 'state', 'e'], ['export']],
  [['m3forge', '--chdir', '.', 'backup', 'v'], ['verify']],
  [
    ['m3forge', 'plan', '--target', 'pr'],
    ['preview-1', 'production'],
  ],
  [
    ['m3forge', 'apply', '--on-failure', ''],
    ['keep', 'rollback'],
  ],
  [['m3forge', 'apply', '--on-'], ['--on-failure']],
  [['m3forge', 'plan', '--input'], ['--input=false']],
  [['m3forge', 'completion', 'b'], ['bash']],
  [['m3forge', 'init', 'f'], ['folder']],
  [['m3forge', 'show', 'mor'], ['more.yaml']],
  [['m3forge', '--config', 'more.yaml', 'rollback', '--target', 'hot'], ['hotfix']],
];

describe('bash', () => {
  test('offers commands, flags, values, targets and paths', async () => {
    const { stdout } = await run(['completion', 'bash'], { cwd: directory });
    const ask = ([typed]: (typeof questions)[number]): string =>
      `COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}; _m3forge; echo "\${COMPREPLY[*]}"`;
    const answers = inShell('bash', `${stdout}\n${questions.map(ask).join('\n')}`)
      .trimEnd()
      .split('\n');
    const sorted = answers.map((line) => line.split(' ').sort());
    expect(sorted).toEqual(questions.map(([, offered]) => offered));
  });

  test('understands --target=NAME, which comes to it in three words', async () => {
    const { stdout } = await run(['completion', 'bash'], { cwd: directory });
    const ask = `COMP_WORDS=(m3forge plan --target = hot); COMP_CWORD=4; _m3forge; echo "\${COMPREPLY[*]}"`;
    expect(inShell('bash', `${stdout}\n${ask}`)).toBe('hotfix\n');
  });
});

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

describe.skipIf(!isInstalled('zsh'))('zsh (skipped where it is not installed)', () => {
  test('offers commands, flags, values and targets', async () => {
    const { stdout } = await run(['completion', 'zsh'], { cwd: directory });
    // Outside of the line editor nothing can be offered: what would be is printed, and matched here.
    const standIns = `compdef() { : }; compset() { : }; _files() { print -r -- folder more.yaml }
compadd() { if [[ $1 == -a ]]; then print -r -- \${(P)2}; else shift; print -r -- "$@"; fi }`;
    const ask = ([typed]: (typeof questions)[number]): string =>
      `words=(${typed.map((word) => `'${word}'`).join(' ')}); CURRENT=${typed.length}; _m3forge`;
    const answers = inShell('zsh', `${standIns}\n${stdout}\n${questions.map(ask).join('\n')}`)
      .trimEnd()
      .split('\n');
    const matching = answers.map((line, at) =>
      line
        .split(' ')
        .filter((word) => word.startsWith(questions[at]?.[0].at(-1) ?? ''))
        .sort(),
    );
    expect(matching).toEqual(questions.map(([, offered]) => offered));
  });

  test('completes what is typed at its prompt', async () => {
    writeFileSync(join(directory, 'completion.zsh'), (await run(['completion', 'zsh'], { cwd: directory })).stdout);
    // What is typed is not what is waited for, because a terminal echoes it.
    const typing = `zmodload zsh/zpty; zpty shell zsh -f -i
zpty -w shell 'cd "$HOME"; autoload -U compinit; compinit -u -D; source completion.zsh; echo rea""dy'
zpty -r -m shell answer '*ready*'
zpty -w shell $'m3forge pla\t--target=prod\t; echo e""nd'
zpty -r -m shell answer $'*\nend*'; zpty -d shell; print -r -- $answer`;
    expect(inShell('zsh', typing)).toContain('called with plan --target=production');
  });
});

describe.skipIf(!isInstalled('fish'))('fish (skipped where it is not installed)', () => {
  test('offers commands, flags, values, targets and files', async () => {
    const { stdout } = await run(['completion', 'fish'], { cwd: directory });
    for (const [typed, offered] of questions) {
      const line = typed.join(' ');
      const answers = inShell('fish', `${stdout}\ncomplete -C '${line}'`).trimEnd().split('\n');
      // A folder has a slash at its end, and each answer its description behind a tab.
      expect(answers.map((answer) => answer.replace(/\/?(\t.*)?$/, '')).sort(), line).toEqual(offered);
    }
  });
});

test('each script knows every command and every flag', async () => {
  const commands = completedCommands(await describeCommands());
  const [bash, zsh, fish] = [bashCompletion(commands), zshCompletion(commands), fishCompletion(commands)];
  for (const { path, flags } of commands) {
    expect(bash).toContain(`    '${path}') _m3forge_words ${flags.map(({ name }) => name).join(' ')} ;;`);
    expect(zsh).toContain(`    '${path}') compadd -- ${flags.map(({ name }) => name).join(' ')} ;;`);
    for (const { name } of flags) {
      const flag = name.includes('=') ? ` -a '${name}' ` : ` -l ${name.slice(2)} `;
      expect(fish.split('\n').some((line) => line.includes(`__m3forge_is "${path}"`) && line.includes(flag))).toBe(
        true,
      );
    }
  }
});

test('descriptions cannot end the quotes they stand in', () => {
  const flag = { name: '--x', description: "it's \\ $(touch stolen)", takesValue: false, value: 'unknown' } as const;
  const fish = fishCompletion([{ path: 'do', summary: "a 'thing'", argument: 'unknown', flags: [flag] }]);
  expect(fish).toContain(String.raw`-l x -d 'it\'s \\ $(touch stolen)'`);
  expect(fish).toContain(String.raw`-a do -d 'a \'thing\''`);
});
