import { type CommitHooks, type Database, type Queryable, quoteIdentifier } from '../database/index.ts';

/** The state's database with the schema filled in: queries write `:schema.release` and mean the configured schema. */
export interface StateHandle {
  readonly database: Database;
  readonly query: Queryable['query'];
  readonly execute: Queryable['execute'];
  /** One transaction; what it is handed understands `:schema` too. */
  readonly transaction: <T>(work: (transaction: Queryable) => Promise<T>, hooks?: CommitHooks) => Promise<T>;
}

const withSchema = (queryable: Queryable, schema: string): Queryable => {
  const name = quoteIdentifier(schema);
  return {
    query: (sql, parameters) => queryable.query(sql.replaceAll(':schema', name), parameters),
    execute: (sql, parameters) => queryable.execute(sql.replaceAll(':schema', name), parameters),
  };
};

export const createHandle = (database: Database, schema: string): StateHandle => ({
  database,
  ...withSchema(database, schema),
  transaction: (work, hooks) => database.transaction((transaction) => work(withSchema(transaction, schema)), hooks),
});

/** Digests are kept as `bytea` and spoken of as hexadecimal text. */
export const toBytes = (digest: string): Buffer => Buffer.from(digest, 'hex');
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
