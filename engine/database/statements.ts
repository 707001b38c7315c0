import pg from 'pg';
import { parseServerUrl } from './server-url.ts';

/** A server for statements of a library's own making: several at once, each by itself, on connections that come and go. */
export interface Statements {
  /** Runs what a library wrote, with values and errors as the driver gives them. */
  readonly run: (text: string, values?: unknown[]) => Promise<readonly Record<string, unknown>[]>;
  readonly close: () => Promise<void>;
}

/** More would only wait for one another. */
const mostConnections = 2;

export const connectStatements = (url: string): Statements => {
  const { connectionString } = parseServerUrl(url);
  const pool = new pg.Pool({
    connectionString,
    max: mostConnections,
    application_name: 'm3forge queue',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // Nothing that somebody put into `public` can be called by mistake.
    onConnect: (client) => client.query('set search_path = pg_catalog'),
  });
  // A connection that breaks while it rests is replaced; without a listener it would end the process.
  pool.on('error', () => undefined);
  return {
    run: async (text, values) => {
      const result: unknown = await pool.query(text, values);
      // Several statements at once have several results.
      const last: unknown = Array.isArray(result) ? result.at(-1) : result;
      return (last as { readonly rows?: readonly Record<string, unknown>[] } | undefined)?.rows ?? [];
    },
    close: () => pool.end(),
  };
};
