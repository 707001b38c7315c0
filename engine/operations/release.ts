import { type ReleaseEvent, type ReleaseInput, type ReleaseResult, runRelease } from '../apply/index.ts';
import { type Clearance, judge } from '../clearance/index.ts';
import { abortsAt, closuresAt, pausesAt, type SmokeTest, type TargetConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, problem, Refusal, success } from '../diagnostics/index.ts';
import { type PlanSection, recordedVariables } from '../plan/index.ts';
import type { Check } from '../provider/index.ts';
import { type GateResult, holdsOf, listAvoids, momentNow, type Occurrence, registerPlace } from '../state/index.ts';
import type { JsonValue } from '../values/index.ts';
import { authorizeRecording, requireSameRecords } from './configuration.ts';
import { accessOf } from './connections.ts';
import { requireJustification } from './emergency.ts';
import { missingWorkflows } from './invoked-workflows.ts';
import { recordGates } from './judge-gates.ts';
import { sendingOnceBegun } from './news.ts';
import { notCleared } from './not-cleared.ts';
import { blockFacts, type PlannedTarget, reviewsOf, windowsNow } from './plan-desired.ts';
import { unpromoted } from './promotions.ts';
import { gatewaysFor } from './recover.ts';
import { isOnlyWaiting, openRequest, type Request, settleOverdue, standingNow } from './requests.ts';
import type { Session } from './session.ts';

/** How a section is to be carried out. */
export interface ReleaseOptions {
  readonly planId: string;
  readonly reason: string | null;
  /** Overrides the target's `deployment.on_failure`. */
  readonly onFailure: 'rollback' | 'keep' | undefined;
  /** Why the windows of the target are passed over. */
  readonly overrideWindows: string | undefined;
  /** Why an emergency is one. */
  readonly justification: string | undefined;
  /** What a worker releases by itself: it is linked with the release that is opened. */
  readonly occurrence: Occurrence | undefined;
  /** It need not wait for its schedule. */
  readonly isDue: boolean;
  /** The id of the release that waits for exactly this and goes on; undefined where it is asked for now. */
  readonly resumes: string | undefined;
  readonly lockTimeoutMs: number;
  readonly report: (event: ReleaseEvent) => void;
}

/** The present judgement on a section, with the avoids and holds of this moment. */
const judgeNow = async (
  session: Session,
  planned: PlannedTarget,
  placeId: string,
  gates: readonly GateResult[],
  request: Pick<Request, 'id' | 'requestedBy' | 'hasWaited'>,
  { overrideWindows, isDue }: Pick<ReleaseOptions, 'overrideWindows' | 'isDue'>,
): Promise<Outcome<Clearance>> => {
  const { section, target } = planned;
  const { version = '' } = section.to ?? {};
  const now = {
    avoids: await listAvoids(session.state, placeId),
    holds: await holdsOf(session.state, target),
    reviews: await reviewsOf(session, placeId),
    unpromoted: section.kind === 'release' ? await unpromoted(session, target, planned.desired) : [],
    windows: await windowsNow(session, target, { overrides: overrideWindows !== undefined, isDue }),
    waiting: request.hasWaited ? request.id : undefined,
  };
  const facts = blockFacts(session, target, now, {
    version,
    follows: planned.follows,
    environmentType: planned.environmentType,
  });
  const standing = await standingNow(
    session,
    [section.target],
    { ...section, requestedBy: request.requestedBy },
    request.id,
  );
  return judge(section, facts, gates, { releaseId: request.id, standing });
};

/** What was recorded to be active: where the last activation led, wherever somebody may have moved the pointer since. */
const recordedBefore = async ({ reading, place }: PlannedTarget) => {
  const { activation, active = 0, marker } = reading.status ?? {};
  const seq = activation?.seq ?? 0;
  const variables = recordedVariables(reading.status);
  if (seq === active) return { seq, version: marker?.version ?? null, variables };
  const [recorded] = await place.store.markers({ seq });
  return { seq, version: recorded?.version ?? null, variables };
};

