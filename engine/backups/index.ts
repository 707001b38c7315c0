/**
 * Takes, proves, loads, verifies and prunes the backups of a place.
 *
 * Promises that a backup costs what changed since the one before it, that it is recorded only after all of it was read
 * back and hashed by the database, and that a changed byte in it is found before anything is restored. It may not know
 * why a backup is taken or what is done with one that was loaded.
 */
export type { RetentionPolicy } from './choose-removals.ts';
export type { LoadedBackup } from './load.ts';
export { loadBackup } from './load.ts';
export type { PruneInput, PruneReport } from './prune.ts';
export { pruneBackups } from './prune.ts';
export type { BackupInput, BackupTaken } from './take.ts';
export { takeBackup } from './take.ts';
export type { Verifier, VerifyReport } from './verify.ts';
export { verifyBackup } from './verify.ts';
