import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../support/servers.ts';
import { repositoryRoot } from './project.ts';

const folder = join(repositoryRoot, 'examples/github-action');
const text = readFileSync(join(folder, 'action.yml'), 'utf8');

interface Step {
  readonly name: string;
  readonly shell: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  readonly 'working-directory': string;
}
const action = parse(text) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};
const { steps } = action.runs;

test('is a composite action, each step of which names its shell', () => {
  expect(action.runs.using).toBe('composite');
  for (const { shell, run } of steps)
    expect({ shell, isThere: run.length > 0 }).toEqual({ shell: 'bash', isThere: true });
});

test('its inputs are those that its steps use, and its README tells of', () => {
  const used = new Set([...text.matchAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g)].map(([, name]) => name));
  expect(Object.keys(action.inputs).sort()).toEqual([...used].sort());
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  expect([...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(action.inputs));
  for (const { description, default: value } of Object.values(action.inputs)) {
    expect({ said: description.length > 10, value: typeof value }).toEqual({ said: true, value: 'string' });
  }
});

test('does nothing before it has looked at what it is told', () => {
  expect(steps.map(({ run }) => run)).toEqual(['bash "$GITHUB_ACTION_PATH/preview.sh"']);
});

test('no text of a pull request becomes part of a script', () => {
  for (const { run } of steps) expect(run).not.toContain(`\${{`);
});

/** Runs the script as its step does, with a Git and a command that say how they were called. */
const preview = (env: Readonly<Record<string, string>>) => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'said.sh'), 'printf "%s\\n" "$@"\n');
  writeFileSync(join(directory, 'git'), '#!/bin/sh\necho git "$@"\n', { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync('bash', [join(folder, 'preview.sh')], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: `${directory}:${process.env.PATH ?? ''}`, COMMAND: 'bash said.sh', ...env },
  });
  return { status, said: stdout.trim().split('\n'), stderr };
};

const fetched = 'git fetch --quiet --no-tags origin +refs/pull/17/head:refs/remotes/origin/pull/17';

describe('what it runs', () => {
  test.each([
    ['posts by itself', { POST: 'auto', IS_FORK: 'false' }, ['--post']],
    ['prints alone where nobody knows whether it is one', { POST: 'auto' }, []],
    ['prints alone for a fork', { POST: 'auto', IS_FORK: 'true' }, []],
    ['posts for a fork where it is told to', { POST: 'true', IS_FORK: 'true' }, ['--post']],
    ['prints where it is told to', { POST: 'false', IS_FORK: 'false' }, []],
  ])('%s', (_, env, flags) => {
    expect(preview({ NUMBER: '17', ...env })).toMatchObject({
      status: 0,
      said: [fetched, 'preview', '--pr', '17', '--detail', ...flags],
    });
  });

  // Not in the words of Git, which would be asked for the head of nothing.
  test.each([
    ['no number', { NUMBER: '' }, 'There is no pull request'],
    ['a number that is none', { NUMBER: '1; rm -rf /' }, 'There is no pull request'],
    ['another word', { NUMBER: '1', POST: 'maybe' }, 'The input post is true, false or auto'],
  ])('refuses %s', (_, env, why) => {
    const { status, said, stderr } = preview(env);
    expect({ status, said }).toEqual({ status: 1, said: [''] });
    expect(stderr).toContain(why);
  });
});
