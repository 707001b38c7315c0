import { expect, test } from 'vitest';
import { sweep } from './campaign.ts';
import { expectKept, worldsForTests } from './perform.ts';

const worlds = worldsForTests();

// Every call in a long run, a few of them here; the numbers are prime, so that runs of equal calls are not skipped alike.
test.each([
  ['server', 'files', 'enospc', 5],
  ['server', 'socket', 'cut', 97],
  ['embedded', 'files', 'enospc', 151],
  ['embedded', 'files', 'torn', 151],
] as const)(
  'on the %s database, %s: the n-th call of a release ends in %s, for every %i-th n',
  async (database, where, action, step) => {
    const tasks = await sweep(await worlds(), database, where, action, step);
    expect(tasks.length).toBeGreaterThan(1);
    for (const task of tasks) await expectKept(await worlds(), task);
  },
);
