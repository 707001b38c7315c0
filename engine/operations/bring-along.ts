import { type ReleaseEvent, stepTitles, withHold } from '../apply/index.ts';
import { type Diagnostic, Refusal, success, warning } from '../diagnostics/index.ts';
import { bringGateways, type FollowOrder, followLimit, gatewaysBehind, type OpenGateway } from '../gateways/index.ts';
import { hasRelease } from '../plan/index.ts';
import { appendAudit } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { counted } from '../values/index.ts';
import type { ApplyManner, ApplyReport } from './apply-planned.ts';
import { accessOf } from './connections.ts';
import { openEach } from './open-gateways.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { asOutcome, type Session } from './session.ts';

interface Manner {
  readonly lockTimeoutMs: number;
  readonly report: (event: ReleaseEvent) => void;
}

/** What the pointer names now, for gateways. */
const activeIn = async ({ place: { store } }: PlannedTarget, placeId: string, system: System) => {
  const { active: seq = 0, marker } = (await store.status()) ?? {};
  const version = marker?.version ?? null;
  return { store, placeId, seq, version, limit: followLimit(system), signal: system.interrupted };
};

/** What came of it: what followed, and why others did not. */
interface Brought {
  readonly published: number;
  readonly problems: readonly Diagnostic[];
}

/** Each by itself: what one fails at keeps nothing from the next. All together have the time of one limit. */
const bringEach = async (gateways: readonly OpenGateway[], order: Omit<FollowOrder, 'gateways'>): Promise<Brought> => {
  const { limit } = order;
  const { clock } = limit.system;
  const deadline = clock.monotonicMs() + limit.ms;
  let published = 0;
  const problems: Diagnostic[] = [];
  for (const open of gateways) {
    try {
      const left = { ...limit, ms: deadline - clock.monotonicMs() };
      const done = await bringGateways({ ...order, gateways: [open], limit: left });
      published += done.published;
      problems.push(...done.warnings);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...error.diagnostics);
    }
  }
  return { published, problems };
};

/** Tells of it as of a step of a release. */
const told = async ({ clock }: System, report: Manner['report'], work: () => Promise<Brought>): Promise<Brought> => {
  const step = 'gateways';
  const began = clock.monotonicMs();
  const ended = (outcome: 'done' | 'failed', detail: string): void =>
    report({ type: 'step_complete', step, outcome, detail, durationMs: clock.monotonicMs() - began });
  report({ type: 'step_start', step, title: stepTitles[step] });
  try {
    const done = await work();
    const published = `${counted(done.published, 'planner')} published again`;
    const isAll = done.problems.every(({ severity }) => severity === 'warning');
    ended(isAll ? 'done' : 'failed', isAll ? published : `${published}, and a gateway did not follow`);
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
): Promise<Brought> => {
  const { state, context } = session;
  const { system, actor, ciRun } = context;
  const { name } = planned.target;
  const operation = `bring the gateways of ${name} along`;
  const place = accessOf(planned.place);
  return withHold(
    { system, state, place, holder: actor, operation, ciRun, lockTimeoutMs, create: false },
    async ({ placeId }) => {
      const order = await activeIn(planned, placeId, system);
      const done = await told(system, report, () => bringEach(gateways, order));
      await state.transaction((transaction) =>
        appendAudit(transaction, system, {
          actor,
          event: 'gateways.followed',
          subject: placeId,
          environment: place.environment,
          detail: { target: name, version: order.version, published: done.published },
        }),
      );
      return done;
    },
  );
};

const leftBehind = ({ detail, address, hint }: Diagnostic, target: string): Diagnostic =>
  warning('gateway-left-behind', { detail, address: address ?? target, hint });

const bringBehind = async (
  session: Session,
  planned: PlannedTarget,
  manner: Manner,
): Promise<readonly Diagnostic[]> => {
  const { status } = planned.reading;
  if (!status) return [];
  const { open, unopened } = await openEach(session.gateways.of, planned.target.gateways);
  const order = await activeIn(planned, status.placeId, session.context.system);
  const { gateways, unasked } = await gatewaysBehind({ ...order, gateways: open });
  const silent = [...unopened, ...unasked];
  if (gateways.length === 0) return silent;
  return [...silent, ...(await bringUnderLease(session, planned, gateways, manner)).problems];
};

/**
 * Where nothing is to be released, gateways may still lack what is active: one keeps planners in memory and was started
 * anew, or could not follow when it was released. They get it again, each by itself. What keeps a gateway from it is a
 * warning: the place is as it should be.
 */
const bringAlong = async (session: Session, planned: PlannedTarget, manner: Manner): Promise<readonly Diagnostic[]> => {
  const { target, reading } = planned;
  if (!reading.status || reading.status.active === 0 || target.gateways.length === 0) return [];
  const found = await asOutcome(async () => success(await bringBehind(session, planned, manner)));
  return (found.ok ? found.value : found.diagnostics).map((one) =>
    one.severity === 'warning' ? one : leftBehind(one, target.name),
  );
};

/** What is active already is brought to gateways that lack it. A target that is disabled is never applied, so neither is this. */
export const withGateways = async (
  session: Session,
  report: ApplyReport,
  planned: readonly PlannedTarget[],
  { lockTimeoutMs, report: tell }: Pick<ApplyManner, 'lockTimeoutMs' | 'report'>,
): Promise<ApplyReport> => {
  if (report.problems.some(({ severity }) => severity === 'error')) return report;
  const warnings: Diagnostic[] = [];
  for (const one of planned.filter(({ section, target }) => target.enabled && !hasRelease(section))) {
    const { target } = one.section;
    warnings.push(...(await bringAlong(session, one, { lockTimeoutMs, report: (event) => tell(target, event) })));
  }
  return { ...report, problems: [...report.problems, ...warnings] };
};
