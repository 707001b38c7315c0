import type { Queryable } from '../database/index.ts';
import type { StateHandle } from './handle.ts';
import { type Lease, leaseLost } from './leases.ts';

/** One unit of a release's work, begun and, unless its process died in it, ended. */
export interface StepRecord {
  readonly n: number;
  readonly name: string;
  readonly beganAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: 'done' | 'failed' | null;
  readonly detail: string | null;
}

export interface LogLine {
  readonly n: number;
  readonly at: Date;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** True while a lease is still somebody's: a holder that was stopped and woken too late does not write its journal either. */
const isHeld = (parameter: string): string =>
  `exists (select from :schema.place held where held.lease_id = ${parameter})`;

/** Begins a step of a release under its lease, and returns its number. Throws `Refusal` with `lease-lost`. */
export const beginStep = async (
  queryable: Queryable,
  lease: Lease,
  releaseId: string,
  name: string,
): Promise<number> => {
  const [row] = await queryable.query<{ n: number }>(
    `insert into :schema.step (release_id, n, name)
     select $1, (select coalesce(max(n), 0) + 1 from :schema.step where release_id = $1), $2
     where ${isHeld('$3')} returning n`,
    [releaseId, name, lease.id],
  );
  if (!row) throw leaseLost(lease);
  return row.n;
};

export const endStep = async (
  queryable: Queryable,
  lease: Lease,
  releaseId: string,
  n: number,
  end: { readonly outcome: 'done' | 'failed'; readonly detail: string | null },
): Promise<void> => {
  const ended = await queryable.execute(
    `update :schema.step set ended_at = clock_timestamp(), outcome = $3, detail = $4
     where release_id = $1 and n = $2 and ${isHeld('$5')}`,
    [releaseId, n, end.outcome, end.detail, lease.id],
  );
  if (ended === 0) throw leaseLost(lease);
};

export const listSteps = (state: StateHandle, releaseId: string): Promise<readonly StepRecord[]> =>
  state.query<StepRecord>(
    `select n, name, began_at as "beganAt", ended_at as "endedAt", outcome, detail
     from :schema.step where release_id = $1 order by n`,
    [releaseId],
  );

/** `lease` is null before the release has taken one; with one that was lost, throws `Refusal` with `lease-lost`. */
export const appendLog = async (
  queryable: Queryable,
  lease: Lease | null,
  releaseId: string,
  level: LogLine['level'],
  message: string,
): Promise<void> => {
  const written = await queryable.execute(
    `insert into :schema.release_log (release_id, level, message)
     select $1, $2, $3 where $4::uuid is null or ${isHeld('$4')}`,
    [releaseId, level, message, lease?.id ?? null],
  );
  if (written === 0 && lease) throw leaseLost(lease);
};

/** The lines of a release's log after number `after`, in order. */
export const readLog = (state: StateHandle, releaseId: string, after = 0): Promise<readonly LogLine[]> =>
  state.query<LogLine>(
    'select n, at, level, message from :schema.release_log where release_id = $1 and n > $2 order by n',
    [releaseId, after],
  );
