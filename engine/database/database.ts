import type { Secret } from '../values/index.ts';

/** Where a database is. A server's URL may hold a password, so it is a secret. */
export type DatabaseLocation =
  | { readonly kind: 'server'; readonly url: Secret }
  | { readonly kind: 'embedded'; readonly directory: string };

/** Work counted since the database was opened, so that tests can compare costs without a clock. */
export interface Counters {
  /** Statements sent, `begin` and `commit` included; a COPY counts as one. */
  readonly statements: number;
  readonly rowsRead: number;
  /** Rows sent by COPY and rows reported as inserted, updated or deleted. */
  readonly rowsWritten: number;
  /** Bytes of statements, parameters and copied rows. */
  readonly bytesSent: number;
}

export interface Queryable {
  /** Runs one parameterised statement and returns its rows. `bytea` is a Buffer, `bigint` and `integer` are numbers, `jsonb` is parsed, `timestamptz` is a Date, `numeric` is a string. */
  readonly query: <Row extends object>(sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;
  /** Runs one parameterised statement and returns how many rows it wrote. */
  readonly execute: (sql: string, parameters?: readonly unknown[]) => Promise<number>;
}

export type CopyType = 'bytea' | 'text' | 'integer' | 'bigint';

export interface CopyTarget {
  /** Quoted and qualified where needed: it goes into the statement as it is. */
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: CopyType }[];
}

export type CopyRow = readonly (Uint8Array | string | number | null)[];

export interface Transaction extends Queryable {
  /** Streams rows in with binary COPY and returns how many there were. Memory stays bounded by a few megabytes. */
  readonly copyIn: (target: CopyTarget, rows: AsyncIterable<CopyRow> | Iterable<CopyRow>) => Promise<number>;
  /** Runs several statements without parameters, such as a migration. */
  readonly script: (sql: string) => Promise<void>;
}

/** Where tests may interfere with a COMMIT. */
export interface CommitHooks {
  readonly beforeCommit?: () => Promise<void>;
  /** Called when COMMIT has been sent and its answer has not been read. */
  readonly commitSent?: () => Promise<void>;
}

/**
 * One connection to one database, its statements in order. A server and the embedded database look the same here; what
 * differs between them (bulk copy) stays inside this folder.
 */
export interface Database extends Queryable {
  readonly kind: 'server' | 'embedded';
  /** For people, without any password: `db.example.com:5432/orders`, `embedded (.m3forge)`. */
  readonly label: string;
  /**
   * Runs `work` in one transaction. An error in `work` rolls it back and is thrown on. An error at COMMIT is thrown as
   * `CommitUnknown`: whether it happened must be found out on a new connection. Transactions cannot be nested.
   */
  readonly transaction: <T>(work: (transaction: Transaction) => Promise<T>, hooks?: CommitHooks) => Promise<T>;
  /** Opens the connection again after it broke; session locks are gone. */
  readonly reconnect: () => Promise<void>;
  readonly counters: () => Counters;
  readonly close: () => Promise<void>;
}

/** COMMIT was sent and its answer never came. Neither success nor failure may be claimed. */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('the connection broke while COMMIT was under way', { cause });
    this.name = 'CommitUnknown';
  }
}

/** One numbered step forward of a schema. `sql` uses `:schema` where the quoted schema name goes. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

/** An identifier as SQL wants it, whatever it contains. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
