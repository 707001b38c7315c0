import type { Queryable } from './database.ts';

/**
 * Ends the session that holds an advisory lock since before a moment, and says whether there was one that could be ended.
 * For a holder that is stopped, or whose host is gone: its session would keep the lock for as long as the server believes
 * in the connection. A session that began later is somebody else's, who has just taken the lock rightly.
 */
export const endLockHolder = async (database: Queryable, key: bigint, since: Date): Promise<boolean> => {
  const rows = await database.query<{ ended: boolean }>(
    `select pg_catalog.pg_terminate_backend(l.pid) as ended
     from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and a.backend_start <= $3
       and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
       and l.classid::bigint = $1 and l.objid::bigint = $2`,
    [String(key >> 32n), String(key & 0xffff_ffffn), since],
  );
  return rows.some(({ ended }) => ended);
};
