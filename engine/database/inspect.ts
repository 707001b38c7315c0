import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Queryable } from './database.ts';

/** Whether an embedded database was ever made in this directory; opening one that was not would make it. */
export const isEmbeddedThere = (directory: string): boolean => existsSync(join(directory, 'data'));

/** What a database says about itself and about what this user may do in it. */
export interface Inspection {
  /** By the clock of the database. */
  readonly now: Date;
  readonly readOnly: boolean;
  readonly schemaExists: boolean;
  /** Whether the schema may be created or, where it is there, used and added to. */
  readonly mayCreate: boolean;
  /** Tables of the schema that this user may not read and write. */
  readonly closedTables: readonly string[];
}

/** Looks at a database and one of its schemas, and changes nothing. */
export const inspectDatabase = async (db: Queryable, schema: string): Promise<Inspection> => {
  const [found] = await db.query<Omit<Inspection, 'closedTables'>>(
    `select pg_catalog.clock_timestamp() as now,
       pg_catalog.pg_is_in_recovery() or pg_catalog.current_setting('transaction_read_only') = 'on' as "readOnly",
       n.oid is not null as "schemaExists",
       case when n.oid is null
         then pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
         else pg_catalog.has_schema_privilege(n.oid, 'create') and pg_catalog.has_schema_privilege(n.oid, 'usage')
       end as "mayCreate"
     from (values (1)) as one left join pg_catalog.pg_namespace n on n.nspname = $1`,
    [schema],
  );
  if (!found) throw new Error('a database answered with no row');
  const tables = await db.query<{ name: string }>(
    `select c.relname as name
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and not (pg_catalog.has_table_privilege(c.oid, 'select')
       and pg_catalog.has_table_privilege(c.oid, 'insert') and pg_catalog.has_table_privilege(c.oid, 'update'))
     order by c.relname`,
    [schema],
  );
  return { ...found, closedTables: tables.map(({ name }) => name) };
};
