import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CopyRow, CopyTarget, Database } from '../../engine/database/index.ts';
import { bothDatabases, openForTests } from '../support/servers.ts';

const target: CopyTarget = {
  table: 'copied.item',
  columns: [
    { name: 'id', type: 'integer' },
    { name: 'odd "name"', type: 'bytea' },
    { name: 'label', type: 'text' },
    { name: 'large', type: 'bigint' },
  ],
};

const anyRow = fc.tuple(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.option(fc.uint8Array({ maxLength: 300 })),
  // PostgreSQL's text holds anything but U+0000.
  fc.option(fc.string({ unit: 'binary', maxLength: 50 }).map((text) => text.toWellFormed().replaceAll('\0', ''))),
  fc.option(fc.maxSafeInteger()),
);

describe.each(bothDatabases)('binary COPY ($kind)', ({ location }) => {
  let db: Database;
  const copy = (rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): Promise<number> =>
    db.transaction((transaction) => transaction.copyIn(target, rows));

  beforeAll(async () => {
    db = await openForTests(await location());
    await db.transaction((transaction) =>
      transaction.script(`
        create schema copied;
        create table copied.item (
          n bigint generated always as identity, id integer check (id <> 13), "odd ""name""" bytea, label text, large bigint);`),
    );
  });

  it('brings any values over unchanged', async () => {
    const anyRows = fc.array(anyRow, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        await db.execute('delete from copied.item');
        const usable = rows.filter(([id]) => id !== 13);
        expect(await copy(usable)).toBe(usable.length);
        const back = await db.query<{ id: number; bytes: Buffer | null; label: string | null; large: number | null }>(
          'select id, "odd ""name""" as bytes, label, large from copied.item order by n',
        );
        expect(back.map((row) => [row.id, row.bytes && new Uint8Array(row.bytes), row.label, row.large])).toEqual(
          usable,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('streams what does not fit into one piece, and counts it once', async () => {
    await db.execute('delete from copied.item');
    const body = Buffer.alloc(700_000, 7);
    const rows = async function* (): AsyncGenerator<CopyRow> {
      for (let id = 100; id < 160; id += 1) yield [id, body, null, id];
    };
    const before = db.counters();
    expect(await copy(rows())).toBe(60);
    const after = db.counters();
    expect(after.rowsWritten - before.rowsWritten).toBe(60);
    expect(after.statements - before.statements).toBe(3);
    expect(after.bytesSent - before.bytesSent).toBeGreaterThan(60 * body.length);
    expect(await db.query('select count(*) as n, sum(length("odd ""name""")) as bytes from copied.item')).toEqual([
      { n: 60, bytes: 60 * body.length },
    ]);
  });

  it('does nothing for no rows', async () => {
    expect(await copy([])).toBe(0);
  });

  it('leaves the connection usable when the source of rows fails', async () => {
    const rows = function* (): Generator<CopyRow> {
      yield [1, null, 'kept by nobody', null];
      throw new Error('the source broke');
    };
    await expect(copy(rows())).rejects.toThrow('the source broke');
    expect(await db.query('select 1 as n from copied.item where id = 1')).toEqual([]);
  });

  it('leaves the connection usable when the database refuses a row', async () => {
    await expect(copy([[13, null, null, null]])).rejects.toMatchObject({ code: '23514' });
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it.each([
    { rows: [[1, null, null]], says: /3 fields for 4 columns/ },
    { rows: [['one', null, null, null]], says: /a text does not fit a column of type integer/ },
    { rows: [[1, 5, null, null]], says: /a number does not fit a column of type bytea/ },
    { rows: [[1, null, null, 2 ** 53]], says: /no safe integer/ },
  ])('refuses rows of the wrong shape: $says', async ({ rows, says }) => {
    await expect(copy(rows as CopyRow[])).rejects.toThrow(says);
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});
