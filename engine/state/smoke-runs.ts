import type { Queryable } from '../database/index.ts';
import type { Digest } from '../values/index.ts';
import { type StateHandle, toBytes } from './handle.ts';
import { type Lease, leaseLost } from './leases.ts';

/** One run of a smoke test, at one gateway where it asks them. */
export interface SmokeRun {
  /** Its name, with the gateway. */
  readonly test: string;
  readonly kind: 'run' | 'http' | 'invoke' | 'check';
  readonly verdict: 'passed' | 'failed' | 'unattributed';
  readonly durationMs: number;
}

/** Records what a smoke test came to, under the lease of its release. Throws `Refusal` with `lease-lost`. */
export const recordSmokeRun = async (
  queryable: Queryable,
  lease: Lease,
  release: { readonly id: string; readonly manifestDigest: Digest },
  run: SmokeRun,
): Promise<void> => {
  const written = await queryable.execute(
    `insert into :schema.smoke_run (release_id, manifest_digest, test, kind, verdict, duration_ms)
     select $1, $2, $3, $4, $5, $6 where exists (select from :schema.place held where held.lease_id = $7)`,
    [release.id, toBytes(release.manifestDigest), run.test, run.kind, run.verdict, run.durationMs, lease.id],
  );
  if (written === 0) throw leaseLost(lease);
};

const columns = 's.test, s.kind, s.verdict, s.duration_ms as "durationMs"';

/** What the smoke tests of one release came to, in their order. */
export const smokeRunsOf = (state: StateHandle, releaseId: string): Promise<readonly SmokeRun[]> =>
  state.query<SmokeRun>(`select ${columns} from :schema.smoke_run s where s.release_id = $1 order by s.n`, [releaseId]);

/** How this content answered requests and ran workflows wherever it was released: the newest first, `most` of them. */
export const recentRuns = (
  state: StateHandle,
  manifestDigest: Digest,
  most: number,
): Promise<readonly (SmokeRun & { readonly target: string })[]> =>
  state.query<SmokeRun & { readonly target: string }>(
    `select ${columns}, r.target from :schema.smoke_run s join :schema.release r on r.id = s.release_id
     where s.manifest_digest = $1 and s.kind in ('http', 'invoke') order by s.n desc limit $2`,
    [toBytes(manifestDigest), most],
  );
