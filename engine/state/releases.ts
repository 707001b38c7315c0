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
  /** Null for configuration, which is about no place. */
  readonly placeId: string | null;
  readonly kind: 'release' | 'rollback' | 'restore' | 'configuration';
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
  /** Its gates were skipped, for a justification, which is its reason. */
  readonly isEmergency: boolean;
  readonly backupId: string | null;
  readonly failure: ReleaseFailure | null;
  readonly createdAt: Date;
  /** Since when it waits for approvals, or waited; null where it needed none. */
  readonly waitingSince: Date | null;
  /** When it is overdue; null for never. */
  readonly dueAt: Date | null;
  /** By the clock of the database. */
  readonly isOverdue: boolean;
  readonly rejectedWhenDue: boolean;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

const columns = `id, n, target, environment, place_id as "placeId", kind, state, version, from_version as "fromVersion",
  from_seq as "fromSeq", seq, plan_id as "planId", plan_digest, on_failure as "onFailure", requested_by as "requestedBy",
  reason, is_emergency as "isEmergency", backup_id as "backupId", failure, created_at as "createdAt", waiting_since as "waitingSince",
  due_at as "dueAt", (ended_at is null and coalesce(due_at <= clock_timestamp(), false)) as "isOverdue",
  rejected_when_due as "rejectedWhenDue", started_at as "startedAt", ended_at as "endedAt"`;

type Row = Omit<ReleaseRecord, 'planDigest'> & { plan_digest: Buffer };

const toRecord = ({ plan_digest, ...row }: Row): ReleaseRecord => ({ ...row, planDigest: toHex(plan_digest) });

/** Releases by the rest of a statement; for the files of this folder. */
export const selectReleases = async (
  state: Queryable,
  where: string,
  parameters: readonly unknown[],
): Promise<readonly ReleaseRecord[]> =>
  (await state.query<Row>(`select ${columns} from :schema.release ${where}`, parameters)).map(toRecord);

/** More than there can be, for `limit`. */
export const everyRelease = 2_000_000_000;

export const listReleases = (
  state: StateHandle,
  /** `placed`: without what was asked for the configuration alone. */
  filter: { readonly targets?: readonly string[]; readonly limit?: number; readonly placed?: boolean } = {},
): Promise<readonly ReleaseRecord[]> =>
  selectReleases(
    state,
    'where ($1::text[] is null or target = any($1)) and (place_id is not null or not $3) order by n desc limit $2',
    [filter.targets ?? null, filter.limit ?? 1000, filter.placed ?? false],
  );

/** A release by its id or by the first characters of one; all that fit. */
export const findReleases = (state: StateHandle, idPrefix: string): Promise<readonly ReleaseRecord[]> =>
  selectReleases(state, "where id::text like $1 || '%' order by n desc limit 3", [idPrefix.replaceAll(/[%_\\]/g, '')]);

export const releaseById = async (state: StateHandle, id: string): Promise<ReleaseRecord | undefined> =>
  (await selectReleases(state, 'where id = $1', [id]))[0];

/** A release of a place: all but those of configuration are. */
export type PlacedRelease = ReleaseRecord & { readonly placeId: string };

/** The release of a place that began and never ended, because its process died. At most one can exist. */
export const unfinishedRelease = async (state: StateHandle, placeId: string): Promise<ReleaseRecord | undefined> =>
  (
    await selectReleases(state, 'where place_id = $1 and state = any($2::text[]) order by n limit 1', [
      placeId,
      unfinishedStates,
    ])
  )[0];

export const unfinishedReleases = async (state: StateHandle): Promise<readonly PlacedRelease[]> =>
  (await selectReleases(state, 'where state = any($1::text[]) order by n', [unfinishedStates])).filter(
    (release): release is PlacedRelease => release.placeId !== null,
  );

/** The last release of a target that succeeded. */
export const lastSuccess = async (state: StateHandle, target: string): Promise<ReleaseRecord | undefined> =>
  (
    await selectReleases(
      state,
      "where target = $1 and state = 'succeeded' and place_id is not null order by n desc limit 1",
      [target],
    )
  )[0];

/** The releases with these ids, such as those that a place's activations name. */
export const releasesById = (state: StateHandle, ids: readonly string[]): Promise<readonly ReleaseRecord[]> =>
  selectReleases(state, 'where id = any($1::uuid[]) order by n', [ids]);

/** The release in which a section of a plan was used, if it was. */
export const releaseOfPlan = async (
  state: StateHandle,
  planId: string,
  target: string,
): Promise<ReleaseRecord | undefined> =>
  (await selectReleases(state, 'where plan_id = $1 and target = $2 and started_at is not null', [planId, target]))[0];

/** The targets that a plan covered, and whether those were all. */
export interface PlannedScope {
  readonly targets: readonly string[];
  readonly all: boolean;
}

export interface NewRelease {
  readonly id: string;
  readonly target: string;
  readonly environment: string;
  readonly placeId: string | null;
  readonly kind: ReleaseRecord['kind'];
  readonly version: string;
  readonly fromVersion: string | null;
  readonly fromSeq: number;
  readonly planId: string;
  readonly planDigest: Digest;
  readonly section: JsonValue;
  readonly scope: PlannedScope;
  readonly onFailure: 'rollback' | 'keep';
  readonly requestedBy: string;
  readonly reason: string | null;
}

export const createRelease = async (transaction: Queryable, release: NewRelease): Promise<void> => {
  await transaction.execute(
    `insert into :schema.release (id, target, environment, place_id, kind, state, version, from_version, from_seq,
       plan_id, plan_digest, section, on_failure, requested_by, reason, scope)
     values ($1, $2, $3, $4, $5, 'pending_gates', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
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
      JSON.stringify(release.scope),
    ],
  );
};

/** What a step of the protocol changes in a release's row. `ended` stamps the database's time. */
export interface ReleaseChange {
  readonly state: ReleaseState;
  readonly leaseId?: string;
  readonly fence?: number;
  readonly seq?: number;
  readonly failure?: ReleaseFailure;
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
       ended_at = case when $7 then clock_timestamp() else ended_at end
     where id = $1 and ended_at is null`,
    [
      id,
      change.state,
      change.leaseId ?? null,
      change.fence ?? null,
      change.seq ?? null,
      change.failure ? JSON.stringify(change.failure) : null,
      change.ended ?? false,
    ],
  );
  return changed > 0;
};

export const setReleaseBackup = async (transaction: Queryable, id: string, backupId: string): Promise<void> => {
  await transaction.execute('update :schema.release set backup_id = $2 where id = $1', [id, backupId]);
};

/** What the plan of a release covered beside its own section. */
export const readScope = async (state: StateHandle, id: string): Promise<PlannedScope> => {
  const [row] = await state.query<{ scope: PlannedScope }>('select scope from :schema.release where id = $1', [id]);
  return row?.scope ?? { targets: [], all: false };
};

/** The section that a release carried out, as it was planned. */
export const readSection = async (state: Queryable, id: string): Promise<JsonValue | undefined> => {
  const [row] = await state.query<{ section: JsonValue }>('select section from :schema.release where id = $1', [id]);
  return row?.section;
};
