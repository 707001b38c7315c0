import { expect, test } from 'vitest';
import { expectKept, worldsForTests } from './perform.ts';
import { cutTasks } from './tasks.ts';

const worlds = worldsForTests();
let struck = 0;

test.each(cutTasks(50))('$name is resolved right', async (task) => {
  const outcome = await expectKept(await worlds(), task);
  if (outcome.struck) struck += 1;
});

test('nearly every cut found its COMMIT', () => {
  expect(struck).toBeGreaterThanOrEqual(48);
});
