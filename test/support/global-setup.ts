import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { writeEmbeddedTemplate } from '../../engine/database/index.ts';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A real PostgreSQL server of this run: `postgresql://user:password@127.0.0.1:port`, without a database. */
    readonly serverUrl: string;
  }
}

/** Without the template of the embedded database each test that creates one would wait seconds for it. */
const provideTemplate = async (): Promise<void> => {
  const file = fileURLToPath(new URL('../../dist/embedded-template.tar.gz', import.meta.url));
  if (!existsSync(file)) await writeEmbeddedTemplate(file);
};

/** Starts one PostgreSQL server for the whole run. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  await provideTemplate();
  const server = await startPostgres();
  project.provide('serverUrl', server.url);
  return server.stop;
};
