import { createServer } from 'node:net';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Database, type OpenOptions, openDatabase } from '../../engine/database/index.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { asAdministrator, freshDatabase, openForTests, testSystem } from '../support/servers.ts';

const open = (url: string, options?: OpenOptions): Promise<Database> =>
  openDatabase({ kind: 'server', url: new Secret(url) }, testSystem(), options);

/** The refusal that a promise ends in; anything else fails the test. */
const refusalOf = async (attempt: Promise<unknown>): Promise<Refusal> => {
  const error = await attempt.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error;
  return error;
};

const codeOf = async (attempt: Promise<unknown>): Promise<string | undefined> =>
  (await refusalOf(attempt)).diagnostics[0]?.code;

/** Has the server answer with an error of its own choosing. */
const failWith = (sqlState: string): string =>
  `do $$ begin raise exception 'secret detail' using errcode = '${sqlState}'; end $$`;

describe('connecting', () => {
  let url: string;
  beforeAll(async () => {
    url = await freshDatabase();
  });
  const changed = (changes: { readonly username?: string; readonly password?: string }): string =>
    Object.assign(new URL(url), changes).toString();

  it('names the database, and never the password, when the login is refused', async () => {
    const refusal = await refusalOf(open(changed({ password: 'hunter2-hunter2' })));
    expect(refusal.diagnostics[0]).toMatchObject({ code: 'database-login-refused', severity: 'error' });
    expect(refusal.message).toContain('127.0.0.1');
    expect(JSON.stringify(refusal.diagnostics)).not.toContain('hunter2');
  });

  it('says so when no password was given', async () => {
    expect(await codeOf(open(changed({ password: '' })))).toBe('database-login-refused');
  });

  it('says so when the database does not exist', async () => {
    expect(await codeOf(open(`${inject('serverUrl')}/nowhere`))).toBe('database-unknown');
  });

  it('says so when nobody listens', async () => {
    expect(await codeOf(open('postgresql://a:b@127.0.0.1:1/x'))).toBe('database-unreachable');
    expect(await codeOf(open('postgresql://a:b@no-such-host.invalid/x'))).toBe('database-unreachable');
  });

  it('gives up on a server that accepts and then says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const port = address && typeof address === 'object' ? address.port : 0;
    const attempt = open(`postgresql://a:b@127.0.0.1:${port}/x`, { connectTimeoutMs: 50 });
    expect(await codeOf(attempt)).toBe('database-unreachable');
    silent.close();
  });

  it.each(['require', 'prefer', 'verify-ca', 'verify-full'])(
    'insists on TLS where the URL says sslmode=%s',
    async (mode) => {
      expect(await codeOf(open(`${url}?sslmode=${mode}`))).toBe('database-tls-failed');
    },
  );

  it('connects in the clear where the URL says so', async () => {
    const db = await open(`${url}?sslmode=disable&schema=ours`);
    await db.close();
  });

  it.each(['', 'mysql://u:hunter2@host/x', 'hunter2', 'postgresql://host:notaport/hunter2'])(
    'refuses a URL that is none, without showing it: %j',
    async (bad) => {
      const refusal = await refusalOf(open(bad));
      expect(refusal.diagnostics[0]?.code).toBe('database-url-invalid');
      expect(JSON.stringify(refusal.diagnostics)).not.toContain('hunter2');
    },
  );

  it.each(['0', '-1', 'soon', '1e3', ''])('refuses a query_timeout of %j', async (value) => {
    expect(await codeOf(open(`${url}?query_timeout=${value}`))).toBe('database-url-invalid');
  });

  it('gives a connection up that does not answer in time, and ends its session when it opens the next', async () => {
    const db = await open(`${url}?query_timeout=300`);
    await db.query('select pg_catalog.pg_advisory_lock(771)');
    expect(await codeOf(db.query('select pg_catalog.pg_sleep(60)'))).toBe('database-connection-lost');
    await db.reconnect();
    // What the former session held is free.
    expect(await db.query('select pg_catalog.pg_try_advisory_lock(771) as free')).toEqual([{ free: true }]);
    await db.close();
  });

  it('says so when a certificate file that the URL names is not there', async () => {
    expect(await codeOf(open(`${url}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`))).toBe('database-tls-failed');
  });

  it('says so when the server has no connection left', async () => {
    const name = new URL(url).pathname.slice(1);
    await asAdministrator(`create role crowded login password 'crowded' connection limit 0`);
    await asAdministrator(`grant connect on database "${name}" to crowded`);
    const crowded = changed({ username: 'crowded', password: 'crowded' });
    expect(await codeOf(open(crowded))).toBe('database-too-many-connections');
  });
});

