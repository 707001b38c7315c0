import { test } from 'vitest';
import { expectKept, worldsForTests } from './perform.ts';
import { contestTask, parseTask } from './tasks.ts';

const worlds = worldsForTests();

test.each([1, 2, 3, 4, 5].map((seed) => contestTask('server', 16, seed)))(
  '$name: one after the other has the place, and another place is free meanwhile',
  async (task) => void (await expectKept(await worlds(), task)),
);

// Before, within and after what a release writes.
const asleep = ['after-intent', 'write-before-commit', 'activate-before-commit'].flatMap(
  (point) => parseTask(`server/release/${point}@1=stop/1`) ?? [],
);

test.each(asleep)('$name: a holder that is woken too late writes nothing', async (task) => {
  await expectKept(await worlds(), task);
});
