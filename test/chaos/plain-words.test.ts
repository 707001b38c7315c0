import { expect, test } from 'vitest';
import { worldsForTests } from './perform.ts';

const worlds = worldsForTests();
const command = 'apply --target production --version v1.0.0 --yes';

test('a COMMIT without an answer, outside a release, is said to be unknown, and running again is enough', async () => {
  await (await worlds()).lend('server', async (world) => {
    await world.restore('empty');
    world.proxy?.arm({ mode: 'cut-before', nth: 5 });
    const cut = await world.run(command);
    expect(cut).toMatchObject({ exit: 1, output: expect.stringContaining('[database-commit-unknown]') });
    world.proxy?.arm(undefined);
    expect(await world.run(command)).toMatchObject({ exit: 0 });
  });
});

test('a full disk is the machine’s trouble, not a bug', async () => {
  await (await worlds()).lend('server', async (world) => {
    await world.restore('one');
    const { exit, output } = await world.run('apply --target production --version v1.1.0 --yes', {
      failpoints: 'after-lease=enospc',
    });
    expect({ exit, output }).toMatchObject({ exit: 1, output: expect.stringContaining('[machine-exhausted]') });
    expect(output).not.toContain('bug in m3forge');
  });
});
