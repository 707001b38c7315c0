import { describe, expect, test } from 'vitest';
import { type Bench, createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile();

/** Changes one byte in the middle of the pack of a backup, and leaves its size. */
const flip = ({ backups }: Bench, placeId: string, id: string): void => {
  const name = `${placeId}/${id}.pack`;
  const bytes = Buffer.from(backups.files.get(name) ?? Buffer.alloc(0));
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  backups.files.set(name, bytes);
};

const daysPass = (bench: Bench, days: number) =>
  bench.state.execute(
    `update :schema.backup set proven_at = proven_at - $2 * interval '1 day', created_at = created_at - $2 * interval '1 day'
     where place_id = $1`,
    [bench.lease.place.id, days],
  );

const events = async (bench: Bench, id: string): Promise<readonly string[]> => {
  const rows = await bench.state.query<{ event: string }>(
    'select event from :schema.audit where subject = $1 order by n',
    [id],
  );
  return rows.map(({ event }) => event);
};

describe('a release counts on an older backup', () => {
  test('that is all it has only once that was read to its last byte', async () => {
    const bench = await createBench(openState);
    bench.place.release({ extract: 'one', route: 'two' });
    const first = await bench.taken();
    flip(bench, first.placeId, first.id);
    const second = await bench.taken();
    expect(second).toMatchObject({ parent: null, bodies: 2 });
    expect(second.id).not.toBe(first.id);
    expect(await bench.restored(second)).toEqual({ extract: 'one', route: 'two' });
    expect(await events(bench, first.id)).toEqual(['backup.taken', 'backup.damaged']);
  });

  test('that the next one continues without reading it, while it was read within a day', async () => {
    const bench = await createBench(openState);
    const content = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`flow-${n}`, `text of ${n}`]));
    bench.place.release(content);
    const first = await bench.taken();
    const before = bench.backups.traffic().read;
    bench.place.release({ ...content, 'flow-0': 'changed' });
    expect(await bench.taken()).toMatchObject({ parent: first.id });
    expect(bench.backups.traffic().read - before).toBeLessThan(first.bytes / 2);
  });

  test('that the next one would continue only once it was read, where nobody has for a day', async () => {
    const bench = await createBench(openState);
    bench.place.release({ extract: 'one' });
    const first = await bench.taken();
    bench.place.release({ extract: 'one', route: 'changed' });
    const second = await bench.taken();
    await daysPass(bench, 2);
    bench.place.release({ extract: 'one', route: 'once more' });
    const third = await bench.taken();
    expect(third).toMatchObject({ parent: second.id });
    expect(await events(bench, second.id)).toEqual(['backup.taken', 'backup.verified']);
    // What the last one rests on lies in the pack of the first.
    await daysPass(bench, 2);
    flip(bench, first.placeId, first.id);
    bench.place.release({ extract: 'one', route: 'at last' });
    const fourth = await bench.taken();
    expect(fourth).toMatchObject({ parent: null, bodies: 2 });
    expect(await bench.restored(fourth)).toEqual({ extract: 'one', route: 'at last' });
  });

  test('of before anybody recorded when it was read, only once it was', async () => {
    const bench = await createBench(openState);
    bench.place.release({ extract: 'one' });
    const first = await bench.taken();
    await bench.state.execute('update :schema.backup set proven_at = null where id = $1', [first.id]);
    flip(bench, first.placeId, first.id);
    bench.place.release({ extract: 'one', route: 'two' });
    expect(await bench.taken()).toMatchObject({ parent: null, bodies: 2 });
  });
});

test('how old a backup is says the database, whatever the clock of this machine', async () => {
  const bench = await createBench(openState);
  for (const extract of ['one', 'two', 'three']) {
    bench.place.release({ extract });
    await bench.take();
  }
  const [newest] = await bench.records();
  await daysPass(bench, 40);
  expect(await bench.prune(0, [], { maxAgeDays: 50, now: new Date('2099-01-01') })).toMatchObject({ removed: [] });
  const { removed } = await bench.prune(0, [], { maxAgeDays: 30, now: new Date('2001-01-01') });
  expect(removed).toHaveLength(2);
  expect(await bench.records()).toMatchObject([{ id: newest?.id }]);
});
