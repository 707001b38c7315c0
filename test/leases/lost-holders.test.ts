import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { listLeases, mayBeAtWork, requireLease } from '../../engine/state/index.ts';
import { nextMove } from '../../engine/state/leases.ts';
import { freshDatabase } from '../support/servers.ts';
import { type Contender, contender } from './lease-session.ts';

const elsewhere = { host: 'elsewhere', bootId: 'another-boot', pid: 7 };
let url: string;
let other: Contender;

beforeAll(async () => {
  url = await freshDatabase();
  other = await contender(url, 'other');
});

/** The number of a process that has just ended. */
const endedPid = (): number => spawnSync('true').pid;

const silence = (address: string) =>
  other.state.execute(
    `update :schema.place set lease_heartbeat = clock_timestamp() - interval '1 hour' where address = $1`,
    [address],
  );

test('a dead process of this host loses its lease at once, though its session hangs', async () => {
  const dead = await contender(url, 'dead', { pid: endedPid() });
  const lease = await dead.take('a');
  // Its heartbeat is fresh and its connection open: only its process is not there.
  expect(await listLeases(other.state, other.system.processes)).toMatchObject([{ condition: 'ended', address: 'a' }]);
  const taken = await other.take('a');
  expect(taken.id).not.toBe(lease.id);
  await taken.release();
});

/** From here on it is always noon in the session of this contender, whatever the clock of the server says. */
const stopClock = async ({ state }: Contender): Promise<void> => {
  await state.execute('create schema if not exists noon');
  await state.execute(
    `create or replace function noon.clock_timestamp() returns timestamptz language sql stable
     as $$ select '2030-01-01 12:00:00Z'::timestamptz $$`,
  );
  await state.execute('set search_path = noon, pg_catalog');
};

test('a vanished host that was heard of 29 seconds ago keeps its lease, and after 31 it is taken over', async () => {
  const vanished = await contender(url, 'vanished', elsewhere);
  const lease = await vanished.take('ttl');
  const newcomer = await contender(url, 'newcomer');
  await stopClock(newcomer);
  const heardOf = (time: string) =>
    other.state.execute(`update :schema.place set lease_heartbeat = $1::timestamptz where address = 'ttl'`, [time]);

  await heardOf('2030-01-01 11:59:31Z');
  await expect(newcomer.take('ttl')).rejects.toThrow(/place-leased.*leased by vanished/);
  await other.state.transaction((transaction) => requireLease(transaction, lease));

  await heardOf('2030-01-01 11:59:29Z');
  const taken = await newcomer.take('ttl');
  expect(taken.id).not.toBe(lease.id);
  await taken.release();
});

test('a vanished host keeps its lease until its TTL has passed, and writes nothing when it comes back', async () => {
  const vanished = await contender(url, 'vanished', elsewhere);
  const lease = await vanished.take('b');
  await expect(other.take('b')).rejects.toThrow(/place-leased.*leased by vanished/);
  await silence('b');
  const taken = await other.take('b');
  const write = () => vanished.state.transaction((transaction) => requireLease(transaction, lease));
  await expect(write()).rejects.toThrow('database-connection-lost');
  await vanished.state.database.reconnect();
  await expect(write()).rejects.toThrow('lease-lost');
  // Giving back what it does not have any more takes nothing from the one who has it.
  await lease.release();
  await other.state.transaction((transaction) => requireLease(transaction, taken));
  await taken.release();
});

test('whoever is first in line breaks the lease of a holder that fell silent while it waited', async () => {
  const vanished = await contender(url, 'vanished', elsewhere);
  await vanished.take('c');
  const waiting = other.take('c', 60_000);
  await expect.poll(async () => (await vanished.state.query('select 1 as n from :schema.lease_waiter')).length).toBe(1);
  await (await contender(url, 'third')).state.execute(
    `update :schema.place set lease_heartbeat = clock_timestamp() - interval '1 hour' where address = 'c'`,
  );
  await (await waiting).release();
});

test('a session never holds the lock of a place without saying whose it is', async () => {
  const holder = await contender(url, 'holder');
  const lease = await holder.take('d');
  const [row] = await other.state.query<{ backend: number; holder: string }>(
    `select l.pid as backend, p.lease_holder as holder from :schema.place p
     join pg_catalog.pg_locks l on l.locktype = 'advisory' and l.granted and l.pid = p.lease_backend
     where p.address = 'd'`,
  );
  expect(row?.holder).toBe('holder');
  await lease.release();
  expect(
    await other.state.query(
      `select 1 as n from pg_catalog.pg_locks where locktype = 'advisory' and granted and pid = $1`,
      [row?.backend],
    ),
  ).toEqual([]);
});

describe('what to do about an obstacle', () => {
  const lease = {
    leaseId: 'l',
    holder: 'h',
    operation: 'o',
    host: 'here',
    pid: 1,
    bootId: 'b',
    backend: 2,
    ciRun: null,
  };
  const held = (condition: 'fresh' | 'silent' | 'ended') => ({
    ...{ id: 'p', address: 'a', environment: 'e', waiting: 0, condition },
    lease: { ...lease, since: new Date(0), heartbeat: new Date(0) },
  });
  const waiter = { id: 'w', holder: 'w', operation: 'o', host: 'here', pid: 3, bootId: 'b', since: new Date(0) };
  const move = (obstacle: Parameters<typeof nextMove>[0], timedOut = false, triesToBreak = 0) =>
    nextMove(obstacle, { timedOut, triesToBreak });

  test.each([
    ['a fresh holder is waited for', move({ held: held('fresh'), ahead: [] }), 'wait'],
    ['a silent one is broken', move({ held: held('silent'), ahead: [] }), 'break'],
    ['a dead one is broken, out of time too', move({ held: held('ended'), ahead: [] }, true), 'break'],
    ['breaking is left to the first in line', move({ held: held('ended'), ahead: [waiter] }), 'wait'],
    ['what cannot be broken is waited for', move({ held: held('ended'), ahead: [] }, false, 40), 'wait'],
    ['but no longer than there is time', move({ held: held('ended'), ahead: [] }, true, 40), 'give up'],
    ['time ends the waiting for a holder', move({ held: held('fresh'), ahead: [] }, true), 'give up'],
    ['and for those ahead', move({ held: undefined, ahead: [waiter] }, true), 'give up'],
  ])('%s', (_, actual, expected) => expect(actual).toBe(expected));

  const processes = { ...{ self: { host: 'here', bootId: 'b', pid: 9, user: 'u' } }, isAlive: () => true };
  test.each([
    ['fresh', 'there', true],
    ['silent', 'there', false],
    ['silent', 'here', true],
    ['ended', 'here', false],
  ] as const)('a %s holder on a host called %s may be at work: %s', (condition, host, expected) => {
    const place = held(condition);
    const judged = mayBeAtWork(
      { ...place, lease: { ...place.lease, host } },
      { ...other.system.processes, ...processes },
    );
    expect(judged).toBe(expected);
  });
});
