import { endLockHolder, type Queryable, type SessionLock } from '../database/index.ts';
import { Refusal, refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { digestOfBytes } from '../values/index.ts';
import type { StateHandle } from './handle.ts';

/** A lease whose holder has not been heard of for this long may be taken, by the clock of the database. */
export const leaseTtlSeconds = 30;
const heartbeatMs = 10_000;
const pollMs = 250;
const breakPollMs = 50;
const mostTriesToBreak = 40;

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

export interface PlaceRow {
  readonly id: string;
  readonly address: string;
  readonly environment: string;
}

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

type HolderRow = {
  [K in keyof LeaseHolder]: LeaseHolder[K] | null;
};

const holderColumns = `lease_id as "leaseId", lease_holder as holder, lease_operation as operation, lease_host as host,
  lease_pid as pid, lease_boot_id as "bootId", lease_backend as backend, lease_ci_run as "ciRun", lease_since as since, lease_heartbeat as heartbeat`;

const toHolder = (row: HolderRow): LeaseHolder | undefined => (row.leaseId === null ? undefined : (row as LeaseHolder));

/** The advisory lock of a place: 63 bits of its address, so that places never meet one another's locks. */
const lockKey = (address: string): bigint => BigInt(`0x${digestOfBytes(address).slice(0, 16)}`) >> 1n;

/** A place that was renamed, moved or copied carries an id that this state knows under another address. */
const refuseMoved = async (
  state: StateHandle,
  request: { readonly address: string; readonly placeId?: string | undefined },
): Promise<void> => {
  const known = request.placeId && (await findPlace(state, { id: request.placeId }));
  if (!known) return;
  throw refuse('place-moved', {
    detail: `The place ${request.address} is known as ${known.address}: it was renamed, moved or copied.`,
    hint: 'If the other one is gone, tell the state where the place is now:\n\n    m3forge state import --target <target>',
  });
};

/** The place's row, made where this address was never seen before. An address belongs to one environment. */
export const registerPlace = async (
  state: StateHandle,
  system: System,
  request: {
    readonly address: string;
    readonly environment: string;
    /** The id that the place carries already; a place that does not exist yet is given one. */
    readonly placeId?: string | undefined;
  },
): Promise<PlaceRow> => {
  const find = () => findPlace(state, { address: request.address });
  let place = await find();
  if (!place) {
    await refuseMoved(state, request);
    await state.execute(
      'insert into :schema.place (id, address, environment) values ($1, $2, $3) on conflict (address) do nothing',
      [request.placeId ?? system.ids.uuid(), request.address, request.environment],
    );
    place = await find();
  }
  if (!place) throw new Error('a place that was just registered is not there');
  if (place.environment !== request.environment) {
    throw refuse('place-of-another-environment', {
      detail: `The place ${place.address} belongs to the environment "${place.environment}", and "${request.environment}" resolves to it too.`,
      hint: 'Give each environment its own database or schema.',
    });
  }
  return place;
};

const leased = (place: PlaceRow, holder: LeaseHolder | undefined): Error => {
  const who = holder
    ? `${holder.holder} (${holder.operation}, pid ${holder.pid} on ${holder.host}${holder.ciRun ? `, ${holder.ciRun}` : ''}) since ${holder.since.toISOString()}`
    : 'another process';
  return refuse('place-leased', {
    detail: `The place ${place.address} is leased by ${who}.`,
    address: place.address,
    hint: 'Wait for it with --lock-timeout, such as:\n\n    m3forge apply --lock-timeout 5m',
  });
};

const currentHolder = async (state: StateHandle, placeId: string) => {
  const [row] = await state.query<HolderRow & { fresh: boolean | null }>(
    `select ${holderColumns}, lease_heartbeat > clock_timestamp() - make_interval(secs => $2) as fresh
     from :schema.place where id = $1`,
    [placeId, leaseTtlSeconds],
  );
  return row ? { holder: toHolder(row), fresh: row.fresh === true } : { holder: undefined, fresh: false };
};

/** A lease that has run out is no right to the lock either: the session that still holds it is ended. */
const breakLock = async (state: StateHandle, address: string, holder: LeaseHolder): Promise<void> => {
  try {
    await endLockHolder(state.database, lockKey(address), holder.backend);
  } catch (error) {
    // Another role's session may not be ended by this one: then there is nothing but to wait.
    if (!(error instanceof Refusal)) throw error;
  }
};

/** Waits for the lock of a living holder; a holder whose lease has run out loses it. */
const takeLock = async (
  state: StateHandle,
  system: System,
  place: PlaceRow,
  timeoutMs: number,
): Promise<SessionLock> => {
  const deadline = system.clock.monotonicMs() + timeoutMs;
  for (let tries = 1; ; tries += 1) {
    const lock = await state.database.tryLock(lockKey(place.address));
    if (lock) return lock;
    const { holder, fresh } = await currentHolder(state, place.id);
    if (holder && !fresh && tries <= mostTriesToBreak) {
      // An ended session gives its locks back a moment later.
      await breakLock(state, place.address, holder);
      await system.clock.sleep(breakPollMs, system.interrupted);
      continue;
    }
    if (system.clock.monotonicMs() >= deadline || system.interrupted.aborted) throw leased(place, holder);
    await system.clock.sleep(pollMs, system.interrupted);
  }
};

/** Takes the lease of a place, or throws `Refusal` with `place-leased` naming who holds it. */
export const acquireLease = async (state: StateHandle, system: System, request: LeaseRequest): Promise<Lease> => {
  const place = await registerPlace(state, system, request);
  const lock = await takeLock(state, system, place, request.timeoutMs);
  const id = system.ids.uuid();
  const { self } = system.processes;
  await state.execute(
    `update :schema.place set lease_id = $2, lease_holder = $3, lease_operation = $4, lease_host = $5, lease_pid = $6,
       lease_boot_id = $7, lease_ci_run = $8, lease_backend = pg_catalog.pg_backend_pid(), lease_since = clock_timestamp(), lease_heartbeat = clock_timestamp()
     where id = $1`,
    [place.id, id, request.holder, request.operation, self.host, self.pid, self.bootId, request.ciRun],
  );
  const stop = new AbortController();
  // The embedded database's directory lock is exclusive by itself: nobody could read a heartbeat.
  const beating = state.database.kind === 'server' ? beat(state, system, place.id, id, stop.signal) : Promise.resolve();
  return {
    id,
    place,
    release: async () => {
      stop.abort();
      await beating;
      await state.execute(
        `update :schema.place set lease_id = null, lease_holder = null, lease_operation = null, lease_host = null,
           lease_pid = null, lease_boot_id = null, lease_backend = null, lease_ci_run = null, lease_since = null, lease_heartbeat = null
         where id = $1 and lease_id = $2`,
        [place.id, id],
      );
      await lock.release();
    },
  };
};

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
    try {
      await state.execute(
        'update :schema.place set lease_heartbeat = clock_timestamp() where id = $1 and lease_id = $2',
        [placeId, leaseId],
      );
    } catch {
      // A lost connection shows itself at the next step, which compares the lease before it writes.
      return;
    }
  }
};

