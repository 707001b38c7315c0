import { expect, test } from 'vitest';
import { expectKept, worldsForTests } from './perform.ts';
import { contestTask, pointsInTests, pointTasks } from './tasks.ts';

const worlds = worldsForTests();
const hits = new Set<string>();

test.each(pointTasks('embedded', 1, 1, pointsInTests.embedded))('$name keeps every promise', async (task) => {
  const outcome = await expectKept(await worlds(), task);
  for (const hit of outcome.hits) hits.add(hit);
});

test('each of these points was hit', () => {
  expect([...hits]).toEqual(expect.arrayContaining([...pointsInTests.embedded]));
  expect(pointsInTests.embedded.length).toBeGreaterThanOrEqual(30);
});

test('whoever comes second is told who has the database, or waits', async () => {
  await expectKept(await worlds(), contestTask('embedded', 3, 1));
});
