import type { Queryable } from '../database/index.ts';
import type { JsonObject } from '../values/index.ts';
import type { StateHandle } from './handle.ts';

/** `skipped`: it was to be judged and was not, so it has not passed. */
export type GateVerdict = 'pass' | 'warn' | 'fail' | 'skipped';

/** How one gate ended for a release. */
export interface GateResult {
  readonly gate: string;
  readonly verdict: GateVerdict;
  /** `pass` or `warn`. */
  readonly passed: boolean;
  readonly durationMs: number;
  /** What the verdict rests on; `summary` says it in a few words. Without secrets. */
  readonly evidence: JsonObject;
}

/** Records how gates ended, as long as the release has not begun; false where it is over for gates. */
export const keepGates = async (
  queryable: Queryable,
  releaseId: string,
  results: readonly GateResult[],
): Promise<boolean> =>
  (await queryable.execute(
    `insert into :schema.gate_result (release_id, gate, passed, verdict, duration_ms, evidence)
     select $1::uuid, gate, passed, verdict, duration_ms, evidence
     from jsonb_to_recordset($2::jsonb)
       as t (gate text, passed boolean, verdict text, duration_ms integer, evidence jsonb)
     where exists (select 1 from :schema.release where id = $1 and started_at is null and ended_at is null)
     on conflict (release_id, gate) do update set passed = excluded.passed, verdict = excluded.verdict,
       duration_ms = excluded.duration_ms, evidence = excluded.evidence`,
    [releaseId, JSON.stringify(results.map(({ durationMs, ...rest }) => ({ ...rest, duration_ms: durationMs })))],
  )) > 0;

/** The gates of several releases, by the id of each; without what the verdicts rest on. */
export const gatesOfReleases = async (
  state: StateHandle,
  releaseIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Omit<GateResult, 'evidence' | 'passed'>[]>> => {
  const rows = await state.query<Omit<GateResult, 'evidence' | 'passed'> & { readonly releaseId: string }>(
    `select release_id as "releaseId", gate, verdict, duration_ms as "durationMs" from :schema.gate_result
     where release_id = any($1::uuid[]) order by gate`,
    [releaseIds],
  );
  return Map.groupBy(rows, ({ releaseId }) => releaseId);
};

export const listGates = (state: StateHandle, releaseId: string): Promise<readonly GateResult[]> =>
  state.query<GateResult>(
    `select gate, verdict, passed, duration_ms as "durationMs", evidence from :schema.gate_result
     where release_id = $1 order by gate`,
    [releaseId],
  );
