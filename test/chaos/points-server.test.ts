import { expect, test } from 'vitest';
import { failpointNames } from '../../engine/system/index.ts';
import { expectKept, worldsForTests } from './perform.ts';
import { mainPoints, pointTasks } from './tasks.ts';

const worlds = worldsForTests();
const hits = new Set<string>();

test.each([...pointTasks('server', 1), ...pointTasks('server', 1, 2, mainPoints)])(
  '$name keeps every promise',
  async (task) => {
    const outcome = await expectKept(await worlds(), task);
    for (const hit of outcome.hits) hits.add(hit);
  },
);

test('every fail point was hit', () => {
  expect([...hits].sort()).toEqual([...failpointNames].sort());
});
