import { expect, test } from 'vitest';
import { failpointNames } from '../../engine/system/index.ts';
import { expectKept, worldsForTests } from './perform.ts';
import { pointsInTests, pointTasks } from './tasks.ts';

const worlds = worldsForTests();
const hits = new Set<string>();

test.each(pointTasks('server', 2, 1, pointsInTests.server))('$name keeps every promise', async (task) => {
  const outcome = await expectKept(await worlds(), task);
  for (const hit of outcome.hits) hits.add(hit);
});

test('each of these points was hit, and those of the two databases are all there are', () => {
  expect([...hits]).toEqual(expect.arrayContaining([...pointsInTests.server]));
  expect(new Set([...pointsInTests.server, ...pointsInTests.embedded])).toEqual(new Set(failpointNames));
  expect(pointsInTests.server.length).toBeGreaterThanOrEqual(30);
});
