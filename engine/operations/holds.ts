import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { type Avoid, appendAudit, liftAvoids, listAvoids } from '../state/index.ts';
import { type OperationContext, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

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
        await appendAudit(transaction, context.system, {
          actor: context.actor,
          event: 'hold.lifted',
          subject: placeId ?? '',
          environment: target.environment,
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
