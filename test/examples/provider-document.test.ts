import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf, commandsOf } from './documentation.ts';
import { createProject, quickstartFiles, repositoryRoot } from './project.ts';

/** npm answers from what is here, and says nothing about what is elsewhere. */
const quietNpm = {
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

/** What of a clone a new provider is made from and tried with; what lies beside it is of no use to it. */
const clone = (directory: string): string => {
  for (const file of ['package.json', 'dist', 'test/new-provider']) {
    cpSync(join(repositoryRoot, file), join(directory, file), { recursive: true });
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(directory, 'node_modules'));
  return directory;
};

test('a provider that is written by following docs/providers.md alone passes the kit', { timeout: 300_000 }, () => {
  const project = createProject(quickstartFiles, { variables: { ...quietNpm, QUEUE_TOKEN: 'secret-token' } });
  let here = clone(resolve(project.directory, '../m3forge'));
  const ran: string[] = [];
  for (const block of blocksOf('docs/providers.md')) {
    if (block.title !== undefined) {
      mkdirSync(here, { recursive: true });
      writeFileSync(join(here, block.title), block.text);
    }
    for (const { line, exit } of commandsOf(block)) {
      ran.push(line);
      const [, to] = /^cd (.+)$/.exec(line) ?? [];
      if (to !== undefined) {
        here = resolve(here, to);
        continue;
      }
      project.shell(`cd ${here}\n${line}`, exit);
    }
  }
  expect(ran).toContain('m3forge providers test queue');
});

test('a provider is begun under a name that can be one, and never over something that is there', () => {
  const { directory } = createProject([]);
  const begin = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(repositoryRoot, 'test/new-provider/new-provider.ts'), ...args], {
      cwd: directory,
      env: {},
      encoding: 'utf8',
    });
  expect(begin('Queue', 'x').stderr).toContain('"Queue" is no name');
  expect(begin().status).toBe(1);
  expect(begin('queue', '.').stderr).toContain('nothing is ever replaced');
  expect(begin('queue', 'one', 'two').status).toBe(1);
});
