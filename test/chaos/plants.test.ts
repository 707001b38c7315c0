import { join } from 'node:path';
import { expect, test } from 'vitest';
import { worldsForTests } from './perform.ts';
import { buildPlanted, planting } from './planted-build.ts';
import { plants } from './plants.ts';
import { parseTask, reproduction } from './tasks.ts';

const directory = join(import.meta.dirname, '../../node_modules/.cache/m3forge-chaos/planted-for-tests');
const worlds = worldsForTests(async () => ({ program: await buildPlanted(directory), plugins: [planting().plugin] }));

test.each(plants)('the harness finds "$name": $meaning', async ({ name, caughtBy, breaks }) => {
  const task = parseTask(caughtBy);
  if (!task) throw new Error(`${caughtBy} is no task`);
  const { violations } = await (await worlds()).lend(task.database, (world) => task.perform(world, name));
  expect(
    violations.map(({ invariant }) => invariant),
    reproduction(task, name),
  ).toContain(breaks);
});

test('without its switch, a build with planted bugs is the program', async () => {
  const task = parseTask('server/release/after-intent@1=kill9/1');
  const outcome = await (await worlds()).lend('server', async (world) => task?.perform(world));
  expect(outcome?.violations).toEqual([]);
});
