import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Database,
  type DatabaseLocation,
  migrateSchema,
  openDatabase,
  schemaVersion,
} from '../../engine/database/index.ts';
import { bothDatabases, openForTests, testSystem } from '../support/servers.ts';

const first = {
  id: 1,
  name: 'first',
  sql: "create table :schema.thing (id integer); insert into :schema.thing values ('1'::integer);",
};
const second = { id: 2, name: 'second', sql: 'create view :schema.things as select id from :schema.thing;' };

describe.each(bothDatabases)('migrations ($kind)', ({ kind, location }) => {
  let where: DatabaseLocation;
  let db: Database;
  const migrate = (schema: string, migrations = [first, second], through = db): Promise<number> =>
    migrateSchema(through, { schema, ledger: 'migration', migrations });

  beforeAll(async () => {
    where = await location();
    db = await openForTests(where);
  });

  it('create the schema, whatever it is called, and carry each migration out once', async () => {
    const schema = 'Odd "schema" $& name';
    expect(await schemaVersion(db, schema)).toBeUndefined();
    expect(await migrate(schema)).toBe(2);
    expect(await migrate(schema)).toBe(2);
    expect(await schemaVersion(db, schema)).toBe(2);
    expect(await db.query('select id from "Odd ""schema"" $& name".things')).toEqual([{ id: 1 }]);
  });

  it('go on from where an older program stopped', async () => {
    await migrate('older', [first]);
    expect(await schemaVersion(db, 'older')).toBe(1);
    await migrate('older');
    expect(await db.query('select id, name from older.migration order by id')).toEqual([
      { id: 1, name: 'first' },
      { id: 2, name: 'second' },
    ]);
  });

  it('refuse a schema that is newer than the program', async () => {
    await migrate('newer');
    await expect(migrate('newer', [first])).rejects.toThrow(
      /database-schema-newer.*version 2; this program knows up to 1/,
    );
  });

  it('leave nothing of a migration that fails', async () => {
    const broken = { id: 3, name: 'broken', sql: 'create table :schema.half (id integer); select 1/0;' };
    await expect(migrate('breaking', [first, second, broken])).rejects.toMatchObject({ code: '22012' });
    expect(await schemaVersion(db, 'breaking')).toBe(2);
    expect(await migrate('breaking')).toBe(2);
  });

  it('use a schema that exists already, and never replace what is in it', async () => {
    await db.transaction((transaction) =>
      transaction.script('create schema taken; create table taken.things (id text);'),
    );
    await expect(migrate('taken')).rejects.toThrow(/database-relation-exists.*migration "second"/);
    expect(await schemaVersion(db, 'taken')).toBe(1);
    expect(await db.query('select id from taken.things')).toEqual([]);
  });

  it("are not misled by somebody else's table of the ledger's name", async () => {
    await db.transaction((transaction) =>
      transaction.script('create schema rails; create table rails.migration (version text);'),
    );
    expect(await schemaVersion(db, 'rails')).toBeUndefined();
    await expect(migrate('rails')).rejects.toThrow(/database-relation-exists.*"rails"."migration"/);
  });

  it.runIf(kind === 'server')('come to one result when twenty processes migrate at once', async () => {
    const others = await Promise.all(Array.from({ length: 20 }, () => openDatabase(where, testSystem())));
    const versions = await Promise.all(others.map((other) => migrate('contended', [first, second], other)));
    await Promise.all(others.map((other) => other.close()));
    expect(versions).toEqual(Array.from({ length: 20 }, () => 2));
    expect(await db.query('select id from contended.thing')).toEqual([{ id: 1 }]);
  });
});
