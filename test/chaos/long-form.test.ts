import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('one case can be repeated by its name, as a failure prints it', () => {
  const script = join(import.meta.dirname, 'chaos.ts');
  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, ['--no-warnings', script, ...args], { encoding: 'utf8' });
  const output = run('--task', 'server/release/after-intent@1=kill9/3');
  expect(output).toContain('server, fail points: 1');
  expect(output).toContain('violations: 0');
});
