import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import {
  type Database,
  type DatabaseLocation,
  type OpenOptions,
  openDatabase,
  quoteIdentifier,
} from '../../engine/database/index.ts';
import { createLog, realSystem, type System } from '../../engine/system/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { afterThisFile } from './ends.ts';

/** The real system, silent; what a test wants to be different is given as `changes`. */
export const testSystem = (changes: Partial<System> = {}): System => ({
  ...realSystem(
    createLog('silent', () => undefined),
    new AbortController().signal,
  ),
  ...changes,
});

/** A directory that is gone after the tests of this file. */
export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'm3forge-test-'));
  afterThisFile(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

/** Runs one statement beside the tests, as the server's superuser. */
export const asAdministrator = async (sql: string, database = 'postgres'): Promise<readonly object[]> => {
  const url = new Secret(`${inject('serverUrl')}/${database}`);
  const db = await openDatabase({ kind: 'server', url }, testSystem());
  try {
    return await db.query(sql);
  } finally {
    await db.close();
  }
};

let databases = 0;
const created: string[] = [];

/** They lie in memory, thousands of them in a run. Whoever is still connected has nothing to say any more. */
const dropAll = async (): Promise<void> => {
  const url = new Secret(`${inject('serverUrl')}/postgres`);
  const db = await openDatabase({ kind: 'server', url }, testSystem());
  try {
    for (const name of created.splice(0)) {
      await db.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
    }
  } finally {
    await db.close();
  }
};

/** Creates an empty database on the server of this run and returns its URL. It is gone after the tests of this file. */
export const freshDatabase = async (): Promise<string> => {
  databases += 1;
  const name = `test_${testSystem().ids.uuid().slice(0, 8)}_${databases}`;
  // Copying the files is quicker than writing all that is in them into the log first.
  await asAdministrator(`create database ${quoteIdentifier(name)} template template0 strategy file_copy`);
  if (created.length === 0) afterThisFile(dropAll);
  created.push(name);
  return `${inject('serverUrl')}/${name}`;
};

/** The two databases that m3forge knows, for scenarios that must mean the same on both. */
export const bothDatabases: readonly {
  readonly kind: 'server' | 'embedded';
  readonly location: () => Promise<DatabaseLocation>;
}[] = [
  { kind: 'server', location: async () => ({ kind: 'server', url: new Secret(await freshDatabase()) }) },
  { kind: 'embedded', location: () => Promise.resolve({ kind: 'embedded', directory: temporaryDirectory() }) },
];

/** Opens a database for the tests of this file and closes it after them. */
export const openForTests = async (location: DatabaseLocation, options?: OpenOptions): Promise<Database> => {
  const database = await openDatabase(location, testSystem(), options);
  afterThisFile(() => database.close());
  return database;
};
