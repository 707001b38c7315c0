import { endLockHolder } from '../database/index.ts';
import { Refusal, refuse } from '../diagnostics/index.ts';
import { hasEnded, type Processes, type System } from '../system/index.ts';
import { digestOfBytes } from '../values/index.ts';
import { appendAudit } from './audit.ts';
import type { StateHandle } from './handle.ts';
import type { PlaceRow } from './places.ts';

/** A lease whose holder has not been heard of for this long may be taken, by the clock of the database. */
export const leaseTtlSeconds = 30;

/** Who holds a place. */
export interface LeaseHolder {
  readonly leaseId: string;
  readonly holder: string;
  readonly operation: string;
  readonly host: string;
  readonly pid: number;
  readonly bootId: string;
  /** The database session that holds the lock. */
  readonly backend: number;
  readonly ciRun: string | null;
  readonly since: Date;
  readonly heartbeat: Date;
}

/**
 * What is known of a holder: `fresh` was heard of within the TTL, `silent` was not, and `ended` is a process of this host
 * that certainly does not run any more, whatever the last heartbeat says.
 */
export type LeaseCondition = 'fresh' | 'silent' | 'ended';

/** A place that somebody holds. */
export type LeasedPlace = PlaceRow & {
  readonly lease: LeaseHolder;
  readonly condition: LeaseCondition;
  /** How many are waiting for it in line. */
  readonly waiting: number;
};

export const noLease = `lease_id = null, lease_holder = null, lease_operation = null, lease_host = null, lease_pid = null,
  lease_boot_id = null, lease_backend = null, lease_ci_run = null, lease_since = null, lease_heartbeat = null`;

/** The advisory lock of a place: 63 bits of its address, so that places never meet one another's locks. */
export const lockKey = (address: string): bigint => BigInt(`0x${digestOfBytes(address).slice(0, 16)}`) >> 1n;

type HolderRow = LeaseHolder & { readonly fresh: boolean; readonly waiting: number };

/** Whoever reads the embedded database has its directory to itself, so nobody else can hold anything in it. */
const conditionOf = (state: StateHandle, row: HolderRow, processes: Processes): LeaseCondition => {
  if (state.database.kind === 'embedded' || hasEnded(row, processes)) return 'ended';
  return row.fresh ? 'fresh' : 'silent';
};

/** The leases there are, or that of one place, oldest first. */
export const listLeases = async (
  state: StateHandle,
  processes: Processes,
  placeId?: string,
): Promise<readonly LeasedPlace[]> => {
  const rows = await state.query<PlaceRow & HolderRow>(
    `select id, address, environment, lease_id as "leaseId", lease_holder as holder, lease_operation as operation,
       lease_host as host, lease_pid as pid, lease_boot_id as "bootId", lease_backend as backend, lease_ci_run as "ciRun",
       lease_since as since, lease_heartbeat as heartbeat,
       lease_heartbeat > clock_timestamp() - make_interval(secs => $1) as fresh,
       (select count(*) from :schema.lease_waiter w where w.place_id = place.id) as waiting
     from :schema.place where lease_id is not null and ($2::uuid is null or id = $2) order by lease_since`,
    [leaseTtlSeconds, placeId ?? null],
  );
  return rows.map((row) => {
    const { id, address, environment, fresh: _, waiting, ...lease } = row;
    return { id, address, environment, lease, condition: conditionOf(state, row, processes), waiting };
  });
};

/** Ends the session that still holds the lock of a lease which is no right to it any more. */
export const breakLock = async (state: StateHandle, { address, lease }: LeasedPlace): Promise<void> => {
  try {
    await endLockHolder(state.database, lockKey(address), lease.backend);
  } catch (error) {
    // Another role's session may not be ended by this one: then there is nothing but to wait.
    if (!(error instanceof Refusal)) throw error;
  }
};

/** Whether anything speaks for a holder that may still be at work: a heartbeat, or its process on this very host. */
export const mayBeAtWork = ({ condition, lease }: LeasedPlace, { self }: Processes): boolean =>
  condition === 'fresh' || (condition === 'silent' && lease.host === self.host);

/**
 * Takes a lease away from its holder by hand, audited in the same transaction. Its session is ended first: it may be
 * stopped in the middle of a transaction that would keep this one waiting. That alone gives the place to nobody whose own
 * lease would not be recorded.
 */
export const takeLeaseAway = async (
  state: StateHandle,
  system: System,
  held: LeasedPlace,
  order: { readonly actor: string; readonly forced: boolean; readonly reason: string | null },
): Promise<void> => {
  await breakLock(state, held);
  const { address, lease } = held;
  await state.transaction(async (transaction) => {
    const count = await transaction.execute(`update :schema.place set ${noLease} where id = $1 and lease_id = $2`, [
      held.id,
      lease.leaseId,
    ]);
    if (count === 0) throw leaseUnknown(lease.leaseId);
    await appendAudit(transaction, system, {
      actor: order.actor,
      event: 'lease.released',
      subject: address,
      environment: held.environment,
      detail: {
        lease_id: lease.leaseId,
        holder: lease.holder,
        operation: lease.operation,
        host: lease.host,
        pid: lease.pid,
        ci_run: lease.ciRun,
        condition: held.condition,
        forced: order.forced,
        reason: order.reason,
      },
    });
  });
};

export const leaseUnknown = (id: string): Refusal =>
  refuse('lease-unknown', {
    detail: `There is no lease "${id}".`,
    hint: 'It may have been given back. Leases and their ids are listed by:\n\n    m3forge lock list',
  });
