import { expect, test } from 'vitest';
import { sweep } from './campaign.ts';
import { expectKept, worldsForTests } from './perform.ts';
import { parseTask } from './tasks.ts';

const worlds = worldsForTests();

test('a byte of a pack that changes before it was proven is found, and the release fails', async () => {
  const task = parseTask('server/release/pack@1=flip/1+restore');
  if (task) await expectKept(await worlds(), task);
});

// Every call in a long run, a few of them here; the numbers are prime, so that runs of equal calls are not skipped alike.
test.each([
  ['server', 'files', 'enospc', 11],
  ['server', 'reads', 'eio', 23],
  ['server', 'socket', 'cut', 199],
  ['embedded', 'files', 'torn', 223],
] as const)(
  'on the %s database, %s: the n-th call of a release ends in %s, for every %i-th n',
  async (database, where, action, step) => {
    const tasks = await sweep(await worlds(), { database, where, action, step });
    expect(tasks.length).toBeGreaterThan(1);
    for (const task of tasks) await expectKept(await worlds(), task);
  },
);

// On the embedded database, a full disk in the middle of a statement, where PostgreSQL in WebAssembly would spin for ever if it were asked once more.
test.each(['embedded/release/files@175=enospc/175', 'embedded/release/files@217=enospc/217'])(
  'the embedded database ends where its disk is full: %s',
  async (name) => {
    const task = parseTask(name);
    if (task) await expectKept(await worlds(), task);
  },
);
