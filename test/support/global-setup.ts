import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { writeEmbeddedTemplate } from '../../engine/database/index.ts';
import { reachablePostgres } from './reachable-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A real PostgreSQL server of this run: `postgresql://user:password@127.0.0.1:port`, without a database. */
    readonly serverUrl: string;
  }
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

/** Without the template of the embedded database each test that creates one would wait seconds for it. */
const provideTemplate = async (): Promise<void> => {
  const file = fileURLToPath(new URL('../../dist/embedded-template.tar.gz', import.meta.url));
  if (!existsSync(file)) await writeEmbeddedTemplate(file);
};

/** Starts one PostgreSQL server for the whole run, on the loopback interface, and takes it away with everything it wrote. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  await provideTemplate();
  const parent = await mkdtemp(join(tmpdir(), 'm3forge-server-'));
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
    // Nothing in it outlives the run, so nothing need be durable.
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=300'],
    ],
    onLog: note,
    onError: note,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`the PostgreSQL server of the tests did not start:\n${lines.join('\n')}`, { cause: error });
  }
  project.provide('serverUrl', `postgresql://tester:loopback@127.0.0.1:${port}`);
  return async () => {
    await server.stop();
    await rm(parent, { recursive: true, force: true });
  };
};
