import { refuse } from '../diagnostics/index.ts';
import { type Database, type Migration, type Queryable, quoteIdentifier, type Transaction } from './database.ts';

export interface MigrationPlan {
  readonly schema: string;
  /** The table that records what was done, `migration`. */
  readonly ledger: string;
  /** In order, numbered from 1 without a gap. */
  readonly migrations: readonly Migration[];
  /** Runs first in the transaction of each migration; what it throws keeps the schema as it is. */
  readonly guard?: (transaction: Transaction) => Promise<void>;
}

/** Written on the ledger, so that a table of the same name that is somebody else's is told apart. */
const ledgerComment = 'm3forge migrations';

const qualified = (schema: string, table: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;

/** Whether the ledger is there; a relation of that name which is not ours is `foreign`. */
const findLedger = async (db: Queryable, schema: string, ledger: string): Promise<'absent' | 'ours' | 'foreign'> => {
  const [found] = await db.query<{ comment: string | null }>(
    `select pg_catalog.obj_description(c.oid, 'pg_class') as comment
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2`,
    [schema, ledger],
  );
  if (!found) return 'absent';
  return found.comment === ledgerComment ? 'ours' : 'foreign';
};

const latest = async (db: Queryable, schema: string, ledger: string): Promise<number> => {
  const [row] = await db.query<{ id: number }>(`select coalesce(max(id), 0) as id from ${qualified(schema, ledger)}`);
  return row?.id ?? 0;
};

/** The number of the last migration that a schema went through; undefined where m3forge has created none of that name. */
export const schemaVersion = async (
  db: Queryable,
  schema: string,
  ledger = 'migration',
): Promise<number | undefined> =>
  (await findLedger(db, schema, ledger)) === 'ours' ? latest(db, schema, ledger) : undefined;

const relationExists = (db: Database, relation: string, cause?: unknown) =>
  refuse(
    'database-relation-exists',
    {
      detail: `The database ${db.label} has ${relation} already, and m3forge did not create it.`,
      hint: 'Nothing that exists is replaced: configure another schema, or move that relation away.',
    },
    cause,
  );

/** One migrator at a time in this schema; the lock ends with the transaction. */
const lockSchema = (transaction: Transaction, schema: string): Promise<number> =>
  transaction.execute('select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 771))', [schema]);

const createLedger = (db: Database, schema: string, ledger: string): Promise<void> =>
  db.transaction(async (transaction) => {
    await lockSchema(transaction, schema);
    const [known] = await transaction.query('select 1 from pg_catalog.pg_namespace where nspname = $1', [schema]);
    // Asked first, because "create schema if not exists" demands the privilege even where the schema exists.
    if (!known) await transaction.execute(`create schema ${quoteIdentifier(schema)}`);
    const found = await findLedger(transaction, schema, ledger);
    if (found === 'foreign') throw relationExists(db, qualified(schema, ledger));
    if (found === 'ours') return;
    const table = qualified(schema, ledger);
    await transaction.script(
      `create table ${table} (id integer primary key, name text not null, at timestamptz not null default now());
       comment on table ${table} is '${ledgerComment}';`,
    );
  });

/** Carries out one migration, unless another process has done so in the meantime. */
const carryOut = (db: Database, { schema, ledger, guard }: MigrationPlan, migration: Migration): Promise<void> =>
  db.transaction(async (transaction) => {
    await lockSchema(transaction, schema);
    await guard?.(transaction);
    const claimed = await transaction.execute(
      `insert into ${qualified(schema, ledger)} (id, name) values ($1, $2) on conflict (id) do nothing`,
      [migration.id, migration.name],
    );
    if (claimed === 0) return;
    // Not "::schema", which would be a cast.
    await transaction.script(migration.sql.replaceAll(/(?<!:):schema\b/g, () => quoteIdentifier(schema)));
  });

/**
 * Brings a schema forward to the last of the migrations, creating it where it is absent, and returns its version. Any
 * number of processes may do so at once. Throws `database-schema-newer` where the schema knows more migrations than this
 * program, and `database-relation-exists` rather than touch a relation that m3forge did not create.
 */
export const migrateSchema = async (db: Database, plan: MigrationPlan): Promise<number> => {
  const { schema, ledger, migrations } = plan;
  const wanted = migrations.at(-1)?.id ?? 0;
  let present = await schemaVersion(db, schema, ledger);
  if (present === undefined) {
    await createLedger(db, schema, ledger);
    present = await latest(db, schema, ledger);
  }
  if (present > wanted) {
    throw refuse('database-schema-newer', {
      detail: `The schema ${quoteIdentifier(schema)} in the database ${db.label} has version ${present}; this program knows up to ${wanted}.`,
      hint: 'Use the version of m3forge that wrote it, or a newer one.',
    });
  }
  for (const migration of migrations.filter(({ id }) => id > (present ?? 0))) {
    try {
      await carryOut(db, plan, migration);
    } catch (error) {
      // 42P07, 42723: a table, index, view or function of that name exists.
      const code = (error as { readonly code?: unknown }).code;
      const clash = code === '42P07' || code === '42723';
      throw clash ? relationExists(db, `a relation that migration "${migration.name}" creates`, error) : error;
    }
  }
  return wanted;
};
