import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { type Avoid, appendAudit, liftAvoids, listAvoids, listLeases } from '../state/index.ts';
import { type OperationContext, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

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
}

/** `m3forge lock list`. */
export const listLocks = (
  context: OperationContext,
  request: { readonly lockTimeoutMs: number },
): Promise<Outcome<readonly LeaseView[]>> =>
  withSession(context, { command: 'm3forge lock list', lockTimeoutMs: request.lockTimeoutMs }, async (session) =>
    success(
      (await listLeases(session.state)).map(({ address, environment, lease }) => ({
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
      })),
    ),
  );

/** A version that a place does not go to by itself. */
export interface HoldView {
  readonly target: string;
  readonly version: string;
  readonly reason: string;
  readonly release: string;
  readonly since: string;
}

/** `m3forge hold list`: avoided versions, by target. */
export const listHolds = (
  context: OperationContext,
  request: { readonly targets: readonly string[]; readonly lockTimeoutMs: number },
): Promise<Outcome<readonly HoldView[]>> =>
  withSession(context, { command: 'm3forge hold list', lockTimeoutMs: request.lockTimeoutMs }, async (session) => {
    const names = request.targets.length > 0 ? request.targets : [...session.config.targets.keys()];
    const holds: HoldView[] = [];
    for (const name of names) {
      const status = await (await session.place(requireTarget(session.config, name))).store.status();
      const avoids: readonly Avoid[] = status ? await listAvoids(session.state, status.placeId) : [];
      holds.push(
        ...avoids.map(({ version, reason, releaseId, at }) => ({
          target: name,
          version,
          reason,
          release: releaseId,
          since: at.toISOString(),
        })),
      );
    }
    return success(holds);
  });

export interface LiftRequest {
  readonly target: string;
  readonly version: string;
  readonly reason: string;
  readonly lockTimeoutMs: number;
}

/** `m3forge hold lift`: lets a place go to a version again. Audited with its reason. */
export const liftHold = (
  context: OperationContext,
  request: LiftRequest,
): Promise<Outcome<{ readonly lifted: number }>> =>
  withSession(context, { command: 'm3forge hold lift', lockTimeoutMs: request.lockTimeoutMs }, async (session) => {
    const target = requireTarget(session.config, request.target);
    const status = await (await session.place(target)).store.status();
    const lifted = await session.state.transaction(async (transaction) => {
      const { version, reason } = request;
      const placeId = status?.placeId;
      const count = placeId ? await liftAvoids(transaction, { placeId, version, by: context.actor, reason }) : 0;
      if (count > 0) {
        await appendAudit(transaction, context.system.clock, {
          actor: context.actor,
          event: 'hold.lifted',
          subject: placeId ?? '',
          detail: { target: target.name, version, reason },
        });
      }
      return count;
    });
    if (lifted === 0) {
      throw refuse('hold-unknown', {
        detail: `"${request.target}" does not avoid ${request.version}.`,
        hint: 'What is avoided is listed by:\n\n    m3forge hold list',
      });
    }
    return success({ lifted });
  });
