import { expect, test } from 'vitest';
import { acquireLease } from '../../engine/state/index.ts';
import { freshDatabase } from '../support/servers.ts';
import { contender } from './lease-session.ts';

const request = { environment: 'production', holder: 'alice', operation: 'a test', ciRun: null, timeoutMs: 0 };

/** A holder whose time passes only when it is told to, and whose heartbeats may fail. */
const beating = async () => {
  const { state, system } = await contender(await freshDatabase(), 'alice');
  let wake = Promise.withResolvers<void>();
  let fails = false;
  const beats: string[] = [];
  const clock = { ...system.clock, sleep: () => wake.promise };
  const execute: typeof state.execute = async (sql, parameters) => {
    if (!sql.includes('set lease_heartbeat')) return state.execute(sql, parameters);
    if (fails) {
      beats.push('failed');
      throw new Error('a passing error');
    }
    const rows = await state.execute(sql, parameters);
    beats.push(rows > 0 ? 'beat' : 'lost');
    return rows;
  };
  const lease = await acquireLease({ ...state, execute }, { ...system, clock }, { ...request, address: 'a' });
  const tick = (): void => {
    const due = wake;
    wake = Promise.withResolvers<void>();
    due.resolve();
  };
  const fail = (failing: boolean): void => {
    fails = failing;
  };
  return { state, lease, beats, tick, fail };
};

test('a heartbeat that failed once is not the last one', async () => {
  const { lease, beats, tick, fail } = await beating();
  fail(true);
  tick();
  await expect.poll(() => beats).toEqual(['failed']);
  fail(false);
  tick();
  await expect.poll(() => beats).toEqual(['failed', 'beat']);
  const released = lease.release();
  tick();
  await released;
});

test('the heart stops where the lease is another one now', async () => {
  const { state, lease, beats, tick } = await beating();
  await state.execute('update :schema.place set lease_id = gen_random_uuid()');
  tick();
  await expect.poll(() => beats).toEqual(['lost']);
  // Were it still beating, this would have to wait for the next beat.
  await lease.release();
});
