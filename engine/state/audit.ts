import type { Queryable } from '../database/index.ts';
import type { Clock } from '../system/index.ts';
import { canonicalBytes, digestOfBytes, type JsonObject } from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';

export interface AuditEvent {
  readonly actor: string;
  /** Such as `release.started`. */
  readonly event: string;
  /** What it is about: a release id, a place address. */
  readonly subject: string;
  readonly detail: JsonObject;
}

export interface AuditEntry extends AuditEvent {
  readonly n: number;
  readonly at: string;
  readonly previous: string;
  readonly hash: string;
}

/** Any number will do, as long as every m3forge uses the same. */
const chainLock = 5_318_008_001;

const noPrevious = '0'.repeat(64);

const hashOf = (entry: Omit<AuditEntry, 'hash'>): string =>
  digestOfBytes(
    canonicalBytes({
      n: entry.n,
      at: entry.at,
      actor: entry.actor,
      event: entry.event,
      subject: entry.subject,
      detail: entry.detail,
      previous: entry.previous,
    }),
  );

/** Appends to the chain inside the caller's transaction, so that a change and its audit row are there together or not at all. */
export const appendAudit = async (transaction: Queryable, clock: Clock, event: AuditEvent): Promise<void> => {
  await transaction.query('select pg_catalog.pg_advisory_xact_lock($1)', [chainLock]);
  const [last] = await transaction.query<{ n: number; hash: Buffer }>(
    'select n, hash from :schema.audit order by n desc limit 1',
  );
  const entry = {
    ...event,
    n: (last?.n ?? 0) + 1,
    at: clock.now().toISOString(),
    previous: last ? toHex(last.hash) : noPrevious,
  };
  await transaction.execute(
    `insert into :schema.audit (n, at, actor, event, subject, detail, previous, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      entry.n,
      entry.at,
      entry.actor,
      entry.event,
      entry.subject,
      JSON.stringify(entry.detail),
      toBytes(entry.previous),
      toBytes(hashOf(entry)),
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

/** The number of the first entry that does not follow from the one before it; undefined where the chain is whole. */
export const firstBrokenLink = async (state: StateHandle): Promise<number | undefined> => {
  const rows = await state.query<Omit<AuditEntry, 'previous' | 'hash'> & { previous: Buffer; hash: Buffer }>(
    'select n, at, actor, event, subject, detail, previous, hash from :schema.audit order by n',
  );
  let previous = noPrevious;
  let expected = 1;
  for (const row of rows) {
    const entry = { ...row, previous: toHex(row.previous) };
    if (row.n !== expected || entry.previous !== previous || hashOf(entry) !== toHex(row.hash)) return expected;
    previous = toHex(row.hash);
    expected += 1;
  }
  return undefined;
};
