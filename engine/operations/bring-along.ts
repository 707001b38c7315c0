import { type ReleaseEvent, stepTitles, withHold } from '../apply/index.ts';
import { type Diagnostic, Refusal, warning } from '../diagnostics/index.ts';
import { bringGateways, type Followed, gatewaysBehind, type OpenGateway } from '../gateways/index.ts';
import { appendAudit } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { counted } from '../values/index.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { accessOf, type Session } from './session.ts';

interface Manner {
  readonly lockTimeoutMs: number;
  readonly report: (event: ReleaseEvent) => void;
}

/** What the pointer names now, for gateways. */
const activeIn = async ({ place }: PlannedTarget, placeId: string) => {
  const status = await place.store.status();
  return { store: place.store, placeId, seq: status?.active ?? 0, version: status?.marker?.version ?? null };
};

/** Tells of it as of a step of a release. */
const told = async ({ clock }: System, report: Manner['report'], work: () => Promise<Followed>): Promise<Followed> => {
  const step = 'gateways';
  const began = clock.monotonicMs();
  const ended = (outcome: 'done' | 'failed', detail: string): void =>
    report({ type: 'step_complete', step, outcome, detail, durationMs: clock.monotonicMs() - began });
  report({ type: 'step_start', step, title: stepTitles[step] });
  try {
    const done = await work();
    ended('done', `${counted(done.published, 'planner')} published again`);
    return done;
  } catch (error) {
    ended('failed', 'a gateway did not follow');
    throw error;
  }
};

/** Under the lease, so that no release of somebody else is overtaken; with what is active by then. */
const bringUnderLease = (
  session: Session,
  planned: PlannedTarget,
  gateways: readonly OpenGateway[],
  { lockTimeoutMs, report }: Manner,
): Promise<Followed> => {
  const { state, context } = session;
  const { system, actor, ciRun } = context;
  const { name } = planned.target;
  const operation = `bring the gateways of ${name} along`;
  const place = accessOf(planned.place);
  return withHold(
    { system, state, place, holder: actor, operation, ciRun, lockTimeoutMs, create: false },
    async ({ placeId }) => {
      const order = await activeIn(planned, placeId);
      const done = await told(system, report, () => bringGateways({ ...order, gateways, signal: system.interrupted }));
      await state.transaction((transaction) =>
        appendAudit(transaction, system.clock, {
          actor,
          event: 'gateways.followed',
          subject: placeId,
          detail: { target: name, version: order.version, published: done.published },
        }),
      );
      return done;
    },
  );
};

/**
 * Where nothing is to be released, gateways may still lack what is active: one keeps planners in memory and was started
 * anew, or could not follow when it was released. They get it again. What keeps a gateway from it is a warning: the place
 * is as it should be.
 */
export const bringAlong = async (
  session: Session,
  planned: PlannedTarget,
  manner: Manner,
): Promise<readonly Diagnostic[]> => {
  const { target, reading } = planned;
  const { status } = reading;
  if (!status || status.active === 0 || target.gateways.length === 0) return [];
  try {
    const gateways = await session.gateways.of(target.gateways);
    const order = await activeIn(planned, status.placeId);
    const behind = await gatewaysBehind({ ...order, gateways, signal: session.context.system.interrupted });
    if (behind.length === 0) return [];
    return (await bringUnderLease(session, planned, behind, manner)).warnings;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics.map(({ detail, address, hint }) =>
      warning('gateway-left-behind', { detail, address: address ?? target.name, hint }),
    );
  }
};
