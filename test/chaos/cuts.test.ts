import { expect, test } from 'vitest';
import { expectKept, worldsForTests } from './perform.ts';
import { commandOf, crash } from './play.ts';
import { stories } from './rounds.ts';
import { cutTasks, parseTask } from './tasks.ts';

const worlds = worldsForTests();
let struck = 0;

// The long form counts those of all stories before it begins.
test.each([stories.first, stories.recovery])('"$name" sends as many COMMITs as are spoiled in turn', async (story) => {
  await (await worlds()).lend('server', async (world) => {
    await world.restore(story.template);
    await crash(world, story);
    world.proxy?.arm(undefined);
    await world.follow(commandOf(story, world.known(story.template)));
    expect(world.proxy?.commits()).toBe(story.commits);
  });
});

// Outside of any release, where no lease says whose session is in the way: who lost it ends it, and finds out what became of it.
const outsideReleases = ['server/first/commit@4=black-hole/132', 'server/first/commit@33=black-hole/192'];

test.each([...cutTasks(48), ...outsideReleases.flatMap((name) => parseTask(name) ?? [])])(
  '$name is resolved right',
  async (task) => {
    const outcome = await expectKept(await worlds(), task);
    if (outcome.struck) struck += 1;
  },
);

test('nearly every cut found its COMMIT', () => {
  expect(struck).toBeGreaterThanOrEqual(46);
});