/** Asks for the release: goes on with the one that waits for exactly this, or opens a new one. */
const ask = (
  session: Session,
  { section, target, configuration }: PlannedTarget,
  options: ReleaseOptions,
  placeId: string,
  before: Awaited<ReturnType<typeof recordedBefore>>,
): Promise<Request> =>
  openRequest(
    session,
    {
      target: section.target,
      environment: section.environment,
      placeId,
      kind: section.kind,
      version: section.to?.version ?? '',
      fromVersion: before.version,
      fromSeq: before.seq,
      planId: options.planId,
      planDigest: section.digest,
      section: section as unknown as JsonValue,
      scope: { targets: [...configuration.covers].sort(), all: configuration.all },
      onFailure: options.onFailure ?? target.deployment.onFailure,
      reason: options.reason,
    },
    { resumes: options.resumes, occurrence: options.occurrence },
  );

/** The checks of third-party providers among a target's smoke tests, opened. */
const openChecks = async (session: Session, target: TargetConfig): Promise<ReadonlyMap<SmokeTest, Promise<Check>>> => {
  const checks = new Map<SmokeTest, Promise<Check>>();
  for (const test of target.deployment.runSmokeTests ? target.smokeTests : []) {
    if (test.kind === 'check') checks.set(test, Promise.resolve(await session.check(target, test)));
  }
  return checks;
};

/**
 * Opens the checks of all these targets, before the first of them is released: what the last one lacks is no reason to
 * leave the others released and it alone behind.
 */
export const requireChecks = async (session: Session, targets: readonly TargetConfig[]): Promise<void> => {
  for (const target of targets) await openChecks(session, target);
};

/** When a window closes that does something to what is under way; where two close at once, the one that ends it counts. */
const closingOf = (
  { windows }: Pick<TargetConfig, 'windows'>,
  now: Date,
  monotonicMs: number,
): ReleaseInput['windowCloses'] => {
  const [aborts, pauses] = [abortsAt(windows, now), pausesAt(windows, now)];
  const isPause = pauses !== null && (aborts === null || pauses < aborts);
  const closes = isPause ? pauses : aborts;
  return closes && { atMs: monotonicMs + closes.getTime() - now.getTime(), pauses: isPause };
};

/** What the windows of a target mean for a release that begins now: what is passed over, and when it has to be done. */
const windowsOf = async (
  session: Session,
  { target, section }: PlannedTarget,
  { overrideWindows, reason, isDue }: ReleaseOptions,
): Promise<Pick<ReleaseInput, 'windowOverride' | 'windowCloses'>> => {
  const { schedule } = target;
  // The way back is held up by no window, and waits for no time.
  if ((target.windows.length === 0 && !schedule) || section.kind === 'rollback') {
    return { windowOverride: null, windowCloses: null };
  }
  const now = await momentNow(session.state);
  const passes = overrideWindows ?? (section.emergency && (reason ?? ''));
  if (passes !== undefined) {
    // What is passed over does not end the release either.
    const isClosed = closuresAt(target.windows, now).length > 0 || (schedule !== undefined && !isDue);
    // Whoever gives a reason has it kept: a window may close while the release waits for the lease.
    return {
      windowOverride: isClosed || overrideWindows !== undefined ? session.context.redactor.redact(passes) : null,
      windowCloses: null,
    };
  }
  return { windowOverride: null, windowCloses: closingOf(target, now, session.context.system.clock.monotonicMs()) };
};

/** How somebody may carry a section out, as they asked for it. The reason of an emergency is what it was justified with. */
const permittedOptions = async (
  session: Session,
  { section, configuration }: PlannedTarget,
  wanted: ReleaseOptions,
): Promise<Outcome<ReleaseOptions>> => {
  await authorizeRecording(session, configuration.own.get(section.target) ?? [], [section.target]);
  if (wanted.overrideWindows !== undefined) await session.authorize('override', [section.target]);
  const justified = await requireJustification(session, [section], wanted.justification);
  if (!justified.ok) return justified;
  return success(section.emergency ? { ...wanted, reason: justified.value } : wanted);
};

