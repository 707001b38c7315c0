/**
 * One SQL interface over a PostgreSQL server and the embedded database: connections, transactions, bulk copy, locks and
 * numbered migrations.
 *
 * Promises that the same statements mean the same on both, and that an unanswered COMMIT is never taken for success or
 * failure. It may not know any table.
 */
export type {
  CommitHooks,
  CopyRow,
  CopyTarget,
  CopyType,
  Counters,
  Database,
  DatabaseLocation,
  Migration,
  Queryable,
  Transaction,
} from './database.ts';
export { CommitUnknown, quoteIdentifier } from './database.ts';
export { type DirectoryLock, lockDirectory } from './directory-lock.ts';
export { writeEmbeddedTemplate } from './embedded-template.ts';
export type { Inspection } from './inspect.ts';
export { inspectDatabase, isEmbeddedThere } from './inspect.ts';
export type { MigrationPlan } from './migrations.ts';
export { migrateSchema, schemaVersion } from './migrations.ts';
export type { OpenOptions } from './open.ts';
export { openDatabase, openStatements } from './open.ts';
export { endLockHolder } from './session-locks.ts';
export type { Statements } from './statements.ts';
