import { expect, test } from 'vitest';
import { acquireLease, forgetPlace, listLeases, openState } from '../../engine/state/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { firstBrokenLink } from '../support/audit.ts';
import { freshDatabase, openForTests, testSystem } from '../support/servers.ts';

const system = testSystem();

const openHeld = async () => {
  const state = await openState(
    await openForTests({ kind: 'server', url: new Secret(await freshDatabase()) }),
    'm3forge',
  );
  const lease = await acquireLease(state, system, {
    address: 'server/orders/live',
    environment: 'live',
    holder: 'alice',
    operation: 'state forget',
    ciRun: null,
    timeoutMs: 0,
  });
  return { state, lease };
};

const by = { actor: 'alice', reason: null };

test('somebody who came to wait in the meantime keeps the place from being forgotten', async () => {
  const { state, lease } = await openHeld();
  await state.execute(
    `insert into :schema.lease_waiter (id, place_id, holder, operation, host, pid, boot_id)
     values (gen_random_uuid(), $1, 'bob', 'apply', 'elsewhere', 1, 'b')`,
    [lease.place.id],
  );
  await expect(forgetPlace(state, system, lease, by)).rejects.toThrow('state-not-forgettable: bob (apply, pid 1 on');
  expect(await listLeases(state, system.processes)).toHaveLength(1);
  await lease.release();
});

test('a lease that was taken away forgets nothing', async () => {
  const { state, lease } = await openHeld();
  await state.execute('update :schema.place set lease_id = gen_random_uuid()');
  await expect(forgetPlace(state, system, lease, by)).rejects.toThrow('lease-lost');
  expect(await state.query('select id from :schema.place')).toHaveLength(1);
});

test('with the place its lease goes, and the audit trail is whole', async () => {
  const { state, lease } = await openHeld();
  await forgetPlace(state, system, lease, by);
  await lease.release();
  expect(await state.query('select id from :schema.place')).toEqual([]);
  expect(await state.query('select event from :schema.audit')).toEqual([{ event: 'place.forgotten' }]);
  expect(await firstBrokenLink(state)).toBeUndefined();
});
