import { type Database, type Queryable, quoteIdentifier, type Transaction } from '../../engine/database/index.ts';

/** The place's database with its schema filled in: queries write `:schema.artifact`. */
export interface PlaceSql {
  readonly database: Database;
  readonly schema: string;
  /** The schema as SQL wants it. */
  readonly quoted: string;
  readonly query: Queryable['query'];
  readonly in: (queryable: Queryable) => Queryable;
}

export const createPlaceSql = (database: Database, schema: string): PlaceSql => {
  const quoted = quoteIdentifier(schema);
  const within = (queryable: Queryable): Queryable => ({
    query: (sql, parameters) => queryable.query(sql.replaceAll(':schema', quoted), parameters),
    execute: (sql, parameters) => queryable.execute(sql.replaceAll(':schema', quoted), parameters),
  });
  return { database, schema, quoted, query: within(database).query, in: within };
};

/** A transaction of the place: its statements know the schema, and rows can be streamed in. */
export type PlaceTransaction = Queryable & Pick<Transaction, 'copyIn'>;

export const placeTransaction = (place: PlaceSql, transaction: Transaction): PlaceTransaction => ({
  ...place.in(transaction),
  copyIn: transaction.copyIn,
});

/** The condition under which a row of `artifact_version` belongs to the sequence in parameter `$n`. */
export const visibleAt = (alias: string, parameter: string): string =>
  `${alias}.from_seq <= ${parameter} and (${alias}.to_seq is null or ${alias}.to_seq > ${parameter})`;

/** The manifest digest of the sequence in parameter `$1`, computed as `manifestDigestOf` does. */
export const manifestDigestSql = `
  select encode(sha256(convert_to(coalesce(string_agg(
    v.kind || E'\\t' || v.name || E'\\t' || encode(v.digest, 'hex') || E'\\n', '' order by v.kind, v.name), ''), 'UTF8')), 'hex') as digest
  from :schema.artifact_version v where ${visibleAt('v', '$1::integer')}`;