describe('working', () => {
  let url: string;
  let db: Database;
  beforeAll(async () => {
    url = await freshDatabase();
    db = await openForTests({ kind: 'server', url: new Secret(url) });
  });

  it.each([
    { sqlState: '42501', code: 'database-privilege-missing' },
    { sqlState: '25006', code: 'database-read-only' },
    { sqlState: '53100', code: 'database-disk-full' },
    { sqlState: 'XX001', code: 'database-corrupted' },
    { sqlState: '57P03', code: 'database-unreachable' },
  ])('explains the server’s $sqlState as $code', async ({ sqlState, code }) => {
    const refusal = await refusalOf(db.query(failWith(sqlState)));
    expect(refusal.diagnostics[0]?.code).toBe(code);
    expect(refusal.diagnostics[0]?.detail).toContain(db.label);
    expect(JSON.stringify(refusal.diagnostics)).not.toContain('secret detail');
  });

  it('lets an error that is our own bug through as it is', async () => {
    await expect(db.query('selekt 1')).rejects.toMatchObject({ code: '42601', name: 'error' });
  });

  it('says so when a real user lacks a privilege', async () => {
    await asAdministrator(`create role modest login password 'modest'`);
    const modest = Object.assign(new URL(url), { username: 'modest', password: 'modest' });
    const connection = await open(modest.toString());
    expect(await codeOf(connection.query('create schema forbidden'))).toBe('database-privilege-missing');
    await connection.close();
  });

  it('ends a statement that takes longer than allowed', async () => {
    const hurried = await open(url, { statementTimeoutMs: 20 });
    expect(await codeOf(hurried.query('select pg_sleep(60)'))).toBe('database-timeout');
    await hurried.close();
  });

  it('frees what a session had locked when that session ends', async () => {
    const take = async (session: Database) =>
      (await session.query<{ held: boolean }>('select pg_try_advisory_lock(42) as held'))[0]?.held;
    const other = await open(url);
    expect(await take(other)).toBe(true);
    expect(await take(db)).toBe(false);
    await other.close();
    await expect.poll(() => take(db)).toBe(true);
  });
});

describe('a connection that breaks', () => {
  let url: string;
  beforeAll(async () => {
    url = await freshDatabase();
  });

  /** Ends the connection from the server's side, as an administrator or a restart would. */
  const terminate = async (db: Database, pid: number): Promise<void> => {
    expect(db.kind).toBe('server');
    await asAdministrator(`select pg_terminate_backend(${pid})`);
  };
  const pidOf = async (db: Database): Promise<number> =>
    (await db.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid ?? 0;

  it('is told apart from an answer, and can be opened again', async () => {
    const db = await open(url);
    await terminate(db, await pidOf(db));
    expect(await codeOf(db.query('select 1'))).toBe('database-connection-lost');
    expect(await codeOf(db.query('select 1'))).toBe('database-connection-lost');
    await db.reconnect();
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
    await db.close();
  });

  it('ends a transaction with nothing of it kept', async () => {
    const db = await open(url);
    await db.execute('create schema kept');
    const pid = await pidOf(db);
    const broken = db.transaction(async (transaction) => {
      await transaction.execute('create table kept.never (id integer)');
      await terminate(db, pid);
      await transaction.execute('select 1');
    });
    expect(await codeOf(broken)).toBe('database-connection-lost');
    await db.reconnect();
    expect(await db.query("select 1 from pg_class where relname = 'never'")).toEqual([]);
    await db.close();
  });

  it('ends a copy', async () => {
    const db = await open(url);
    await db.transaction((transaction) => transaction.script('create schema copied; create table copied.t (b bytea)'));
    const pid = await pidOf(db);
    const rows = async function* (): AsyncGenerator<readonly [Buffer]> {
      yield [Buffer.alloc(300_000)];
      await terminate(db, pid);
      for (let i = 0; i < 200; i += 1) yield [Buffer.alloc(300_000)];
    };
    const target = { table: 'copied.t', columns: [{ name: 'b', type: 'bytea' as const }] };
    const broken = db.transaction((transaction) => transaction.copyIn(target, rows()));
    expect(await codeOf(broken)).toBe('database-connection-lost');
    await db.close();
  });

  it('while COMMIT is under way leaves the outcome unknown', async () => {
    const db = await open(url);
    // The commit waits inside a deferred trigger until this key is free, so that it can be broken with certainty.
    await db.transaction((transaction) =>
      transaction.script(`
        create schema slow; create table slow.t (id integer);
        create function slow.wait() returns trigger language plpgsql as
          'begin perform pg_advisory_xact_lock(99); return null; end';
        create constraint trigger t after insert on slow.t deferrable initially deferred
          for each row execute function slow.wait();`),
    );
    const blocker = await open(url);
    await blocker.query('select pg_advisory_lock(99)');
    const pid = await pidOf(db);
    const broken = db.transaction((transaction) => transaction.execute('insert into slow.t values (1)'), {
      commitSent: () => terminate(db, pid),
    });
    await expect(broken).rejects.toMatchObject({ name: 'CommitUnknown' });
    await blocker.close();
    await db.reconnect();
    expect(await db.query('select * from slow.t')).toEqual([]);
    await db.close();
  });
});
