import type { Queryable } from './database.ts';

/**
 * Ends one session if it holds an advisory lock; the lock is free a moment later. For a holder that is stopped, or whose host is
 * gone: its session would keep the lock for as long as the server believes in the connection.
 */
export const endLockHolder = async (database: Queryable, key: bigint, backend: number): Promise<void> => {
  await database.query(
    `select pg_catalog.pg_terminate_backend(pid) as ended from pg_catalog.pg_locks
     where locktype = 'advisory' and granted and objsubid = 1 and pid = $3
       and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
       and classid::bigint = $1 and objid::bigint = $2`,
    [String(key >> 32n), String(key & 0xffff_ffffn), backend],
  );
};
