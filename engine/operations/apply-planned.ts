import type { ReleaseEvent } from '../apply/index.ts';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { hasRelease, hasWork, type PlanDocument, type PlanSection } from '../plan/index.ts';
import { findPlace, type Occurrence } from '../state/index.ts';
import type { JsonValue } from '../values/index.ts';
import { type AppliedConfiguration, authorizeRecording, recordConfiguration } from './configuration.ts';
import { clearConfiguration } from './configuration-approval.ts';
import { composeDocument } from './plan.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { releaseSection } from './release.ts';
import { isOnlyWaiting } from './requests.ts';
import { asOutcome, type Session } from './session.ts';

/** How one section ended. */
export interface AppliedSection {
  readonly section: PlanSection;
  /** `unchanged` where there was nothing to do, `not reached` where an earlier section did not succeed. */
  readonly outcome: 'succeeded' | 'unchanged' | 'failed' | 'refused' | 'waiting' | 'not reached';
  readonly releaseId: string | null;
  /** The version that is active afterwards. */
  readonly active: string | null;
}

export interface ApplyReport {
  readonly document: PlanDocument;
  readonly sections: readonly AppliedSection[];
  /** Null where nothing of the configuration affects several targets. */
  readonly configuration: AppliedConfiguration | null;
  /** Why not all succeeded; the first error gives the exit code. */
  readonly problems: readonly Diagnostic[];
}

/** A section that was not carried out leaves what was active. */
export const untouched = (section: PlanSection, outcome: AppliedSection['outcome']): AppliedSection => ({
  section,
  outcome,
  releaseId: null,
  active: section.from.version,
});

/** What every command that applies is asked with. */
export interface ApplyManner {
  readonly reason: string | null;
  readonly onFailure?: 'rollback' | 'keep' | undefined;
  /** Why the windows of the targets are passed over; undefined where they are not. */
  readonly overrideWindows?: string | undefined;
  /** Why this is an emergency; undefined where it is none. */
  readonly justification?: string | undefined;
  /** What a worker releases by itself; undefined where somebody asks for it. */
  readonly occurrence?: Occurrence | undefined;
  /** Its time has come already: it waited for something else since. */
  readonly isDue?: boolean | undefined;
  readonly lockTimeoutMs: number;
  /** Asked once with the whole plan; no means nothing happens. */
  readonly confirm: (document: PlanDocument) => Promise<boolean>;
  readonly report: (target: string, event: ReleaseEvent) => void;
}

/** How one section is carried out: as it was planned, or as a release that waits for exactly this was asked for. */
interface SectionManner extends Omit<ApplyManner, 'confirm'> {
  /** The id of the release that waits; undefined where it is asked for now. */
  readonly resumes?: string | undefined;
}

/** What keeps something from being done: people who have not agreed yet, or more than that. */
export const outcomeOf = (problems: readonly Diagnostic[]): 'waiting' | 'refused' =>
  isOnlyWaiting(problems) ? 'waiting' : 'refused';

/** A section that holds configuration only needs no release: the place stays as it is. */
const recordOnly = async (
  session: Session,
  { section, configuration, declared, placeId, place }: PlannedTarget,
  planId: string,
  { reason, resumes }: Pick<SectionManner, 'reason' | 'resumes'>,
): Promise<{ readonly applied: AppliedSection; readonly problems: readonly Diagnostic[] }> => {
  const { target, environment, digest, approvals, approval } = section;
  const ended = await asOutcome(async () => {
    await authorizeRecording(session, configuration.own.get(target) ?? [], [target]);
    const cleared = await clearConfiguration(session, {
      ...{ target, environment, targets: [target], digest, approvals, planId, reason },
      ...(approval && { approval }),
      section: section as unknown as JsonValue,
      scope: { targets: [...configuration.covers].sort(), all: configuration.all },
      resumes,
    });
    if (!cleared.ok) return cleared;
    // Another section of the same plan may have made the place since.
    const known = placeId ?? (await findPlace(session.state, { address: place.address }))?.id;
    await recordConfiguration(session, {
      planId: cleared.value?.planId ?? planId,
      request: cleared.value,
      target: section.target,
      isFirst: declared.isFirst,
      changes: configuration.own.get(section.target) ?? [],
      placeId: declared.settles ? (known ?? null) : null,
    });
    return success(undefined);
  });
  return {
    applied: untouched(section, ended.ok ? 'succeeded' : outcomeOf(ended.diagnostics)),
    problems: ended.diagnostics,
  };
};

/** Carries out one planned section and says how it ended. */
export const applySection = async (
  session: Session,
  planned: PlannedTarget,
  planId: string,
  manner: SectionManner,
): Promise<{ readonly applied: AppliedSection; readonly problems: readonly Diagnostic[] }> => {
  const { section } = planned;
  if (!hasRelease(section)) return recordOnly(session, planned, planId, manner);
  // A refusal ends this section and must not hide how the sections before it ended.
  const ended = await asOutcome(() =>
    releaseSection(session, planned, {
      planId,
      reason: manner.reason,
      onFailure: manner.onFailure,
      overrideWindows: manner.overrideWindows,
      justification: manner.justification,
      occurrence: manner.occurrence,
      isDue: manner.isDue ?? manner.occurrence !== undefined,
      resumes: manner.resumes,
      lockTimeoutMs: manner.lockTimeoutMs,
      report: (event) => manner.report(section.target, event),
    }),
  );
  if (!ended.ok) return { applied: untouched(section, 'refused'), problems: ended.diagnostics };
  const { releaseId, state, active, diagnostics } = ended.value;
  // It has its entries: how it began, and how it ended.
  for (const one of diagnostics) session.audited.add(one);
  const outcome = state === 'succeeded' || state === 'waiting' ? state : 'failed';
  return { applied: { section, outcome, releaseId, active }, problems: diagnostics };
};

/** Asks, then carries out one planned section as a document of its own: what rollback and restore do. */
export const applyAlone = async (
  session: Session,
  planned: PlannedTarget,
  manner: ApplyManner,
): Promise<Outcome<ApplyReport>> => {
  const { section } = planned;
  const document = composeDocument(session, [section], []);
  if (!hasWork(section)) {
    return success({ document, sections: [untouched(section, 'unchanged')], configuration: null, problems: [] });
  }
  if (!(await manner.confirm(document))) {
    return failure([problem('apply-declined', { detail: 'Nothing was changed.' })]);
  }
  const { applied, problems } = await applySection(session, planned, document.plan_id, manner);
  return success({ document, sections: [applied], configuration: null, problems });
};
