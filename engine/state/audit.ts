import type { Queryable } from '../database/index.ts';
import type { System } from '../system/index.ts';
import { canonicalBytes, type Digest, digestOfBytes, type JsonObject } from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';

export interface AuditEvent {
  readonly actor: string;
  /** Such as `release.started`. */
  readonly event: string;
  /** What it is about: a release id, a place address. */
  readonly subject: string;
  /** Undefined or null where it is about no environment, or about several. */
  readonly environment?: string | null;
  readonly detail: JsonObject;
}

export interface AuditEntry extends AuditEvent {
  readonly n: number;
  readonly at: string;
  readonly environment: string | null;
  /** From where: `{ host, pid, user }`; null in entries of before m3forge kept it. */
  readonly origin: JsonObject | null;
  readonly previous: string;
  readonly hash: string;
}

/** Any number will do, as long as every m3forge uses the same. */
const chainLock = 5_318_008_001;

export const noPrevious = '0'.repeat(64);

/** The hash of an entry over all that it says. What entries of before did not have takes no part in theirs. */
export const hashOfEntry = (entry: Omit<AuditEntry, 'hash'>): Digest =>
  digestOfBytes(
    canonicalBytes({
      n: entry.n,
      at: entry.at,
      actor: entry.actor,
      event: entry.event,
      subject: entry.subject,
      ...(entry.environment !== null && { environment: entry.environment }),
      detail: entry.detail,
      ...(entry.origin !== null && { origin: entry.origin }),
      previous: entry.previous,
    }),
  );

type Writing = Pick<System, 'clock' | 'processes'>;

const originOf = ({ processes: { self } }: Writing): JsonObject => ({
  host: self.host,
  pid: self.pid,
  user: self.user,
});

/** Appends to the chain inside the caller's transaction, so that a change and its audit row are there together or not at all. */
export const appendAudit = async (transaction: Queryable, system: Writing, event: AuditEvent): Promise<void> => {
  await transaction.query('select pg_catalog.pg_advisory_xact_lock($1)', [chainLock]);
  const [last] = await transaction.query<{ n: number; hash: Buffer }>(
    'select n, hash from :schema.audit order by n desc limit 1',
  );
  const entry = {
    ...event,
    environment: event.environment ?? null,
    origin: originOf(system),
    n: (last?.n ?? 0) + 1,
    at: system.clock.now().toISOString(),
    previous: last ? toHex(last.hash) : noPrevious,
  };
  await transaction.execute(
    `insert into :schema.audit (n, at, actor, event, subject, environment, detail, origin, previous, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      entry.n,
      entry.at,
      entry.actor,
      entry.event,
      entry.subject,
      entry.environment,
      JSON.stringify(entry.detail),
      JSON.stringify(entry.origin),
      toBytes(entry.previous),
      toBytes(hashOfEntry(entry)),
    ],
  );
};

/** Whether an event was audited with this subject and, among others, these details. */
export const isAudited = async (
  transaction: Queryable,
  { event, subject, detail }: Omit<AuditEvent, 'actor'>,
): Promise<boolean> => {
  const found = await transaction.query(
    'select 1 as found from :schema.audit where event = $1 and subject = $2 and detail @> $3::jsonb limit 1',
    [event, subject, JSON.stringify(detail)],
  );
  return found.length > 0;
};

type Row = Omit<AuditEntry, 'previous' | 'hash'> & { readonly previous: Buffer; readonly hash: Buffer };

const columns = 'n, at, actor, event, subject, environment, detail, origin, previous, hash';

const fromRow = (row: Row): AuditEntry => ({ ...row, previous: toHex(row.previous), hash: toHex(row.hash) });

/** Which entries are wanted; what is not given excludes nothing. */
export interface AuditFilter {
  /** The event, or its first word: `release` also means `release.started`. */
  readonly action?: string | undefined;
  readonly environment?: string | undefined;
  readonly actor?: string | undefined;
  /** From this time on, and before that one; ISO 8601 in UTC, compared as text. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** At most so many, the newest. */
  readonly limit?: number | undefined;
}

/** So many entries are read at a time: the trail may be longer than memory. */
const batch = 2000;

const matches = `($1::text is null or event = $1 or starts_with(event, $1 || '.'))
  and ($2::text is null or environment = $2) and ($3::text is null or actor = $3)
  and ($4::text is null or at >= $4 collate "C") and ($5::text is null or at < $5 collate "C")`;

const fromTheFirst = Number.MIN_SAFE_INTEGER;

/** After which number the newest of the entries that match begin. */
const beforeNewest = async (state: StateHandle, wanted: readonly unknown[], limit: number): Promise<number> => {
  const [row] = await state.query<{ after: number | null }>(
    `select min(n)::bigint - 1 as after
     from (select n from :schema.audit where ${matches} order by n desc limit $6) newest`,
    [...wanted, limit],
  );
  return row?.after ?? fromTheFirst;
};

/**
 * Entries that match, in the order of their numbers, some thousands at a time. A number that stands there twice is not
 * torn apart: both rows come together, so that none is passed over between two readings.
 */
export async function* auditBatches(
  state: StateHandle,
  filter: AuditFilter = {},
): AsyncGenerator<readonly AuditEntry[]> {
  const { action = null, environment = null, actor = null, start = null, end = null, limit } = filter;
  const wanted = [action, environment, actor, start, end];
  let after = limit === undefined ? fromTheFirst : await beforeNewest(state, wanted, limit);
  for (;;) {
    const rows = await state.query<Row>(
      `select ${columns} from :schema.audit where ${matches} and n > $6::bigint
       order by n fetch first ${batch} rows with ties`,
      [...wanted, after],
    );
    if (rows.length > 0) yield rows.map(fromRow);
    const last = rows.at(-1);
    if (!last || rows.length < batch) return;
    after = last.n;
  }
}

/** The whole trail as it stands in the table, in the order of the numbers. */
export async function* eachAuditEntry(state: StateHandle): AsyncGenerator<AuditEntry> {
  for await (const entries of auditBatches(state)) yield* entries;
}

/** The whole trail at once, oldest first, for what holds all that is recorded in any case. */
export const findAudit = async (state: StateHandle): Promise<readonly AuditEntry[]> => {
  const found: AuditEntry[] = [];
  for await (const entry of eachAuditEntry(state)) found.push(entry);
  return found;
};

/** How many rows the table has, those included that no number leads to. */
export const countAudit = async (state: StateHandle): Promise<number> => {
  const [row] = await state.query<{ rows: number }>('select count(*) as rows from :schema.audit');
  return row?.rows ?? 0;
};
