import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyHeader, copyStatement, copyTrailer, encodeRows } from './binary-copy.ts';
import type { CopyRow, CopyTarget } from './database.ts';
import type { Driver, DriverResult } from './driver.ts';
import { connectServer, type ServerOptions, type SessionIdentity } from './server-connection.ts';
import { explainServerError, lostConnection } from './server-errors.ts';

/** Pieces of this size keep the socket busy without holding much in memory. */
const batchBytes = 128 * 1024;

/**
 * Ends a session that this process had before and has lost, so that what it still holds is free at once. One that does not
 * end may still carry out a COMMIT that is on its way: as long as it lives, nobody can say what became of that.
 */
const endFormerSession = async (client: pg.Client, { pid, since }: SessionIdentity, label: string): Promise<void> => {
  const { rows } = await client.query<{ ended: boolean }>(
    `select pg_catalog.pg_terminate_backend(pid, 5000) as ended from pg_catalog.pg_stat_activity
     where pid = $1 and backend_start = $2::timestamptz`,
    [pid, since],
  );
  if (rows.some(({ ended }) => !ended)) throw lostConnection(label);
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

/** So long the last attempt to leave nothing behind may take, each of its two steps. */
const farewellMs = 2000;

/**
 * After a connection broke, a process that is about to end may have left a session in the middle of a transaction: whatever it
 * holds would be in everybody's way for half a minute. Where the server cannot be reached, that half a minute it is.
 */
const leaveNothing = async (
  connectionString: string,
  label: string,
  options: ServerOptions,
  former: SessionIdentity,
): Promise<void> => {
  const hasty = { ...options, connectTimeoutMs: farewellMs, answerTimeoutMs: farewellMs };
  try {
    const { client, answered, end } = await connectServer(connectionString, label, hasty);
    await answered(() => endFormerSession(client, former, label)).finally(end);
  } catch {
    // What this process has to say has been said: that the connection broke.
  }
};

/** A PostgreSQL server through one connection. */
export const openServer = async (connectionString: string, label: string, options: ServerOptions): Promise<Driver> => {
  let connection = await connectServer(connectionString, label, options);

  const attempt = async <T>(work: (client: pg.Client, alive: () => void) => Promise<T>): Promise<T> => {
    if (connection.lost()) throw lostConnection(label);
    try {
      return await connection.answered((alive) => work(connection.client, alive));
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
    copyIn: (target, rows, sentBytes) =>
      attempt((client, alive) =>
        copyIn(client, target, rows, (bytes) => {
          alive();
          sentBytes(bytes);
        }),
      ),
    reconnect: async () => {
      const former = connection.session;
      await connection.end();
      connection = await connectServer(connectionString, label, options);
      await attempt((client) => endFormerSession(client, former, label));
    },
    close: async () => {
      const broke = connection.lost();
      await connection.end();
      if (broke) await leaveNothing(connectionString, label, options, connection.session);
    },
  };
};
