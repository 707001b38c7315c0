import { refuse } from '../diagnostics/index.ts';

/** A server's URL taken apart: what the driver gets, and what people may see. */
export interface ServerAddress {
  readonly connectionString: string;
  /** `db.example.com:5432/orders`: no user, no password, no options. */
  readonly label: string;
  /** How long an answer may take, from `query_timeout` in the URL; undefined where it says nothing. */
  readonly answerTimeoutMs: number | undefined;
}

/** Verifying always: `prefer` and `require` would accept anybody's certificate, which protects from nobody. */
const verifiedModes = ['prefer', 'require', 'verify-ca'];

const answerTimeoutOf = (given: string | null): number | undefined => {
  if (given === null) return undefined;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw refuse('database-url-invalid', {
    detail: 'The "query_timeout" of a database URL is no number of milliseconds.',
    hint: 'It is a whole number above 0, such as ?query_timeout=30000.',
  });
};

/** Reads `postgresql://user:password@host:port/database?sslmode=…`. Throws `database-url-invalid`, never naming the URL. */
export const parseServerUrl = (url: string): ServerAddress => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['postgresql:', 'postgres:'].includes(parsed.protocol)) {
    throw refuse('database-url-invalid', {
      detail: 'A database URL cannot be read. It is not shown here because it may hold a password.',
      hint: 'It looks like postgresql://user:password@host:5432/database; special characters in the password are percent-encoded.',
    });
  }
  // `schema` is for us; the server would not know it.
  parsed.searchParams.delete('schema');
  if (verifiedModes.includes(parsed.searchParams.get('sslmode') ?? ''))
    parsed.searchParams.set('sslmode', 'verify-full');
  // The driver's own option of that name leaves the connection as it is; ours ends it.
  const answerTimeoutMs = answerTimeoutOf(parsed.searchParams.get('query_timeout'));
  parsed.searchParams.delete('query_timeout');
  const host = parsed.hostname || parsed.searchParams.get('host') || 'localhost';
  const database = decodeURIComponent(parsed.pathname.slice(1)) || 'postgres';
  const label = `${host}:${parsed.port || '5432'}/${database}`;
  return { connectionString: parsed.toString(), label, answerTimeoutMs };
};
