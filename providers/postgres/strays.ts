import type { Queryable } from '../../engine/database/index.ts';
import type { StrayRow } from '../../engine/provider/index.ts';
import type { PlaceSql } from './place-sql.ts';

/**
 * Rows that begin or end after head. m3forge writes none: head moves in the transaction that writes a sequence. They are
 * invisible until head comes to them, and then they are in the way.
 */
export const readStrayRows = (place: PlaceSql, head: number): Promise<readonly StrayRow[]> =>
  place.query<StrayRow>(
    `select kind, name, encode(digest, 'hex') as digest, 'begin' as lies from :schema.artifact_version
     where from_seq > $1::integer
     union all
     select kind, name, encode(digest, 'hex'), 'end' from :schema.artifact_version
     where to_seq > $1::integer and from_seq <= $1::integer
     order by 1, 2, 4, 3`,
    [head],
  );

/** Removes what begins after head and opens what ends after it; under the lock of the place. */
export const healStrayRows = async (transaction: Queryable, head: number): Promise<void> => {
  const [found] = await transaction.query<{ begins: boolean; ends: boolean }>(
    `select exists (select 1 from :schema.artifact_version where from_seq > $1::integer) as begins,
       exists (select 1 from :schema.artifact_version where to_seq > $1::integer) as ends`,
    [head],
  );
  if (found?.begins) {
    await transaction.execute('delete from :schema.artifact_version where from_seq > $1::integer', [head]);
  }
  if (!found?.ends) return;
  // Of several rows of one name only the last can be open: each of the others ends where the next one begins.
  await transaction.execute(
    `with following as (
       select kind, name, from_seq, lead(from_seq) over (partition by kind, name order by from_seq) as next
       from :schema.artifact_version
       where (kind, name) in (select kind, name from :schema.artifact_version where to_seq > $1::integer))
     update :schema.artifact_version v set to_seq = f.next from following f
     where v.kind = f.kind and v.name = f.name and v.from_seq = f.from_seq and f.next is not null
       and (v.to_seq is null or v.to_seq > $1::integer)`,
    [head],
  );
  await transaction.execute('update :schema.artifact_version set to_seq = null where to_seq > $1::integer', [head]);
};
