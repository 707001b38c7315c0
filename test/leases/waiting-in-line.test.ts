import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { type Contender, contender } from './lease-session.ts';

const elsewhere = { host: 'elsewhere', bootId: 'another-boot' };
const patience = 60_000;
let url: string;
let watcher: Contender;

beforeAll(async () => {
  url = await freshDatabase();
  watcher = await contender(url, 'watcher');
});

const inLine = async (address: string): Promise<readonly string[]> => {
  const rows = await watcher.state.query<{ holder: string }>(
    `select w.holder from :schema.lease_waiter w join :schema.place p on p.id = w.place_id
     where p.address = $1 order by w.n`,
    [address],
  );
  return rows.map(({ holder }) => holder);
};

/** Stands in line as somebody else would, without ever coming to take the lease. */
const stand = async (
  address: string,
  who: { name: string; host: string; pid: number; bootId: string; silent: string },
) =>
  watcher.state.execute(
    `insert into :schema.lease_waiter (id, place_id, holder, operation, host, pid, boot_id, heartbeat)
     select gen_random_uuid(), id, $2, 'release v2.0.0', $3, $4, $5, clock_timestamp() - $6::interval
     from :schema.place where address = $1`,
    [address, who.name, who.host, who.pid, who.bootId, who.silent],
  );

test('who waits for a place gets it in the order of coming, one at a time', async () => {
  const holder = await (await contender(url, 'holder')).take('a');
  const order: string[] = [];
  const names = ['first', 'second', 'third', 'fourth', 'fifth'];
  const working = new Set<string>();
  const rounds: Promise<void>[] = [];
  for (const name of names) {
    const waiter = await contender(url, name);
    rounds.push(
      waiter.take('a', patience).then(async (lease) => {
        expect(working.size).toBe(0);
        working.add(name);
        order.push(name);
        await waiter.state.query('select 1');
        working.delete(name);
        await lease.release();
      }),
    );
    await expect.poll(() => inLine('a')).toContain(name);
  }
  expect(await inLine('a')).toEqual(names);
  await holder.release();
  await Promise.all(rounds);
  expect(order).toEqual(names);
  expect(await inLine('a')).toEqual([]);
});

test('one who does not wait does not get ahead of those who do', async () => {
  await (await (await contender(url, 'holder')).take('b')).release();
  await stand('b', { name: 'patient', ...elsewhere, pid: 7, silent: '0 s' });
  const hasty = await contender(url, 'hasty');
  await expect(hasty.take('b')).rejects.toThrow(
    /place-leased.*The place b is free, but patient \(release v2.0.0, pid 7 on elsewhere\) waits for it since/,
  );
});

test('waiters that vanished or died block nobody', async () => {
  await (await (await contender(url, 'holder')).take('c')).release();
  const { self } = watcher.system.processes;
  await stand('c', { name: 'vanished', ...elsewhere, pid: 7, silent: '1 minute' });
  await stand('c', { name: 'of an earlier boot', host: self.host, bootId: 'earlier', pid: self.pid, silent: '0 s' });
  const lease = await (await contender(url, 'newcomer')).take('c');
  // The one who may only be stopped keeps its place for a while; the dead one is out.
  expect(await inLine('c')).toEqual(['vanished']);
  await lease.release();
});

test('who gives up or is interrupted leaves the line', async () => {
  const lease = await (await contender(url, 'holder')).take('d');
  const impatient = await contender(url, 'impatient');
  await expect(impatient.take('d', 1)).rejects.toThrow(/place-leased.*leased by holder/);
  const stop = new AbortController();
  const interrupted = await contender(url, 'interrupted', {}, { interrupted: stop.signal });
  const waiting = interrupted.take('d', patience);
  await expect.poll(() => inLine('d')).toEqual(['interrupted']);
  stop.abort();
  await expect(waiting).rejects.toThrow('place-leased');
  expect(await inLine('d')).toEqual([]);
  await lease.release();
});

test('a waiter that was forgotten while it was stopped stands at the end of the line', async () => {
  const lease = await (await contender(url, 'holder')).take('e');
  const waiter = await contender(url, 'stopped');
  const waiting = waiter.take('e', patience);
  await expect.poll(() => inLine('e')).toEqual(['stopped']);
  await watcher.state.execute(`delete from :schema.lease_waiter where holder = 'stopped'`);
  await expect.poll(() => inLine('e')).toEqual(['stopped']);
  await lease.release();
  await (await waiting).release();
});

test('different places never wait for one another', async () => {
  const names = ['f', 'g', 'h'];
  const leases = await Promise.all(names.map(async (name) => (await contender(url, name)).take(name)));
  expect(leases.map(({ place }) => place.address)).toEqual(names);
  for (const lease of leases) await lease.release();
});
