import { CommitUnknown } from '../../engine/database/index.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { type PlaceSql, placeTransaction } from './place-sql.ts';
import { fenced, lockTimeout } from './writing.ts';

/** An older holder that is alive is done with a write in less, or is in the way. */
const patience = "set local lock_timeout = '1s'";

const raise = (place: PlaceSql, from: number, timeout: string): Promise<number> =>
  place.database.transaction(async (raw) => {
    const transaction = placeTransaction(place, raw);
    await transaction.execute(timeout);
    const [row] = await transaction.query<{ fence: number }>(
      'update :schema.place set fence = fence + 1 where fence = $1::bigint returning fence',
      [from],
    );
    if (!row) throw fenced(from, undefined);
    return row.fence;
  });

/**
 * Ends the m3forge session that has the place's row locked. Called by who has just taken the lease, so that session is of a
 * holder that lost it: one that was stopped, or whose host vanished, in the middle of a write. Other programs are left
 * alone, and so is a place whose fence is not `from` any more: there, a newer holder is at work.
 */
const endFormerHolder = async (place: PlaceSql, from: number): Promise<void> => {
  await place.query(
    `select pg_catalog.pg_terminate_backend(a.pid) as ended from :schema.place p
     join pg_catalog.pg_locks l on l.locktype = 'transactionid' and l.granted and l.transactionid = p.xmax
     join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where p.fence = $1::bigint and a.application_name = 'm3forge' and a.pid <> pg_catalog.pg_backend_pid()`,
    [from],
  );
};

const isBlocked = (error: unknown): boolean =>
  error instanceof Refusal && error.diagnostics.some(({ code }) => code === 'place-locked-by-session');

export const raiseFence = async (
  place: PlaceSql,
  from: number,
  beforeEnding?: () => Promise<void>,
): Promise<number> => {
  try {
    // The session that writes may be the rightful one, unless the caller can say that it is not.
    if (!beforeEnding) return await raise(place, from, lockTimeout);
    return await raise(place, from, patience).catch(async (error: unknown) => {
      if (!isBlocked(error)) throw error;
      await beforeEnding();
      await endFormerHolder(place, from);
      return raise(place, from, lockTimeout);
    });
  } catch (error) {
    // Whether it was raised does not matter to one who does not hold it: why the connection broke is what counts.
    throw error instanceof CommitUnknown ? error.cause : error;
  }
};
