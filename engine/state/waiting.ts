import type { Queryable } from '../database/index.ts';
import { type ReleaseFailure, type ReleaseRecord, type ReleaseState, selectReleases } from './releases.ts';

// Releases between being asked for and being begun. Whatever changes one of them changes its row only where the release has
// neither begun nor ended, so of two who are at it at once the first has it and the other is told.

/** Lets a release wait for approvals; the time that it has runs from the first time on. False where it began or ended. */
export const letWait = async (
  transaction: Queryable,
  id: string,
  { hours, rejectsWhenDue }: { readonly hours: number | null; readonly rejectsWhenDue: boolean },
): Promise<boolean> =>
  (await transaction.execute(
    `update :schema.release set state = 'waiting', rejected_when_due = $3,
       waiting_since = coalesce(waiting_since, clock_timestamp()),
       due_at = coalesce(due_at, clock_timestamp() + $2::double precision * interval '1 hour')
     where id = $1 and started_at is null and ended_at is null`,
    [id, hours, rejectsWhenDue],
  )) > 0;

/** Ends the time that a release has for its approvals: they are complete. */
export const stopClock = async (transaction: Queryable, id: string): Promise<void> => {
  await transaction.execute('update :schema.release set due_at = null where id = $1 and started_at is null', [id]);
};

/** The releases of a target that wait, the newest first; of every target where none is named. */
export const waitingReleases = (queryable: Queryable, target?: string): Promise<readonly ReleaseRecord[]> =>
  selectReleases(
    queryable,
    "where state = 'waiting' and ended_at is null and ($1::text is null or target = $1) order by n desc",
    [target ?? null],
  );

/** Those that have waited for too long, and are to be rejected for that. */
export const overdueReleases = (queryable: Queryable): Promise<readonly ReleaseRecord[]> =>
  selectReleases(
    queryable,
    "where state = 'waiting' and ended_at is null and rejected_when_due and due_at <= clock_timestamp() order by n",
    [],
  );

/**
 * Releases, locked until the transaction ends: nobody else begins one, ends one or votes on one meanwhile. Always in the
 * order in which they were asked for, and before the audit trail is, so that no two wait for one another.
 */
export const lockReleases = (transaction: Queryable, ids: readonly string[]): Promise<readonly ReleaseRecord[]> =>
  selectReleases(transaction, 'where id = any($1::uuid[]) order by n for update', [ids]);

/**
 * Lets one at a time make releases of a target wait, until its transaction ends: of two who ask at once neither sees that
 * the other waits. Taken before releases are locked.
 */
export const lockWaiting = async (transaction: Queryable, target: string): Promise<void> => {
  await transaction.query('select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 772))', [target]);
};

/** Marks a release as begun. False where somebody began it, or ended it, meanwhile: exactly one of any number gets true. */
export const claimRelease = async (
  transaction: Queryable,
  id: string,
  { leaseId, fence }: { readonly leaseId: string | null; readonly fence: number | null },
): Promise<boolean> =>
  (await transaction.execute(
    `update :schema.release set state = 'in_progress', lease_id = $2, fence = $3, started_at = clock_timestamp()
     where id = $1 and started_at is null and ended_at is null`,
    [id, leaseId, fence],
  )) > 0;

/** Ends a release that never began. False where it began or ended meanwhile. */
export const endUnstarted = async (
  transaction: Queryable,
  id: string,
  { state, failure }: { readonly state: ReleaseState; readonly failure: ReleaseFailure },
): Promise<boolean> =>
  (await transaction.execute(
    `update :schema.release set state = $2, failure = $3, ended_at = clock_timestamp()
     where id = $1 and started_at is null and ended_at is null`,
    [id, state, JSON.stringify(failure)],
  )) > 0;

/**
 * What the release that begins now takes the place of: everything that was asked for its target before and never began, and
 * what waits for the same place, because that has just moved.
 */
export const supersededBy = (
  queryable: Queryable,
  release: { readonly id: string; readonly target: string; readonly placeId: string | null },
): Promise<readonly ReleaseRecord[]> =>
  selectReleases(
    queryable,
    `where id <> $1 and started_at is null and ended_at is null
       and ((target = $2 and n < (select n from :schema.release where id = $1))
         or (state = 'waiting' and place_id = $3::uuid)) order by n`,
    [release.id, release.target, release.placeId],
  );
