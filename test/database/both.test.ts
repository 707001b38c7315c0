import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../engine/database/index.ts';
import { bothDatabases, openForTests } from '../support/servers.ts';

/** What every user of the interface relies on, said once and true of both databases. */
describe.each(bothDatabases)('a database ($kind)', ({ kind, location }) => {
  let db: Database;
  const count = async (): Promise<number> => {
    const [row] = await db.query<{ n: number }>('select count(*) as n from things.item');
    return row?.n ?? -1;
  };

  beforeAll(async () => {
    db = await openForTests(await location());
    await db.transaction((transaction) =>
      transaction.script(`
        create schema things;
        create table things.item (id bigint primary key, body bytea, label text, size integer);
        create table things.strict (id integer primary key deferrable initially deferred);`),
    );
  });

  it('says what it is, without any password', () => {
    expect(db.kind).toBe(kind);
    expect(db.label).toMatch(kind === 'server' ? /^127\.0\.0\.1:\d+\/test_/ : /^embedded \(/);
  });

  it('returns values as the interface promises', async () => {
    const [row] = await db.query(
      `select 9007199254740991::bigint as large, 7::integer as small, true as yes, 1.50::numeric as exact,
              '\\x00ff'::bytea as bytes, '{"a":[1]}'::jsonb as json, null::text as nothing,
              '2026-01-31 12:00:00.5+02'::timestamptz as moment`,
    );
    expect(row).toEqual({
      large: 9007199254740991,
      small: 7,
      yes: true,
      exact: '1.50',
      bytes: Buffer.from([0, 255]),
      json: { a: [1] },
      nothing: null,
      moment: new Date('2026-01-31T10:00:00.500Z'),
    });
  });

  it('takes the same kinds of value as parameters', async () => {
    const [row] = await db.query<object>(
      `select $1::bytea as bytes, $2::timestamptz as moment, $3::jsonb as json, $4::text[] as texts,
              $5::bigint as large, $6::boolean as yes, $7::text as nothing, $8::bytea[] as many`,
      [
        Buffer.from([0, 1, 255]),
        new Date('2026-01-31T10:00:00.500Z'),
        { a: "it's" },
        ['plain', 'with "quotes", \\ and {braces}', '', 'null', null],
        2n ** 40n,
        false,
        undefined,
        [Buffer.from([1]), Buffer.from([255])],
      ],
    );
    expect(row).toEqual({
      bytes: Buffer.from([0, 1, 255]),
      moment: new Date('2026-01-31T10:00:00.500Z'),
      json: { a: "it's" },
      texts: ['plain', 'with "quotes", \\ and {braces}', '', 'null', null],
      large: 2 ** 40,
      yes: false,
      nothing: null,
      many: [Buffer.from([1]), Buffer.from([255])],
    });
  });

  it('refuses to round an integer that JavaScript cannot hold', async () => {
    await expect(db.query('select 9007199254740993::bigint as n')).rejects.toThrow(/no safe integer/);
    await expect(db.query('select 1::bigint as n')).resolves.toEqual([{ n: 1 }]);
  });

  it('finds nothing that is not named with its schema', async () => {
    await expect(db.query('select * from item')).rejects.toMatchObject({ cause: { code: '42P01' } });
  });

  it('keeps what a transaction did, or nothing of it', async () => {
    await db.transaction((transaction) => transaction.execute('insert into things.item (id) values (1), (2)'));
    const failing = db.transaction(async (transaction) => {
      await transaction.execute('insert into things.item (id) values (3)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await count()).toBe(2);
  });

  it('does not take a transaction for committed whose work swallowed an error', async () => {
    const swallowing = db.transaction(async (transaction) => {
      await transaction.execute('insert into things.item (id) values (4)');
      await transaction.execute('insert into things.item (id) values (1)').catch(() => 0);
    });
    await expect(swallowing).rejects.toMatchObject({ code: '23505' });
    expect(await count()).toBe(2);
  });

  it('lets a statement from beside wait until the open transaction has ended', async () => {
    const seen: string[] = [];
    const transaction = db.transaction(async (inside) => {
      await inside.query('select 1');
      seen.push('inside');
      await inside.query('select 1');
      seen.push('end');
    });
    const beside = db.query('select 1').then(() => seen.push('beside'));
    await Promise.all([transaction, beside]);
    expect(seen).toEqual(['inside', 'end', 'beside']);
  });

  it('reports waiting for oneself as the bug it is, instead of hanging', async () => {
    const nested = db.transaction(async () => {
      await db.query('select 1');
    });
    await expect(nested).rejects.toThrow(/would wait for it for ever/);
  });

  it('does not let a transaction object be used after its end', async () => {
    const leaked = await db.transaction((transaction) => Promise.resolve(transaction));
    await expect(leaked.query('select 1')).rejects.toThrow(/has ended/);
  });

  it('counts statements, rows and bytes', async () => {
    const before = db.counters();
    await db.transaction(async (transaction) => {
      await transaction.query('select 1 as a union all select 2');
      await transaction.execute('insert into things.item (id, label) values ($1, $2)', [50, 'four']);
    });
    const after = db.counters();
    expect(after.statements - before.statements).toBe(4);
    expect(after.rowsRead - before.rowsRead).toBe(2);
    expect(after.rowsWritten - before.rowsWritten).toBe(1);
    const texts = ['begin', 'select 1 as a union all select 2', 'commit', '50', 'four'];
    const insert = 'insert into things.item (id, label) values ($1, $2)';
    expect(after.bytesSent - before.bytesSent).toBe([...texts, insert].join('').length);
  });

  it('calls the commit hooks around COMMIT', async () => {
    const seen: string[] = [];
    await db.transaction(
      async (transaction) => {
        await transaction.execute('insert into things.item (id) values (60)');
        seen.push('work');
      },
      {
        beforeCommit: async () => void seen.push('before'),
        commitSent: async () => void seen.push('sent'),
      },
    );
    expect(seen).toEqual(['work', 'before', 'sent']);
    expect(await db.query('select 1 as one from things.item where id = 60')).toHaveLength(1);
  });

  it('rolls back when something fails before COMMIT is sent', async () => {
    const failing = db.transaction((transaction) => transaction.execute('insert into things.item (id) values (70)'), {
      beforeCommit: () => Promise.reject(new Error('no')),
    });
    await expect(failing).rejects.toThrow('no');
    expect(await db.query('select 1 as one from things.item where id = 70')).toHaveLength(0);
  });

  it('claims neither success nor failure when something fails while COMMIT is under way', async () => {
    const failing = db.transaction((transaction) => transaction.execute('insert into things.item (id) values (80)'), {
      commitSent: () => Promise.reject(new Error('no')),
    });
    await expect(failing).rejects.toMatchObject({ name: 'CommitUnknown' });
    await expect(db.query('select 1 as still_usable')).resolves.toHaveLength(1);
  });

  it('says the same of a COMMIT that the database answers with an error', async () => {
    const failing = db.transaction((transaction) => transaction.execute('insert into things.strict values (1), (1)'));
    await expect(failing).rejects.toMatchObject({ name: 'CommitUnknown' });
    expect(await db.query('select * from things.strict')).toEqual([]);
  });

  it('works again after reconnecting', async () => {
    await db.reconnect();
    expect(await count()).toBeGreaterThan(0);
  });
});
