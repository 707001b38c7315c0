import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { explainEmbeddedError } from '../../engine/database/embedded-errors.ts';
import { type Database, openDatabase, writeEmbeddedTemplate } from '../../engine/database/index.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

const open = (directory: string): Promise<Database> =>
  openDatabase({ kind: 'embedded', directory }, testSystem(), { command: 'm3forge test' });

const fillers = 'create schema s; create table s.t (id integer primary key);';

/** Another process that opens the directory, commits one row after the other, and reports each one it was promised. */
const writer = (directory: string) => {
  const engine = fileURLToPath(new URL('../../engine', import.meta.url));
  const program = `
    const { openDatabase } = await import('${engine}/database/index.ts');
    const { createLog, realSystem } = await import('${engine}/system/index.ts');
    const system = realSystem(createLog('silent', () => undefined), new AbortController().signal);
    const db = await openDatabase({ kind: 'embedded', directory: process.argv[1] }, system);
    for (let id = 1; ; id += 1) {
      await db.execute('insert into s.t values ($1)', [id]);
      process.stdout.write(id + '\\n');
    }`;
  return spawn(process.execPath, ['--input-type=module', '--eval', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

describe('the embedded database', () => {
  it('creates its directory, and keeps what was committed over closing and opening', async () => {
    const directory = join(temporaryDirectory(), 'deep', '.m3forge');
    const first = await open(directory);
    await first.transaction((transaction) => transaction.script(`${fillers} insert into s.t values (1);`));
    await first.close();
    expect(readdirSync(directory)).toEqual(['data']);
    const second = await open(directory);
    expect(await second.query('select id from s.t')).toEqual([{ id: 1 }]);
    await second.close();
  });

  it('syncs its log at every commit, as a server does', async () => {
    const db = await open(temporaryDirectory());
    const settings = await db.query(
      'select name, setting from pg_settings where name = any($1::text[]) order by name',
      [['fsync', 'synchronous_commit', 'wal_sync_method', 'full_page_writes']],
    );
    await db.close();
    expect(settings).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'wal_sync_method', setting: 'fsync' },
    ]);
  });

  it('has one user at a time', async () => {
    const directory = temporaryDirectory();
    const db = await open(directory);
    await expect(open(directory)).rejects.toThrow(/database-embedded-locked.*in use by "m3forge test"/);
    await db.close();
    await (await open(directory)).close();
  });

  it('survives a killed process: what it had promised is there, and the lock is free', async () => {
    const directory = temporaryDirectory();
    const db = await open(directory);
    await db.transaction((transaction) => transaction.script(fillers));
    await db.close();
    const child = writer(directory);
    let promised = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        promised += chunk.toString('utf8');
        if (promised.split('\n').length > 20) child.kill('SIGKILL');
      });
      child.on('close', () => resolve());
    });
    const last = Number(promised.trim().split('\n').at(-1));
    const again = await open(directory);
    const [row] = await again.query<{ n: number }>('select count(*) as n from s.t');
    await again.close();
    expect(row?.n).toBeGreaterThanOrEqual(last);
  });

  it('starts afresh where creating it was interrupted', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'data.new', 'base'), { recursive: true });
    writeFileSync(join(directory, 'data.new', 'PG_VERSION'), '18');
    const db = await open(directory);
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
    await db.close();
    expect(existsSync(join(directory, 'data.new'))).toBe(false);
  });

  it('can be made from a template that was just written', async () => {
    const file = join(temporaryDirectory(), 'made', 'template.tar.gz');
    await writeEmbeddedTemplate(file);
    expect(readFileSync(file).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });
});

describe('an embedded database that cannot be opened', () => {
  it('is reported where its place is taken by a file', async () => {
    const file = join(temporaryDirectory(), 'occupied');
    writeFileSync(file, '');
    await expect(open(file)).rejects.toThrow(/database-embedded-unwritable/);
    await expect(open(join(file, 'below'))).rejects.toThrow(/database-embedded-unwritable/);
  });

  it('is reported where its files are damaged, and releases the lock', async () => {
    const directory = temporaryDirectory();
    await (await open(directory)).close();
    writeFileSync(join(directory, 'data', 'global', 'pg_control'), 'rubbish');
    await expect(open(directory)).rejects.toThrow(/database-corrupted/);
    expect(readdirSync(directory)).toEqual(['data']);
  });
});

describe('what the embedded database throws', () => {
  const codeOf = (error: unknown, phase: 'opening' | 'working' = 'working'): unknown => {
    const explained = explainEmbeddedError(error, 'embedded (.m3forge)', phase);
    return explained instanceof Refusal ? explained.diagnostics[0]?.code : explained;
  };
  const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

  it.each([
    ['ENOSPC', 'database-disk-full'],
    ['53100', 'database-disk-full'],
    ['EROFS', 'database-embedded-unwritable'],
    ['EACCES', 'database-embedded-unwritable'],
    ['XX001', 'database-corrupted'],
  ])('%s is explained as %s', (code, expected) => expect(codeOf(withCode(code))).toBe(expected));

  it('a crash of its engine is explained', () => {
    expect(codeOf(Object.assign(new Error('unreachable'), { name: 'RuntimeError' }))).toBe('database-embedded-stopped');
    expect(codeOf(Object.assign(new Error('unreachable'), { name: 'RuntimeError' }), 'opening')).toBe(
      'database-corrupted',
    );
  });

  it('a mistake of ours stays what it is', () => {
    const mistake = withCode('42601');
    expect(codeOf(mistake)).toBe(mistake);
    const bug = new TypeError('undefined is not a function');
    expect(codeOf(bug, 'opening')).toBe(bug);
  });
});
