import type { JsonValue } from '../values/index.ts';
import type { GateVerdict } from './gates.ts';
import type { StateHandle } from './handle.ts';
import type { ReleaseRecord } from './releases.ts';

/** What a report tells of a release: of its section only what is short, however long its differences are. */
export interface ReportedRelease
  extends Pick<
    ReleaseRecord,
    | 'id'
    | 'n'
    | 'target'
    | 'environment'
    | 'kind'
    | 'state'
    | 'version'
    | 'fromVersion'
    | 'requestedBy'
    | 'reason'
    | 'createdAt'
    | 'startedAt'
    | 'endedAt'
  > {
  /** The code of why it did not succeed. */
  readonly failure: string | null;
  /** What its section does to each artifact; null where the section has no such list. */
  readonly actions: readonly JsonValue[] | null;
  /** What its section says of approvals and gates, as it was recorded. */
  readonly approvals: JsonValue;
  /** Whether it was let delete more than its target allows. */
  readonly allowedDeletes: JsonValue;
  readonly asked: JsonValue;
  /** Who approved, in the order in which they did. */
  readonly approvedBy: readonly string[];
  /** The gates that were judged, by name. */
  readonly gates: readonly { readonly gate: string; readonly verdict: GateVerdict }[];
}

/** Which releases are wanted: those that were asked for in a time, and those with an id that is known from elsewhere. */
interface ReportedFilter {
  readonly environment: string | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly ids: readonly string[];
}

const batch = 500;

/** Releases that match, oldest first, some hundreds at a time. */
export async function* reportedReleases(
  state: StateHandle,
  { environment, start, end, ids }: ReportedFilter,
): AsyncGenerator<readonly ReportedRelease[]> {
  for (let after = 0; ; ) {
    const rows = await state.query<ReportedRelease>(
      `select id, n, target, environment, kind, state, version, from_version as "fromVersion",
         requested_by as "requestedBy", reason, failure ->> 'code' as failure,
         created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt",
         case jsonb_typeof(section -> 'changes') when 'array'
           then jsonb_path_query_array(section, '$.changes[*].actions[0]') end as actions,
         section -> 'approvals' as approvals, section -> 'allow_deletes' as "allowedDeletes", section -> 'gates' as asked,
         coalesce((select jsonb_agg(by order by at, by) from :schema.approval
           where release_id = id and decision = 'approved'), '[]') as "approvedBy",
         coalesce((select jsonb_agg(jsonb_build_object('gate', gate, 'verdict', verdict) order by gate collate "C")
           from :schema.gate_result where release_id = id), '[]') as gates
       from :schema.release
       where n > $1 and ($2::text is null or environment = $2)
         and (id = any($5::uuid[]) or (($3::timestamptz is null or created_at >= $3) and ($4::timestamptz is null or created_at < $4)))
       order by n limit ${batch}`,
      [after, environment, start, end, ids],
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < batch) return;
    after = last.n;
  }
}
