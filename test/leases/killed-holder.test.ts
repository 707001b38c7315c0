import { expect, test } from 'vitest';
import { prepareProject, runCommand } from '../support/scenario.ts';

test('the next apply takes the place of a process that was killed, without waiting for its lease to run out', async () => {
  const directory = await prepareProject({ project: 'invoices' }, 'schemas');
  const run = (command: string) => runCommand(command, directory);

  const killed = await run('M3FORGE_FAILPOINTS=after-intent=kill9 m3forge apply --target development --yes');
  expect(killed.exit).toBe(137);
  // By its heartbeat it would be at work for another hour.
  await run(`sql "update m3forge.place set lease_heartbeat = now() + interval '1 hour' where lease_id is not null"`);
  expect(await run(`sql "select lease_heartbeat > now() as fresh from m3forge.place"`)).toMatchObject({
    output: '{"fresh":true}',
  });

  const next = await run('m3forge apply --target development --yes');
  expect(next, next.output).toMatchObject({ exit: 0 });
  expect(await run(`sql "select lease_id is null as free from m3forge.place"`)).toMatchObject({
    output: '{"free":true}',
  });
});
