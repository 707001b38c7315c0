import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyHeader, copyStatement, copyTrailer, encodeRows } from './binary-copy.ts';
import type { CopyRow, CopyTarget } from './database.ts';
import type { Driver, DriverResult } from './driver.ts';
import { explainServerError, lostConnection } from './server-errors.ts';
import { parsers } from './wire-values.ts';

export interface ServerOptions {
  readonly connectTimeoutMs: number;
  /** The server ends a statement that takes longer; 0 for no limit. */
  readonly statementTimeoutMs: number;
}

/** Pieces of this size keep the socket busy without holding much in memory. */
const batchBytes = 128 * 1024;

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
  set statement_timeout = ${Math.trunc(statementTimeoutMs)};`;

/** node-postgres's own table for what ours does not know, such as arrays. */
const types = {
  getTypeParser: (oid: number) => parsers[oid] ?? pg.types.getTypeParser(oid),
} as pg.CustomTypesConfig;

/** One live connection; `lost` says whether it broke. */
const connect = async (connectionString: string, label: string, options: ServerOptions) => {
  let lost = false;
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({
      connectionString,
      types,
      application_name: 'm3forge',
      connectionTimeoutMillis: options.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    // Without a listener a connection that breaks between two statements would end the process.
    client.on('error', () => {
      lost = true;
    });
    client.on('end', () => {
      lost = true;
    });
    await client.connect();
    await client.query(sessionSettings(options.statementTimeoutMs));
    return { client, lost: () => lost };
  } catch (error) {
    await client?.end().catch(() => undefined);
    throw explainServerError(error, label, 'connecting');
  }
};

const copyIn = async (
  client: pg.Client,
  target: CopyTarget,
  rows: AsyncIterable<CopyRow> | Iterable<CopyRow>,
  sentBytes: (bytes: number) => void,
): Promise<number> => {
  const pieces = async function* (): AsyncGenerator<Buffer> {
    yield copyHeader;
    for await (const batch of encodeRows(target.columns, rows, batchBytes)) {
      sentBytes(batch.bytes.byteLength);
      yield batch.bytes;
    }
    yield copyTrailer;
  };
  const sql = copyStatement(target, 'stdin');
  sentBytes(Buffer.byteLength(sql) + copyHeader.byteLength + copyTrailer.byteLength);
  const stream = client.query(copyFrom(sql));
  await pipeline(Readable.from(pieces(), { objectMode: true, highWaterMark: 1 }), stream);
  return stream.rowCount;
};

/** A PostgreSQL server through one connection. */
export const openServer = async (connectionString: string, label: string, options: ServerOptions): Promise<Driver> => {
  let connection = await connect(connectionString, label, options);

  const attempt = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    if (connection.lost()) throw lostConnection(label);
    try {
      return await work(connection.client);
    } catch (error) {
      throw explainServerError(error, label, 'working');
    }
  };

  const run: Driver['run'] = (sql, parameters, sent) =>
    attempt(async (client): Promise<DriverResult> => {
      // Without parameters the simple protocol is used, which is one message instead of five.
      const answer = parameters.length > 0 ? client.query(sql, [...parameters]) : client.query(sql);
      sent?.();
      const result = await answer;
      const wrote = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(result.command);
      return { rows: result.rows as object[], written: wrote ? (result.rowCount ?? 0) : 0 };
    });

  return {
    kind: 'server',
    label,
    run,
    script: (sql) => attempt(async (client) => void (await client.query(sql))),
    copyIn: (target, rows, sentBytes) => attempt((client) => copyIn(client, target, rows, sentBytes)),
    reconnect: async () => {
      await connection.client.end().catch(() => undefined);
      connection = await connect(connectionString, label, options);
    },
    close: async () => {
      await connection.client.end().catch(() => undefined);
    },
  };
};
