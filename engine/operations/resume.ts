import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { listAvoids, occurrenceOfRelease, type ReleaseRecord } from '../state/index.ts';
import { applyFresh } from './apply.ts';
import { type ApplyManner, type ApplyReport, applySection, outcomeOf } from './apply-planned.ts';
import { applyConfiguration } from './configuration.ts';
import { sharedName } from './configuration-approval.ts';
import { liftAvoided, withoutReason } from './holds.ts';
import { composeDocument } from './plan.ts';
import { recoverPlaces } from './recover.ts';
import { refusableRelease } from './refused.ts';
import { requireRelease } from './releases.ts';
import { type Replanned, replan } from './replan.ts';
import { notWaiting, settleOverdue } from './requests.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

/** What was asked for goes on as it was asked for: nobody is asked again, and nothing else can be chosen. */
export interface ResumeRequest extends Pick<ApplyManner, 'report' | 'lockTimeoutMs' | 'overrideWindows'> {
  readonly id: string;
}

type Shared = Extract<Replanned, { kind: 'shared' }>;

const resumeShared = async (
  session: Session,
  { id, planId, reason }: ReleaseRecord,
  { section, changes, scope }: Shared,
): Promise<ApplyReport> => {
  const part = { scope: scope.all ? ('all' as const) : ('named' as const), configuration: section, withheld: [] };
  const document = composeDocument(session, [], [], part);
  const ended = await asOutcome(() =>
    applyConfiguration(session, { section, changes }, scope, { planId, reason, resumes: id }),
  );
  const outcome = ended.ok ? 'succeeded' : outcomeOf(ended.diagnostics);
  return { document, sections: [], configuration: { section, outcome }, problems: ended.diagnostics };
};

/** Goes on with a release that waited, in a session that is open. */
export const resumeIn = async (session: Session, request: ResumeRequest): Promise<Outcome<ApplyReport>> => {
  await settleOverdue(session);
  const release = await requireRelease(session, request.id);
  const over = notWaiting(release);
  if (over) return failure([over]);
  if (release.kind === 'configuration' && request.overrideWindows !== undefined) {
    const detail = 'What waits is a change of the configuration, which no window holds up.';
    return failure([problem('usage-flags-conflict', { detail, hint: 'Leave --override-windows out.' })]);
  }
  if (release.target !== sharedName) {
    const target = requireTarget(session.config, release.target);
    await recoverPlaces(session, [target], request.lockTimeoutMs, request.report);
  }
  const present = await replan(session, release);
  if (!present.ok) return present;
  if (present.value.kind === 'shared') return success(await resumeShared(session, release, present.value));
  const { planned } = present.value;
  const { planId, reason, onFailure } = release;
  const isDue = (await occurrenceOfRelease(session.state, release.id)) !== undefined;
  const manner = { ...request, reason, onFailure, isDue, resumes: release.id };
  const { applied, problems } = await applySection(session, planned, planId, manner);
  const document = composeDocument(session, [planned.section], []);
  return success({ document, sections: [applied], configuration: null, problems }, present.diagnostics);
};

/** `m3forge resume`: goes on with a release that waited, where nothing that it rests on has moved. */
export const resume = (context: OperationContext, request: ResumeRequest): Promise<Outcome<ApplyReport>> =>
  withSession(
    context,
    { command: 'm3forge resume', permit: 'release', lockTimeoutMs: request.lockTimeoutMs, applies: true, tells: true },
    refusableRelease({ target: null }, (session) => resumeIn(session, request)),
  );

export interface RetryRequest extends Omit<ApplyManner, 'onFailure'> {
  readonly id: string;
}

/** Why a release is not tried again; undefined where it is. */
const faultOfRetry = (release: ReleaseRecord): string | undefined => {
  if (release.kind === 'configuration') return 'it was about the configuration; apply that again';
  if (release.kind !== 'release') return `it was a ${release.kind}; ask for that again`;
  if (!release.endedAt) return `it is ${release.state.replaceAll('_', ' ')}`;
  return release.state === 'succeeded' ? 'it succeeded' : undefined;
};

/**
 * `m3forge retry`: plans the version of a release that did not succeed anew for its target, and applies it. Where the place
 * avoids the version since, that is lifted, with the reason, once the plan was agreed to.
 */
export const retry = (context: OperationContext, request: RetryRequest): Promise<Outcome<ApplyReport>> =>
  withSession(
    context,
    { command: 'm3forge retry', permit: 'release', lockTimeoutMs: request.lockTimeoutMs, applies: true, tells: true },
    refusableRelease({ target: null }, async (session) => {
      await settleOverdue(session);
      const release = await requireRelease(session, request.id);
      const { target, version, placeId } = release;
      const fault = faultOfRetry(release);
      if (fault !== undefined) {
        const detail = `Release ${release.id.slice(0, 8)} is not tried again: ${fault}.`;
        return failure([problem('release-not-failed', { detail, address: target || 'configuration' })]);
      }
      const avoids = (await listAvoids(session.state, placeId ?? undefined)).filter((one) => one.version === version);
      const { reason, confirm } = request;
      const [avoid] = avoids;
      if (avoid && reason === null) throw withoutReason(avoid, target);
      return applyFresh(session, {
        ...request,
        targets: [target],
        version,
        ...(avoid && { liftsAvoids: true }),
        confirm: async (document) => {
          if (!(await confirm(document))) return false;
          const { environment } = release;
          const lifted = { placeId: placeId ?? '', target, environment, version, reason: reason ?? '' };
          if (avoid) await liftAvoided(session, { ...lifted, because: { retries: release.id } });
          return true;
        },
      });
    }),
  );
