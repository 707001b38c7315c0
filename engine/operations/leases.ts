import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import {
  type LeaseCondition,
  type LeasedPlace,
  leaseUnknown,
  listLeases,
  mayBeAtWork,
  takeLeaseAway,
} from '../state/index.ts';
import type { OpenPlace } from './connections.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { touchedTargets } from './touched-targets.ts';

/** Who holds a place. */
export interface LeaseView {
  readonly id: string;
  readonly place: string;
  readonly environment: string;
  readonly holder: string;
  readonly operation: string;
  readonly host: string;
  readonly pid: number;
  readonly ci_run: string | null;
  readonly since: string;
  readonly heartbeat: string;
  /** `fresh`: heard of within the TTL; `silent`: not; `ended`: its process does not run any more. */
  readonly condition: LeaseCondition;
  /** How many wait for the place in line. */
  readonly waiting: number;
}

const viewOf = ({ address, environment, lease, condition, waiting }: LeasedPlace): LeaseView => ({
  id: lease.leaseId,
  place: address,
  environment,
  holder: lease.holder,
  operation: lease.operation,
  host: lease.host,
  pid: lease.pid,
  ci_run: lease.ciRun,
  since: lease.since.toISOString(),
  heartbeat: lease.heartbeat.toISOString(),
  condition,
  waiting,
});

/** `m3forge lock list`. */
export const listLocks = (
  context: OperationContext,
  request: { readonly lockTimeoutMs: number },
): Promise<Outcome<readonly LeaseView[]>> =>
  withSession(
    context,
    { command: 'm3forge lock list', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => success((await listLeases(session.state, context.system.processes)).map(viewOf)),
  );

export interface LockReleaseRequest {
  /** The lease's id, or the beginning of it. */
  readonly id: string;
  /** Takes the lease of a holder that may be at work, too. */
  readonly force: boolean;
  readonly reason: string | null;
  readonly lockTimeoutMs: number;
}

export interface ReleasedLock {
  readonly released: LeaseView;
  readonly forced: boolean;
  /** Whether the place itself refuses the former holder from now on. False where no target leads to the place any more. */
  readonly fenced: boolean;
}

const findLease = async ({ state, context }: Session, id: string): Promise<LeasedPlace> => {
  const known = /^[0-9a-f-]{8,36}$/.test(id) ? await listLeases(state, context.system.processes) : [];
  const [held, another] = known.filter(({ lease }) => lease.leaseId.startsWith(id));
  if (!held) throw leaseUnknown(id);
  if (another) throw refuse('lease-ambiguous', { detail: `More than one lease begins with "${id}".` });
  return held;
};

const findPlace = async (session: Session, held: LeasedPlace): Promise<OpenPlace | undefined> => {
  for (const target of session.config.targets.values()) {
    if (target.environment !== held.environment) continue;
    const place = await session.place(target);
    if (place.address === held.address) return place;
  }
  return undefined;
};

/**
 * Raises the fence in the place, so that what the holder has under way there fails; where it has the place's row locked in the
 * middle of a write, its session is ended. Only the fence that was there while the lease was still this one's: a new holder's
 * is not touched.
 */
const fenceOff = async (session: Session, held: LeasedPlace): Promise<boolean> => {
  const place = await findPlace(session, held);
  const status = await place?.store.status();
  if (!place || !status) return false;
  const isStillHeld = async (): Promise<void> => void (await findLease(session, held.lease.leaseId));
  await isStillHeld();
  await place.store.raiseFence(status.fence, isStillHeld);
  return true;
};

const alive = ({ address, lease, condition }: LeasedPlace) =>
  refuse('lease-alive', {
    detail:
      condition === 'fresh'
        ? `${lease.holder} (pid ${lease.pid} on ${lease.host}) holds ${address} and was heard of ${lease.heartbeat.toISOString()}.`
        : `${lease.holder} holds ${address} and is not heard of, but its process ${lease.pid} on this host still runs.`,
    address,
    hint: `Wait for it with --lock-timeout, or end that process. To take the place from a holder that is at work, run:\n\n    m3forge lock release ${lease.leaseId} --force`,
  });

/** `m3forge lock release`: takes a lease from its holder by hand. Refused while the holder may be at work, unless forced. */
export const releaseLock = (context: OperationContext, request: LockReleaseRequest): Promise<Outcome<ReleasedLock>> =>
  withSession(
    context,
    { command: 'm3forge lock release', permit: 'release', lockTimeoutMs: request.lockTimeoutMs, tells: true },
    async (session) => {
      const { system, actor, redactor } = session.context;
      const held = await findLease(session, request.id);
      await session.authorize(
        'release',
        await touchedTargets(session, { target: null, environment: held.environment }),
      );
      const forced = mayBeAtWork(held, system.processes);
      if (forced && !request.force) throw alive(held);
      const fenced = held.condition === 'ended' || (await fenceOff(session, held));
      const reason = request.reason === null ? null : redactor.redact(request.reason);
      await takeLeaseAway(session.state, system, held, { actor, forced, reason });
      return success({ released: viewOf(held), forced, fenced });
    },
  );
