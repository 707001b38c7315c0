import type { Queryable } from '../database/index.ts';
import type { StateHandle } from './handle.ts';

/** Something that is to be released by itself, by what names it. */
export interface OccurrenceKey {
  readonly target: string;
  readonly cause: 'schedule' | 'version';
  /** The due time in ISO 8601, or the name of the version. */
  readonly key: string;
}

/** What became of it: how its release ended, nothing to be done, or why there was none. */
export type OccurrenceOutcome = 'released' | 'unchanged' | 'missed' | 'superseded' | 'given_up';

export interface Occurrence extends OccurrenceKey {
  readonly dueAt: Date;
  /** Why a version is released; null for a schedule. */
  readonly because: string | null;
  /** How often a release was opened for it. */
  readonly attempts: number;
  readonly releaseId: string | null;
  /** Why it has not begun yet. */
  readonly note: string | null;
  readonly outcome: OccurrenceOutcome | null;
  readonly settledAt: Date | null;
}

const columns = `target, cause, key, due_at as "dueAt", because, attempts, release_id as "releaseId", note, outcome,
  settled_at as "settledAt"`;

const byKey = 'target = $1 and cause = $2 and key = $3';

const keyOf = ({ target, cause, key }: OccurrenceKey): readonly string[] => [target, cause, key];

/** Notes what is to be released; false where somebody has noted it before. */
export const noteOccurrence = async (
  transaction: Queryable,
  found: OccurrenceKey & Pick<Occurrence, 'dueAt' | 'because'>,
): Promise<boolean> =>
  (await transaction.execute(
    `insert into :schema.occurrence (target, cause, key, due_at, because) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [...keyOf(found), found.dueAt.toISOString(), found.because],
  )) > 0;

/** Those that nobody has settled, the earliest first. */
export const openOccurrences = (queryable: Queryable, targets?: readonly string[]): Promise<readonly Occurrence[]> =>
  queryable.query<Occurrence>(
    `select ${columns} from :schema.occurrence
     where settled_at is null and ($1::text[] is null or target = any($1)) order by due_at, target, cause, key`,
    [targets ?? null],
  );

/** All that there ever were, the earliest first. */
export const listOccurrences = (queryable: Queryable): Promise<readonly Occurrence[]> =>
  queryable.query<Occurrence>(`select ${columns} from :schema.occurrence order by due_at, target, cause, key`);

/** The keys that are known of a target, settled or not. */
export const knownOccurrences = async (
  queryable: Queryable,
  { target, cause }: Pick<OccurrenceKey, 'target' | 'cause'>,
): Promise<ReadonlySet<string>> => {
  const rows = await queryable.query<{ key: string }>(
    'select key from :schema.occurrence where target = $1 and cause = $2',
    [target, cause],
  );
  return new Set(rows.map(({ key }) => key));
};

/** The one that a release was opened for; undefined where somebody asked for it. */
export const occurrenceOfRelease = async (queryable: Queryable, releaseId: string): Promise<Occurrence | undefined> =>
  (
    await queryable.query<Occurrence>(
      `select ${columns} from :schema.occurrence where release_id = $1 order by due_at desc limit 1`,
      [releaseId],
    )
  )[0];

/** The last due time of a target's schedule that is known; null before the first. */
export const lastOccurrence = async (queryable: Queryable, target: string): Promise<Occurrence | undefined> =>
  (
    await queryable.query<Occurrence>(
      `select ${columns} from :schema.occurrence where target = $1 and cause = 'schedule' order by due_at desc limit 1`,
      [target],
    )
  )[0];

/**
 * Links it with the release that is opened for it, in the transaction that opens that. False where it was settled, or
 * linked with another one, since it was read: of two who are at it, one has it.
 */
export const claimOccurrence = async (
  transaction: Queryable,
  seen: OccurrenceKey & Pick<Occurrence, 'releaseId'>,
  releaseId: string,
): Promise<boolean> =>
  (await transaction.execute(
    `update :schema.occurrence set release_id = $4, attempts = attempts + 1, note = null
     where ${byKey} and settled_at is null and release_id is not distinct from $5::uuid`,
    [...keyOf(seen), releaseId, seen.releaseId],
  )) > 0;

/** Ends it; false where somebody has, or where another release was opened for it, since it was read. */
export const settleOccurrence = async (
  transaction: Queryable,
  seen: OccurrenceKey & Pick<Occurrence, 'releaseId'>,
  { outcome, note }: { readonly outcome: OccurrenceOutcome; readonly note: string | null },
): Promise<boolean> =>
  (await transaction.execute(
    `update :schema.occurrence set outcome = $4, note = $5, settled_at = clock_timestamp()
     where ${byKey} and settled_at is null and release_id is not distinct from $6::uuid`,
    [...keyOf(seen), outcome, note, seen.releaseId],
  )) > 0;

/** Says why it has not begun yet; false where that was said before. */
export const noteHindrance = async (queryable: Queryable, seen: OccurrenceKey, note: string): Promise<boolean> =>
  (await queryable.execute(
    `update :schema.occurrence set note = $4 where ${byKey} and settled_at is null and note is distinct from $4`,
    [...keyOf(seen), note],
  )) > 0;

/**
 * Since when a target's schedule is looked after: from now on where it is new, or another one than before. What would have
 * been due earlier is nobody's.
 */
export const watchSchedule = async (
  transaction: Queryable,
  { target, cron, timezone }: { readonly target: string; readonly cron: string; readonly timezone: string },
): Promise<Date> => {
  const [row] = await transaction.query<{ since: Date }>(
    `insert into :schema.schedule as known (target, cron, timezone) values ($1, $2, $3)
     on conflict (target) do update set cron = excluded.cron, timezone = excluded.timezone,
       since = case when known.cron = excluded.cron and known.timezone = excluded.timezone
         then known.since else clock_timestamp() end
     returning since`,
    [target, cron, timezone],
  );
  if (!row) throw new Error('the schedule was not kept');
  return row.since;
};

/** Forgets the schedules of targets that have none any more, so that one that comes back counts from then on. */
export const unwatchSchedules = async (transaction: Queryable, targets: readonly string[]): Promise<void> => {
  await transaction.execute('delete from :schema.schedule where target = any($1)', [targets]);
};

/** Notes that people are told of a planned time; false where they were before. */
export const noteAnnouncement = async (transaction: Queryable, target: string, dueAt: Date): Promise<boolean> =>
  (await transaction.execute(
    'insert into :schema.announcement (target, due_at) values ($1, $2) on conflict do nothing',
    [target, dueAt.toISOString()],
  )) > 0;

/**
 * Runs `work` unless another worker looks after this target right now. The lock goes with the session: whoever dies keeps
 * nobody waiting.
 */
export const whileServing = async <T>(
  state: StateHandle,
  target: string,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  const key = 'pg_catalog.hashtextextended($1, 773)';
  const name = `m3forge worker ${target}`;
  const [lock] = await state.query<{ mine: boolean }>(`select pg_catalog.pg_try_advisory_lock(${key}) as mine`, [name]);
  if (!lock?.mine) return undefined;
  try {
    return await work();
  } finally {
    await state.query(`select pg_catalog.pg_advisory_unlock(${key})`, [name]).catch(() => undefined);
  }
};

/** Links what is due with the release that goes on with it, where one that it was linked with handed it on. */
export const passOccurrenceOn = async (transaction: Queryable, from: string, to: string): Promise<void> => {
  await transaction.execute(
    'update :schema.occurrence set release_id = $2 where release_id = $1 and settled_at is null',
    [from, to],
  );
};
