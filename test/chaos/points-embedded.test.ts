import { test } from 'vitest';
import { expectKept, worldsForTests } from './perform.ts';
import { pointTasks } from './tasks.ts';

const worlds = worldsForTests();

// Opening the embedded database takes most of the time of a round: every second point here, all of them in the long form.
const tasks = pointTasks('embedded', 1).filter((_, index) => index % 2 === 0);

test.each(tasks)('$name keeps every promise', async (task) => void (await expectKept(await worlds(), task)));