/** The refusal of a release that the trail has as its end is not entered a second time as that of an attempt. */
const markAudited =
  ({ audited }: Session): ReleaseInput['audited'] =>
  (error) => {
    if (error instanceof Refusal) for (const one of error.diagnostics) audited.add(one);
  };

const known = ({ reading }: PlannedTarget): string | undefined => reading.status?.placeId;

/** Gates, judgement and application of one planned section. Refused before it began: a failure; else how it ended. */
export const releaseSection = async (
  session: Session,
  planned: PlannedTarget,
  wanted: ReleaseOptions,
): Promise<Outcome<ReleaseResult>> => {
  const { section, target, place, desired } = planned;
  if (!desired) throw new Error('a section without content cannot be released');
  const { context, state } = session;
  const permitted = await permittedOptions(session, planned, wanted);
  if (!permitted.ok) return permitted;
  const options = permitted.value;
  // Opened first: what a provider lacks is said before there is anything to take back.
  const backups = await session.backups();
  const checks = await openChecks(session, target);
  const { id: placeId } = await registerPlace(state, context.system, { ...place, placeId: known(planned) });
  if (section.blocks.length > 0) {
    // What nothing but time or somebody's leave can clear is said before anybody is asked to approve it.
    const bare = { ...planned, section: { ...section, gates: [], approvals: 0 } };
    const early = { id: options.resumes ?? '', requestedBy: '', hasWaited: options.resumes !== undefined };
    const cleared = await judgeNow(session, bare, placeId, [], early, options);
    // What waits for its time alone is asked for now, so that people can agree to it before that.
    if (!cleared.ok && !isOnlyWaiting(cleared.diagnostics)) return cleared;
  }
  const unknown = section.kind === 'rollback' ? [] : await missingWorkflows(target, desired);
  if (unknown.length > 0) return failure(unknown);
  const before = await recordedBefore(planned);
  await settleOverdue(session);
  const release = await ask(session, planned, options, placeId, before);
  const gates = await recordGates(session, planned, release.id, options.report);
  const clearance = await judgeNow(session, planned, placeId, gates, release, options);
  if (!clearance.ok) return notCleared(session, section, release, clearance.diagnostics, options.report);
  const result = await runRelease({
    system: context.system,
    state,
    place: accessOf(place),
    before,
    variables: planned.variables,
    declared: planned.declared,
    backups,
    openCheck: (test) => checks.get(test) ?? session.check(target, test),
    gateways: await session.gateways.of(target.gateways),
    gatewaysOf: gatewaysFor(session, target),
    needs: await session.gateways.needs(target, section, desired),
    peers: await session.gateways.peers(planned.peers),
    isProduction: planned.environmentType === 'production',
    section,
    planId: release.planId,
    desired,
    target,
    ...(await windowsOf(session, planned, options)),
    directory: session.config.directory,
    clearance: clearance.value,
    judgeAgain: async () => {
      await session.authorize('release', [section.target]);
      const again = await judgeNow(session, planned, placeId, gates, release, options);
      if (!again.ok) throw new Refusal(again.diagnostics);
      await requireSameRecords(session, planned);
      return again.value;
    },
    release: { ...release, actor: context.actor },
    recordAs: planned.recordAs,
    ciRun: context.ciRun,
    lockTimeoutMs: options.lockTimeoutMs,
    report: sendingOnceBegun(session.news, options.report),
    tell: session.tell,
    audited: markAudited(session),
    redact: context.redactor.redact,
  });
  return success(result);
};

/** A saved section that some release has used already. */
export const alreadyUsed = (section: PlanSection, state: string): Diagnostic =>
  problem('plan-used', {
    detail: `The section for "${section.target}" of this plan was used already; that release ${state}.`,
    address: section.target,
    hint: 'A plan is used once. Plan again.',
  });
