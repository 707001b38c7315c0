import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/servers.ts';
import { measures } from './measures.ts';
import type { Report } from './report.ts';

test('a run measures what it is asked for at each size, each command on a project that is as it should be', () => {
  const into = temporaryDirectory();
  const only = ['--version', 'no-op plan', 'apply of one change', 'rollback', 'preview of one file'];
  const args = [
    '--sizes',
    '2,3',
    `--only=${only.join(',')}`,
    '--database',
    'server',
    '--peers',
    'floor',
    '--runs',
    '2',
  ];
  const output = execFileSync(
    process.execPath,
    ['--no-warnings', join(import.meta.dirname, 'bench.ts'), ...args, '--into', into],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  expect(readdirSync(into).sort()).toEqual(['chart.svg', 'results.json', 'results.md']);
  const { rows } = JSON.parse(readFileSync(join(into, 'results.json'), 'utf8')) as Report;
  const inOrder = measures.map(({ name }) => name).filter((name) => only.includes(name));
  const byProgram = Map.groupBy(rows, ({ by }) => by);
  expect(byProgram.get('server')?.map(({ size, measure, runs }) => [size, measure, runs.length])).toEqual(
    [2, 3].flatMap((size) => inOrder.map((name) => [size, name, 2])),
  );
  const floors = new Set(byProgram.get('floor')?.map(({ measure }) => measure));
  for (const name of ['node -e 0', 'git diff --stat, one file', 'git diff --stat, one file of a clone']) {
    expect(floors).toContain(name);
  }
  expect(output).toContain('| workflows | measure | by |');
});
