import { Socket } from 'node:net';
import pg from 'pg';
import { explainServerError } from './server-errors.ts';
import { parsers } from './wire-values.ts';

export interface ServerOptions {
  readonly connectTimeoutMs: number;
  /** The server ends a statement that takes longer; 0 for no limit. */
  readonly statementTimeoutMs: number;
  /** A connection on which a statement has no answer for so long, while nothing is sent either, counts as lost. */
  readonly answerTimeoutMs: number;
}

/** One session of a server, as the server knows it. */
export interface SessionIdentity {
  readonly pid: number;
  /** Tells a session from a later one that was given the same process id. */
  readonly since: string;
}

/** One live connection to a server. */
export interface Connection {
  readonly client: pg.Client;
  readonly session: SessionIdentity;
  readonly lost: () => boolean;
  /**
   * Runs `work`, which asks the server something. Where no answer comes in time the connection is destroyed, which fails
   * `work`. `alive` starts the time anew.
   */
  readonly answered: <T>(work: (alive: () => void) => Promise<T>) => Promise<T>;
  /** Says goodbye, or goes without it where nobody answers any more. */
  readonly end: () => Promise<void>;
}

/** So long a goodbye may take. */
const goodbyeMs = 2000;

/**
 * Every statement of ours names its schema, so nothing that someone put in `public` can be called by mistake. A host that
 * vanished is noticed by the server within half a minute, and a process that is stopped inside a transaction loses it then:
 * what either had locked must not be in anybody's way for longer than a lease is.
 */
const sessionSettings = (statementTimeoutMs: number): string => `
  set search_path = pg_catalog;
  set timezone = 'UTC';
  set datestyle = 'ISO';
  set bytea_output = 'hex';
  set client_min_messages = 'warning';
  set idle_in_transaction_session_timeout = '30s';
  set tcp_keepalives_idle = 10;
  set tcp_keepalives_interval = 5;
  set tcp_keepalives_count = 4;
  set statement_timeout = ${Math.trunc(statementTimeoutMs)};
  select pid, backend_start::text as since from pg_stat_activity where pid = pg_backend_pid();`;

/** node-postgres's own table for what ours does not know, such as arrays. */
const types = {
  getTypeParser: (oid: number) => parsers[oid] ?? pg.types.getTypeParser(oid),
} as pg.CustomTypesConfig;

const applicationName = 'm3forge';

const openSession = async (client: pg.Client, statementTimeoutMs: number): Promise<SessionIdentity> => {
  await client.connect();
  // Several statements at once have several results, which the types do not tell.
  const results = (await client.query(sessionSettings(statementTimeoutMs))) as unknown as readonly pg.QueryResult[];
  const identity = results.at(-1)?.rows[0] as SessionIdentity | undefined;
  if (!identity) throw new Error('the session does not know itself');
  return identity;
};

/** Files that the URL names, such as a certificate, are read here. */
const createClient = (connectionString: string, label: string, options: ServerOptions, socket: Socket): pg.Client => {
  try {
    return new pg.Client({
      connectionString,
      types,
      application_name: applicationName,
      connectionTimeoutMillis: options.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      stream: () => socket,
    });
  } catch (error) {
    throw explainServerError(error, label, 'connecting');
  }
};

export const connectServer = async (
  connectionString: string,
  label: string,
  options: ServerOptions,
): Promise<Connection> => {
  let lost = false;
  const socket = new Socket();
  const client = createClient(connectionString, label, options, socket);
  // Without a listener a connection that breaks between two statements would end the process.
  client.on('error', () => {
    lost = true;
  });
  client.on('end', () => {
    lost = true;
  });
  const end = async (): Promise<void> => {
    const giveUp = setTimeout(() => socket.destroy(), goodbyeMs);
    await client.end().catch(() => undefined);
    clearTimeout(giveUp);
  };
  const answered: Connection['answered'] = async (work) => {
    const silence = setTimeout(() => socket.destroy(), options.answerTimeoutMs);
    try {
      return await work(() => void silence.refresh());
    } finally {
      clearTimeout(silence);
    }
  };
  try {
    const session = await answered(() => openSession(client, options.statementTimeoutMs));
    return { client, session, lost: () => lost, answered, end };
  } catch (error) {
    await end();
    throw explainServerError(error, label, 'connecting');
  }
};
