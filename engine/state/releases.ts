import type { Queryable } from '../database/index.ts';
import type { Digest, JsonValue } from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';

export type ReleaseState =
  | 'pending_gates'
  | 'waiting'
  | 'in_progress'
  | 'verifying'
  | 'baking'
  | 'succeeded'
  | 'failed'
  | 'rejected'
  | 'cancelled'
  | 'rolling_back'
  | 'rolled_back'
  | 'rollback_failed'
  | 'superseded';

/** The states of a release that began to write and has no end yet: what recovery looks for. */
export const unfinishedStates: readonly ReleaseState[] = ['in_progress', 'verifying', 'rolling_back'];

/** Why a release did not succeed. */
export interface ReleaseFailure {
  /** The step in which it happened. */
  readonly step: string;
  readonly code: string;
  readonly message: string;
}

/** One attempt to bring one target to one version. */
export interface ReleaseRecord {
  readonly id: string;
  /** Counts all releases of this state, so that "the last" is a fact. */
  readonly n: number;
  readonly target: string;
  readonly environment: string;
  readonly placeId: string;
  readonly kind: 'release' | 'rollback' | 'restore';
  readonly state: ReleaseState;
  readonly version: string;
  readonly fromVersion: string | null;
  readonly fromSeq: number;
  /** The sequence it wrote or moved to; null before that. */
  readonly seq: number | null;
  readonly planId: string;
  readonly planDigest: Digest;
  readonly onFailure: 'rollback' | 'keep';
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly backupId: string | null;
  readonly failure: ReleaseFailure | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

const columns = `id, n, target, environment, place_id as "placeId", kind, state, version, from_version as "fromVersion",
  from_seq as "fromSeq", seq, plan_id as "planId", plan_digest, on_failure as "onFailure", requested_by as "requestedBy",
  reason, backup_id as "backupId", failure, created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt"`;

type Row = Omit<ReleaseRecord, 'planDigest'> & { plan_digest: Buffer };

const toRecord = ({ plan_digest, ...row }: Row): ReleaseRecord => ({ ...row, planDigest: toHex(plan_digest) });

const select = async (
  state: StateHandle,
  where: string,
  parameters: readonly unknown[],
): Promise<readonly ReleaseRecord[]> =>
  (await state.query<Row>(`select ${columns} from :schema.release ${where}`, parameters)).map(toRecord);

/** More than there can be, for `limit`. */
export const everyRelease = 2_000_000_000;

export const listReleases = (
  state: StateHandle,
  filter: { readonly targets?: readonly string[]; readonly limit?: number } = {},
): Promise<readonly ReleaseRecord[]> =>
  select(state, 'where $1::text[] is null or target = any($1) order by n desc limit $2', [
    filter.targets ?? null,
    filter.limit ?? 1000,
  ]);

/** A release by its id or by the first characters of one; all that fit. */
export const findReleases = (state: StateHandle, idPrefix: string): Promise<readonly ReleaseRecord[]> =>
  select(state, "where id::text like $1 || '%' order by n desc limit 3", [idPrefix.replaceAll(/[%_\\]/g, '')]);

export const releaseById = async (state: StateHandle, id: string): Promise<ReleaseRecord | undefined> =>
  (await select(state, 'where id = $1', [id]))[0];

/** The release of a place that began and never ended, because its process died. At most one can exist. */
export const unfinishedRelease = async (state: StateHandle, placeId: string): Promise<ReleaseRecord | undefined> =>
  (
    await select(state, 'where place_id = $1 and state = any($2::text[]) order by n limit 1', [
      placeId,
      unfinishedStates,
    ])
  )[0];

export const unfinishedReleases = (state: StateHandle): Promise<readonly ReleaseRecord[]> =>
  select(state, 'where state = any($1::text[]) order by n', [unfinishedStates]);

/** The last release of a target that succeeded. */
export const lastSuccess = async (state: StateHandle, target: string): Promise<ReleaseRecord | undefined> =>
  (await select(state, "where target = $1 and state = 'succeeded' order by n desc limit 1", [target]))[0];

/** The releases with these ids, such as those that a place's activations name. */
export const releasesById = (state: StateHandle, ids: readonly string[]): Promise<readonly ReleaseRecord[]> =>
  select(state, 'where id = any($1::uuid[]) order by n', [ids]);

/** The release in which a section of a plan was used, if it was. */
export const releaseOfPlan = async (
  state: StateHandle,
  planId: string,
  target: string,
): Promise<ReleaseRecord | undefined> =>
  (await select(state, 'where plan_id = $1 and target = $2 and started_at is not null', [planId, target]))[0];

export interface NewRelease {
  readonly id: string;
  readonly target: string;
  readonly environment: string;
  readonly placeId: string;
  readonly kind: ReleaseRecord['kind'];
  readonly version: string;
  readonly fromVersion: string | null;
  readonly fromSeq: number;
  readonly planId: string;
  readonly planDigest: Digest;
  readonly section: JsonValue;
  readonly onFailure: 'rollback' | 'keep';
  readonly requestedBy: string;
  readonly reason: string | null;
}

export const createRelease = async (transaction: Queryable, release: NewRelease): Promise<void> => {
  await transaction.execute(
    `insert into :schema.release (id, target, environment, place_id, kind, state, version, from_version, from_seq,
       plan_id, plan_digest, section, on_failure, requested_by, reason)
     values ($1, $2, $3, $4, $5, 'pending_gates', $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      release.id,
      release.target,
      release.environment,
      release.placeId,
      release.kind,
      release.version,
      release.fromVersion,
      release.fromSeq,
      release.planId,
      toBytes(release.planDigest),
      JSON.stringify(release.section),
      release.onFailure,
      release.requestedBy,
      release.reason,
    ],
  );
};

/** What a step of the protocol changes in a release's row. `started` and `ended` stamp the database's time. */
export interface ReleaseChange {
  readonly state: ReleaseState;
  readonly leaseId?: string;
  readonly fence?: number;
  readonly seq?: number;
  readonly failure?: ReleaseFailure;
  readonly started?: boolean;
  readonly ended?: boolean;
}

/**
 * Changes a release that has not ended; false where it has. An end is recorded once: whoever could not see the answer of
 * its own COMMIT, and records the end again, must neither change it nor write its audit a second time.
 */
export const changeRelease = async (transaction: Queryable, id: string, change: ReleaseChange): Promise<boolean> => {
  const changed = await transaction.execute(
    `update :schema.release set state = $2, lease_id = coalesce($3, lease_id), fence = coalesce($4, fence),
       seq = coalesce($5, seq), failure = coalesce($6::jsonb, failure),
       started_at = case when $7 then clock_timestamp() else started_at end,
       ended_at = case when $8 then clock_timestamp() else ended_at end
     where id = $1 and ended_at is null`,
    [
      id,
      change.state,
      change.leaseId ?? null,
      change.fence ?? null,
      change.seq ?? null,
      change.failure ? JSON.stringify(change.failure) : null,
      change.started ?? false,
      change.ended ?? false,
    ],
  );
  return changed > 0;
};

/** Ends what an earlier process asked for this target and never began: the one that begins now takes its place. */
export const supersedeUnstarted = async (transaction: Queryable, id: string, target: string): Promise<void> => {
  await transaction.execute(
    `update :schema.release set state = 'superseded', ended_at = clock_timestamp()
     where target = $2 and id <> $1 and started_at is null and ended_at is null
       and n < (select n from :schema.release where id = $1)`,
    [id, target],
  );
};

export const setReleaseBackup = async (transaction: Queryable, id: string, backupId: string): Promise<void> => {
  await transaction.execute('update :schema.release set backup_id = $2 where id = $1', [id, backupId]);
};

/** The section that a release carried out, as it was planned. */
export const readSection = async (state: StateHandle, id: string): Promise<JsonValue | undefined> => {
  const [row] = await state.query<{ section: JsonValue }>('select section from :schema.release where id = $1', [id]);
  return row?.section;
};
