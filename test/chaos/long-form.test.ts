import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('one case can be repeated by its name, as a failure prints it', () => {
  const script = join(import.meta.dirname, 'chaos.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', script, '--task', 'server/release/after-intent@1=kill9/3'],
    { encoding: 'utf8' },
  );
  // Everything that it said, so that a failure shows what was found.
  expect({ status, said: `${stdout}${stderr}` }).toEqual({
    status: 0,
    said: expect.stringMatching(/server, fail points: 1\n.*violations: 0\n/s),
  });
});