/** Fails unless the lease is still this one's. Called first inside every transaction that writes for a release. */
export const requireLease = async (transaction: Queryable, lease: Lease): Promise<void> => {
  const rows = await transaction.query(
    'select 1 as held from :schema.place where id = $1 and lease_id = $2 for update',
    [lease.place.id, lease.id],
  );
  if (rows.length === 0) {
    throw refuse('lease-lost', {
      detail: `The lease of ${lease.place.address} was taken by another process while this one was not heard of.`,
      hint: 'Run "m3forge status" to see what the other one did.',
    });
  }
};

/** Says where a place is now, and whose it is. */
export const rebindPlace = async (transaction: Queryable, place: PlaceRow): Promise<void> => {
  await transaction.execute('update :schema.place set address = $2, environment = $3 where id = $1', [
    place.id,
    place.address,
    place.environment,
  ]);
};

export const findPlace = async (
  state: StateHandle,
  key: { readonly id: string } | { readonly address: string },
): Promise<PlaceRow | undefined> => {
  const [column, value] = 'id' in key ? ['id', key.id] : ['address', key.address];
  const [row] = await state.query<PlaceRow>(`select id, address, environment from :schema.place where ${column} = $1`, [
    value,
  ]);
  return row;
};

/** A place that somebody holds; `fresh` where the holder was heard of within the TTL. */
export type LeasedPlace = PlaceRow & { readonly lease: LeaseHolder; readonly fresh: boolean };

export const listLeases = async (state: StateHandle): Promise<readonly LeasedPlace[]> => {
  const rows = await state.query<PlaceRow & HolderRow & { fresh: boolean }>(
    `select id, address, environment, ${holderColumns},
       lease_heartbeat > clock_timestamp() - make_interval(secs => $1) as fresh
     from :schema.place where lease_id is not null order by lease_since`,
    [leaseTtlSeconds],
  );
  return rows.flatMap(({ id, address, environment, fresh, ...row }) => {
    const lease = toHolder(row);
    return lease ? [{ id, address, environment, lease, fresh }] : [];
  });
};
