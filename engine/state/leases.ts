import type { Queryable } from '../database/index.ts';
import { Refusal, refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import type { StateHandle } from './handle.ts';
import { breakLock, type LeasedPlace, listLeases, lockKey, noLease } from './lease-holders.ts';
import { goesFirst, leaveLine, stayInLine, type Waiter, waitersAhead } from './lease-queue.ts';
import { type PlaceRow, registerPlace } from './places.ts';

const heartbeatMs = 10_000;
const pollMs = 250;
const breakPollMs = 50;
const mostTriesToBreak = 40;

/** The right to write to one place, until it is released, lost, or taken after its TTL. */
export interface Lease {
  readonly id: string;
  readonly place: PlaceRow;
  readonly release: () => Promise<void>;
}

export interface LeaseRequest {
  readonly address: string;
  readonly environment: string;
  readonly placeId?: string | undefined;
  readonly holder: string;
  readonly operation: string;
  readonly ciRun: string | null;
  /** How long to wait for another holder; 0 gives up at once. */
  readonly timeoutMs: number;
}

/** Who stands between a process and the lease it wants. */
export interface Obstacle {
  readonly held: LeasedPlace | undefined;
  /** Who has waited longer, in order. */
  readonly ahead: readonly Waiter[];
}

/**
 * What to do about it. Only the first in line breaks a lock, and only that of a holder who lost the right to it; an ended
 * session gives its locks back a moment later, so breaking is not held against the time that was given for waiting.
 */
export const nextMove = (
  { held, ahead }: Obstacle,
  { timedOut, triesToBreak }: { readonly timedOut: boolean; readonly triesToBreak: number },
): 'break' | 'wait' | 'give up' => {
  const lapsed = held !== undefined && held.condition !== 'fresh';
  if (ahead.length === 0 && lapsed && triesToBreak < mostTriesToBreak) return 'break';
  return timedOut ? 'give up' : 'wait';
};

const leased = (place: PlaceRow, { held, ahead }: Obstacle): Refusal => {
  const [first] = ahead;
  const lease = held?.lease;
  const who = (
    name: string,
    doing: string,
    where: { readonly pid: number; readonly host: string },
    run?: string | null,
  ) => `${name} (${doing}, pid ${where.pid} on ${where.host}${run ? `, ${run}` : ''})`;
  const holder = lease
    ? `is leased by ${who(lease.holder, lease.operation, lease, lease.ciRun)} since ${lease.since.toISOString()}`
    : first
      ? `is free, but ${who(first.holder, first.operation, first)} waits for it since ${first.since.toISOString()}`
      : 'is leased by another process';
  return refuse('place-leased', {
    detail: `The place ${place.address} ${holder}.`,
    address: place.address,
    hint: 'Wait for it with --lock-timeout, such as:\n\n    m3forge apply --lock-timeout 5m',
  });
};

/**
 * Takes the lock and writes the lease in one statement, unless somebody goes first. So no session ever holds the lock
 * without saying whose it is: a process that is stopped right after it can be told from the lease it left.
 */
const tryLease = async (
  state: StateHandle,
  { processes: { self } }: System,
  place: PlaceRow,
  request: LeaseRequest,
  ids: { readonly lease: string; readonly ticket: string | null },
): Promise<boolean> => {
  const written = await state.execute(
    `with turn as materialized (
       select case when exists (select from :schema.lease_waiter w where ${goesFirst}) then false
         else pg_catalog.pg_try_advisory_lock($3::bigint) end as mine
     ), out_of_line as (delete from :schema.lease_waiter w using turn where turn.mine and w.id = $2)
     update :schema.place set lease_id = $4, lease_holder = $5, lease_operation = $6, lease_host = $7, lease_pid = $8,
       lease_boot_id = $9, lease_ci_run = $10, lease_backend = pg_catalog.pg_backend_pid(),
       lease_since = clock_timestamp(), lease_heartbeat = clock_timestamp()
     from turn where turn.mine and place.id = $1`,
    [
      ...[place.id, ids.ticket, String(lockKey(place.address)), ids.lease, request.holder, request.operation],
      ...[self.host, self.pid, self.bootId, request.ciRun],
    ],
  );
  return written > 0;
};

/** Waits in line for the lease; a holder who lost the right to it, or who ended, loses the lock too. */
const waitForLease = async (
  state: StateHandle,
  system: System,
  place: PlaceRow,
  request: LeaseRequest,
  leaseId: string,
): Promise<void> => {
  const deadline = system.clock.monotonicMs() + request.timeoutMs;
  const ticket = request.timeoutMs > 0 ? system.ids.uuid() : null;
  const { holder, operation } = request;
  let triesToBreak = 0;
  for (;;) {
    if (ticket) await stayInLine(state, system, { id: ticket, placeId: place.id, holder, operation });
    const ahead = await waitersAhead(state, system, place.id, ticket);
    if (await tryLease(state, system, place, request, { lease: leaseId, ticket })) return;
    const [held] = await listLeases(state, system.processes, place.id);
    const left = deadline - system.clock.monotonicMs();
    const timedOut = left <= 0 || system.interrupted.aborted;
    const move = nextMove({ held, ahead }, { timedOut, triesToBreak });
    if (move === 'give up') {
      if (ticket) await leaveLine(state, ticket);
      throw leased(place, { held, ahead });
    }
    if (move === 'break' && held) {
      triesToBreak += 1;
      await breakLock(state, held);
    }
    await system.clock.sleep(move === 'break' ? breakPollMs : Math.min(pollMs, left), system.interrupted);
  }
};

/** Takes the lease of a place, or throws `Refusal` with `place-leased` naming who holds it. */
export const acquireLease = async (state: StateHandle, system: System, request: LeaseRequest): Promise<Lease> => {
  const place = await registerPlace(state, system, request);
  const id = system.ids.uuid();
  const free = await tryLease(state, system, place, request, { lease: id, ticket: null });
  if (!free) await waitForLease(state, system, place, request, id);
  const stop = new AbortController();
  // The embedded database's directory lock is exclusive by itself: nobody could read a heartbeat.
  const beating = state.database.kind === 'server' ? beat(state, system, place.id, id, stop.signal) : Promise.resolve();
  return {
    id,
    place,
    release: async () => {
      stop.abort();
      await beating;
      await state.execute(`update :schema.place set ${noLease} where id = $1 and lease_id = $2`, [place.id, id]);
      // After a new connection the lock is gone already, and this does nothing.
      await state.query('select pg_catalog.pg_advisory_unlock($1::bigint)', [String(lockKey(place.address))]);
    },
  };
};

const isConnectionLost = (error: unknown): boolean =>
  error instanceof Refusal && error.diagnostics.some(({ code }) => code === 'database-connection-lost');

/** Says every ten seconds that the holder lives, until the lease is given back, taken, or lost with the connection. */
const beat = async (
  state: StateHandle,
  system: System,
  placeId: string,
  leaseId: string,
  stop: AbortSignal,
): Promise<void> => {
  while (!stop.aborted) {
    await system.clock.sleep(heartbeatMs, stop);
    if (stop.aborted) return;
    const isHeld = await state
      .execute('update :schema.place set lease_heartbeat = clock_timestamp() where id = $1 and lease_id = $2', [
        placeId,
        leaseId,
      ])
      .then(
        (rows) => rows > 0,
        // A lost connection shows itself at the next step, which compares the lease before it writes. Anything else may
        // have passed by the next beat.
        (error: unknown) => !isConnectionLost(error),
      );
    if (!isHeld) return;
  }
};

export const leaseLost = ({ place }: Lease): Refusal =>
  refuse('lease-lost', {
    detail: `The lease of ${place.address} was taken away while this process was not heard of, or by "m3forge lock release".`,
    hint: 'Run "m3forge status" to see what happened to the place since.',
  });

/** Fails unless the lease is still this one's. Called first inside every transaction that writes for a release. */
export const requireLease = async (transaction: Queryable, lease: Lease): Promise<void> => {
  const rows = await transaction.query(
    'select 1 as held from :schema.place where id = $1 and lease_id = $2 for update',
    [lease.place.id, lease.id],
  );
  if (rows.length === 0) throw leaseLost(lease);
};
