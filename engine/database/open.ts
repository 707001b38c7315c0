import type { System } from '../system/index.ts';
import type { Database, DatabaseLocation } from './database.ts';
import { parseServerUrl } from './server-url.ts';
import { createSession } from './session.ts';
import type { Statements } from './statements.ts';

export interface OpenOptions {
  /** A server has to answer within this; 10 s by default. */
  readonly connectTimeoutMs?: number;
  /** A server ends a statement that takes longer; no limit by default. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for another process that has the embedded database open; not at all by default. */
  readonly lockTimeoutMs?: number;
  /** What this process is doing, for whoever finds the embedded database locked by it, such as `m3forge apply`. */
  readonly command?: string;
}

/** Longer than any wait for a lock, and far longer than any statement takes. */
const longestSilenceMs = 120_000;

/** Opens a server for the statements of a library. Only a server has them. */
export const openStatements = async (location: Extract<DatabaseLocation, { kind: 'server' }>): Promise<Statements> =>
  (await import('./statements.ts')).connectStatements(location.url.reveal());

/**
 * Opens a database. Throws `Refusal` with a `database-…` code where it cannot be reached, refuses the login, is locked or
 * damaged. Only the driver that is needed is loaded.
 */
export const openDatabase = async (
  location: DatabaseLocation,
  system: System,
  options: OpenOptions = {},
): Promise<Database> => {
  if (location.kind === 'server') {
    const { connectionString, label, answerTimeoutMs } = parseServerUrl(location.url.reveal());
    const { openServer } = await import('./server.ts');
    const timeouts = {
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      statementTimeoutMs: options.statementTimeoutMs ?? 0,
      answerTimeoutMs: answerTimeoutMs ?? longestSilenceMs,
    };
    return createSession(await openServer(connectionString, label, timeouts));
  }
  const { openEmbedded } = await import('./embedded.ts');
  const waiting = { lockTimeoutMs: options.lockTimeoutMs ?? 0, command: options.command ?? 'm3forge' };
  return createSession(await openEmbedded(location.directory, system, waiting));
};
