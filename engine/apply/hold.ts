import { Refusal, refuse } from '../diagnostics/index.ts';
import type { PlaceStatus } from '../provider/index.ts';
import { acquireLease, appendAudit, isAudited, type Lease, requireLease, type State } from '../state/index.ts';
import type { System } from '../system/index.ts';
import type { Hold, PlaceAccess } from './context.ts';

export interface HoldRequest {
  readonly system: System;
  readonly state: State;
  readonly place: PlaceAccess;
  readonly holder: string;
  /** Such as `apply v1.3.0 to production`. */
  readonly operation: string;
  readonly ciRun: string | null;
  readonly lockTimeoutMs: number;
  /** Whether a place that does not exist yet is created; otherwise it is refused. */
  readonly create: boolean;
  /** A place of another state is let through, for the one operation that adopts it. */
  readonly adopting?: boolean;
}

const createPlace = async (request: HoldRequest, lease: Lease): Promise<PlaceStatus> => {
  const { state, system, place } = request;
  if (!request.create) {
    throw refuse('place-missing', {
      detail: `Nothing was ever released to ${lease.place.address} (environment "${request.place.environment}").`,
    });
  }
  // The audit row comes first: a place that exists without one would have come from nowhere. An attempt that went no
  // further has left its row, and the place is created once.
  await state.transaction(async (transaction) => {
    await requireLease(transaction, lease);
    const created = { event: 'place.created', subject: lease.place.address };
    if (await isAudited(transaction, { ...created, detail: { place_id: lease.place.id } })) return;
    await appendAudit(transaction, system, {
      ...created,
      actor: request.holder,
      environment: place.environment,
      detail: { place_id: lease.place.id, environment: place.environment },
    });
  });
  const status = await place.store.create({ placeId: lease.place.id, lineage: state.lineage });
  await system.failpoints('after-place-created');
  return status;
};

const checkOwner = (request: HoldRequest, status: PlaceStatus, { id, address }: Lease['place']): void => {
  if (status.placeId === id && (request.adopting || status.lineage === request.state.lineage)) return;
  throw refuse('place-of-another-state', {
    detail: `The place ${address} belongs to the state ${status.lineage}.`,
    hint: 'To take it over, with its history in the place, run:\n\n    m3forge state import --target <target>',
  });
};

/**
 * A lease that cannot be given back, because the connection is lost, is freed with the session that held it: opening a new
 * connection ends the old one, which the server may still believe in.
 */
const giveBack = async ({ system, state }: HoldRequest, lease: Lease): Promise<void> => {
  try {
    await lease.release();
  } catch (error) {
    system.log.warn(`the lease was not released: ${String(error)}`);
    await state.database
      .reconnect()
      .catch((second: unknown) => system.log.warn(`its session could not be ended: ${String(second)}`));
  }
};

/** A former holder that does not know yet that it is one raises the fence at most that often: see `readTruth`. */
const mostFenceTries = 3;

const isFenced = (error: unknown): boolean =>
  error instanceof Refusal && error.diagnostics.some(({ code }) => code === 'place-fenced');

/**
 * Raises the fence from where it was while the lease was this process's own. A process that was stopped anywhere in here
 * may find its lease taken when it wakes: then the fence is another's, and is left as it is.
 */
const raiseFence = async (request: HoldRequest, lease: Lease, fence: number, tries: number): Promise<number> => {
  const { state, system, place } = request;
  const stillHeld = (): Promise<void> => state.transaction((transaction) => requireLease(transaction, lease));
  await stillHeld();
  await system.failpoints('before-fence-raised');
  try {
    return await place.store.raiseFence(fence, stillHeld);
  } catch (error) {
    if (!isFenced(error) || tries <= 1) throw error;
    const status = await place.store.status();
    if (!status) throw error;
    return raiseFence(request, lease, status.fence, tries - 1);
  }
};

/** Takes the lease and raises the fence; from here on an older holder's writes fail. */
const takeHold = async (request: HoldRequest): Promise<Hold> => {
  const { state, system, place } = request;
  const address = await place.store.address();
  await system.failpoints('before-lease');
  const lease = await acquireLease(state, system, {
    address,
    environment: place.environment,
    placeId: (await place.store.status())?.placeId,
    holder: request.holder,
    operation: request.operation,
    ciRun: request.ciRun,
    timeoutMs: request.lockTimeoutMs,
  });
  try {
    await system.failpoints('after-lease');
    const status = (await place.store.status()) ?? (await createPlace(request, lease));
    checkOwner(request, status, lease.place);
    const fence = await raiseFence(request, lease, status.fence, mostFenceTries);
    await state.transaction((transaction) => requireLease(transaction, lease));
    await system.failpoints('after-fence');
    return { lease, placeId: lease.place.id, fence };
  } catch (error) {
    await giveBack(request, lease);
    throw error;
  }
};

/** Runs `work` under the lease of a place, and releases it whatever happens. */
export const withHold = async <T>(request: HoldRequest, work: (hold: Hold) => Promise<T>): Promise<T> => {
  const hold = await takeHold(request);
  try {
    return await work(hold);
  } finally {
    try {
      await request.system.failpoints('before-lease-released');
    } finally {
      await giveBack(request, hold.lease);
    }
    await request.system.failpoints('after-lease-released');
  }
};
