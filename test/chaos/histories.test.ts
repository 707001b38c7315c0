import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase, temporaryDirectory } from '../support/servers.ts';
import { playHistory, playSteps } from './history.ts';
import { applyStep, handmadeStep, killedRollbackStep, recoverStep, restoreStep } from './history-commands.ts';
import { worldsForTests } from './perform.ts';

const worlds = worldsForTests();
const seeds = Array.from({ length: Number(process.env.HISTORIES ?? '2') }, (_, index) => index + 1);

// A failure prints the commands that are left of it: a script, to be run as it stands.
test.each(seeds)('the random history %i goes as a small model foresees', async (seed) => {
  const violations = await (await worlds()).lend('server', (world) => playHistory(world, seed));
  expect(violations.map(({ invariant, seen }) => `${invariant}: ${seen}`).join('\n')).toBe('');
});

/** A step that foresees what does not come. */
const wrong = { ...recoverStep, foresee: () => ({ exit: 77 }) };
const history = [applyStep('v1.1.0'), handmadeStep, restoreStep(0), killedRollbackStep('activate-after-commit'), wrong];

test('the script of a failure does it again in a fresh project', async () => {
  const [violation] = await (await worlds()).lend('server', (world) => playSteps(world, history));
  expect(violation?.seen).toContain('should end with 77, and ended with 0: m3forge recover');
  const script = violation?.seen.slice(violation.seen.indexOf('#!/bin/sh')) ?? '';
  const typed = script.split('\n').filter((line) => line.startsWith('expect '));
  expect(typed).toHaveLength(1 + history.length);
  expect(typed[4]).toBe(
    'expect 137 env M3FORGE_FAILPOINTS=activate-after-commit=kill9 m3forge rollback --target production --yes',
  );

  const folder = temporaryDirectory();
  const clone = join(import.meta.dirname, '../..');
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: folder,
    M3FORGE: clone,
    CHAOS_URL: await freshDatabase(),
  };
  const sh = (text: string) => spawnSync('sh', ['-c', text], { cwd: folder, env, encoding: 'utf8' });
  // It gets to its end, where a command that does not end as it is said to stops it.
  const { status, stderr } = sh(`${script}expect 77 m3forge recover\n`);
  expect(stderr).toContain('ended with 0 instead of 77: m3forge recover');
  expect([status, stderr.match(/instead of/g)]).toEqual([1, ['instead of']]);
});
