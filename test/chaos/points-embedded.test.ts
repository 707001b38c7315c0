import { test } from 'vitest';
import { expectKept, worldsForTests } from './perform.ts';
import { mainPoints, pointTasks } from './tasks.ts';

const worlds = worldsForTests();

test.each(pointTasks('embedded', 1, 1, mainPoints))(
  '$name keeps every promise',
  async (task) => void (await expectKept(await worlds(), task)),
);
