import type { Queryable } from '../database/index.ts';
import type { Digest, JsonObject } from '../values/index.ts';
import { type StateHandle, toHex } from './handle.ts';

/** One part of the configuration as it was last put into effect. */
export interface DeclaredRecord {
  /** Such as `target.production`. */
  readonly address: string;
  /** For a target, the place that it released into. */
  readonly placeId: string | null;
  readonly body: JsonObject;
  readonly digest: Digest;
}

/** Everything that is recorded of the configuration, by address. One statement. */
export const readDeclared = async (state: StateHandle): Promise<readonly DeclaredRecord[]> => {
  const rows = await state.query<Omit<DeclaredRecord, 'digest'> & { digest: Buffer }>(
    'select address, place_id as "placeId", body, digest from :schema.declared order by address',
  );
  return rows.map((row) => ({ ...row, digest: toHex(row.digest) }));
};

/** What is to be recorded of one address in the place of what a plan saw there. */
export interface DeclaredChange {
  readonly address: string;
  /** Null where nothing was recorded. */
  readonly before: Digest | null;
  /** Null where it goes. */
  readonly after: { readonly body: JsonObject; readonly digest: Digest; readonly placeId: string | null } | null;
}

/**
 * Records changes of the configuration, each only where what is recorded is still what the plan saw. Returns the addresses
 * that somebody else has changed meanwhile; those are left alone.
 */
export const recordDeclared = async (
  transaction: Queryable,
  changes: readonly DeclaredChange[],
  releaseId: string | null,
): Promise<readonly string[]> => {
  if (changes.length === 0) return [];
  const rows = await transaction.query<{ address: string }>(
    `with wanted as (
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[])
         as t (address, before, after, body, place_id)
     ), gone as (
       delete from :schema.declared d using wanted w
       where w.after is null and d.address = w.address and d.digest = decode(w.before, 'hex') returning d.address
     ), changed as (
       update :schema.declared d set body = w.body::jsonb, digest = decode(w.after, 'hex'), place_id = coalesce(w.place_id, d.place_id),
         since_release = $6, at = now()
       from wanted w where w.after is not null and d.address = w.address and d.digest = decode(w.before, 'hex')
       returning d.address
     ), created as (
       insert into :schema.declared (address, place_id, body, digest, since_release)
       select w.address, w.place_id, w.body::jsonb, decode(w.after, 'hex'), $6 from wanted w
       where w.before is null and w.after is not null on conflict (address) do nothing returning address
     )
     select address from gone union all select address from changed union all select address from created`,
    [
      changes.map(({ address }) => address),
      changes.map(({ before }) => before),
      changes.map(({ after }) => after?.digest ?? null),
      changes.map(({ after }) => (after ? JSON.stringify(after.body) : null)),
      changes.map(({ after }) => after?.placeId ?? null),
      releaseId,
    ],
  );
  const done = new Set(rows.map(({ address }) => address));
  return changes.flatMap(({ address }) => (done.has(address) ? [] : [address]));
};

/** Marks a section of a plan that held configuration only as used; false where it was used before. */
export const useConfiguration = async (
  transaction: Queryable,
  use: { readonly planId: string; readonly section: string; readonly actor: string },
): Promise<boolean> =>
  (await transaction.execute(
    'insert into :schema.configuration_use (plan_id, section, actor) values ($1, $2, $3) on conflict do nothing',
    [use.planId, use.section, use.actor],
  )) > 0;

/** The sections of a plan that held configuration only and were used. */
export const configurationUses = async (state: StateHandle, planId: string): Promise<ReadonlySet<string>> => {
  const rows = await state.query<{ section: string }>(
    'select section from :schema.configuration_use where plan_id = $1',
    [planId],
  );
  return new Set(rows.map(({ section }) => section));
};
