import { type Database, migrateSchema, type Queryable } from '../database/index.ts';
import { createHandle, type StateHandle } from './handle.ts';
import initial from './migrations/001-initial.sql';
import declared from './migrations/002-declared.sql';
import proven from './migrations/003-proven.sql';
import auditOrigin from './migrations/004-audit-origin.sql';
import versions from './migrations/005-versions.sql';
import holds from './migrations/006-holds.sql';
import approvals from './migrations/007-approvals.sql';
import changeSets from './migrations/008-changesets.sql';
import outbox from './migrations/009-outbox.sql';
import gates from './migrations/010-gates.sql';
import schedules from './migrations/011-schedules.sql';
import reviews from './migrations/012-reviews.sql';
import holdsAndDrift from './migrations/013-holds-and-drift.sql';
import tokens from './migrations/014-tokens.sql';
import quickReading from './migrations/015-quick-reading.sql';

const migrations = [
  { id: 1, name: 'initial', sql: initial },
  { id: 2, name: 'declared', sql: declared },
  { id: 3, name: 'proven', sql: proven },
  { id: 4, name: 'audit-origin', sql: auditOrigin },
  { id: 5, name: 'versions', sql: versions },
  { id: 6, name: 'holds', sql: holds },
  { id: 7, name: 'approvals', sql: approvals },
  { id: 8, name: 'changesets', sql: changeSets },
  { id: 9, name: 'outbox', sql: outbox },
  { id: 10, name: 'gates', sql: gates },
  { id: 11, name: 'schedules', sql: schedules },
  { id: 12, name: 'reviews', sql: reviews },
  { id: 13, name: 'holds-and-drift', sql: holdsAndDrift },
  { id: 14, name: 'tokens', sql: tokens },
  { id: 15, name: 'quick-reading', sql: quickReading },
];

/** The newest schema version that this program knows; opening a state leads there. */
export const stateSchemaVersion = (): number => migrations.at(-1)?.id ?? 0;

/** What is recorded, open for use. */
export interface State extends StateHandle {
  /** This state's own name; every place it owns carries it. */
  readonly lineage: string;
}

/** What time it is by the clock of the database, which all who work on a state share. */
export const momentNow = async (queryable: Queryable): Promise<Date> => {
  const [row] = await queryable.query<{ now: Date }>('select clock_timestamp() as now');
  if (!row) throw new Error('the database does not tell the time');
  return row.now;
};

/** Opens the state, and creates or migrates it where that is needed. Refuses one that a newer program made. */
export const openState = async (database: Database, schema: string): Promise<State> => {
  await migrateSchema(database, { schema, ledger: 'migration', migrations });
  const handle = createHandle(database, schema);
  const [row] = await handle.query<{ lineage: string }>('select lineage from :schema.state_identity');
  if (!row) throw new Error('the state has no lineage');
  return { ...handle, lineage: row.lineage };
};
