import type { ReleaseEvent, ReleaseResult } from '../apply/index.ts';
import { type Diagnostic, failure, type Outcome, success } from '../diagnostics/index.ts';
import { type PlanSection, scheduledBlock, whatMoved } from '../plan/index.ts';
import { appendAudit, endUnstarted, lockReleases, readSection, waitingReleases } from '../state/index.ts';
import { stoppedByGates } from './release-news.ts';
import { awaitApprovals, isOnlyWaiting, type Request, standingNow } from './requests.ts';
import type { Session } from './session.ts';

type Report = (event: ReleaseEvent) => void;

/** Why the releases that waited for this target before do not any more. */
const movedSince = async (session: Session, section: PlanSection): Promise<ReadonlyMap<string, string>> => {
  const voids = new Map<string, string>();
  for (const { id } of await waitingReleases(session.state, section.target)) {
    const saved = (await readSection(session.state, id)) as unknown as PlanSection;
    const moved = saved.digest === section.digest ? ['it is to be carried out otherwise'] : whatMoved(saved, section);
    voids.set(id, moved.join('; '));
  }
  return voids;
};

/** Lets the release wait for its approvals, or for its time, and says what is missing. */
const wait = async (
  session: Session,
  section: PlanSection,
  request: Request,
  missing: readonly Diagnostic[],
  report: Report,
): Promise<ReleaseResult> => {
  const { kind, target, environment, digest, approvals, approval } = section;
  await awaitApprovals(session, request, {
    ...{ kind, target, environment, digest, approvals },
    ...(approval && { approval }),
    version: section.to?.version ?? '',
    publishesAt: section.blocks.find(({ code }) => code === scheduledBlock)?.until ?? null,
    voids: await movedSince(session, section),
  });
  const { needed, given, mayApprove } = await standingNow(
    session,
    [section.target],
    { ...section, requestedBy: request.requestedBy },
    request.id,
  );
  if (given.length < needed) {
    report({ type: 'approval_required', releaseId: request.id, needed, given, mayApprove });
  }
  return { releaseId: request.id, state: 'waiting', active: section.from.version, diagnostics: missing };
};

/** A release that its gates stopped: it ends before anything was touched. */
const recordGateFailure = async (
  session: Session,
  section: PlanSection,
  id: string,
  why: readonly Diagnostic[],
): Promise<void> => {
  await session.state.transaction(async (transaction) => {
    const failed = why.find(({ severity }) => severity === 'error');
    const cause = {
      step: 'gates',
      code: failed?.code ?? 'gate-failed',
      message: session.context.redactor.redact(failed?.detail ?? 'a gate did not pass'),
    };
    // Somebody else may have begun or ended it while the gates ran here: then it is theirs.
    await lockReleases(transaction, [id]);
    if (!(await endUnstarted(transaction, id, { state: 'failed', failure: cause }))) return;
    await appendAudit(transaction, session.context.system, {
      actor: session.context.actor,
      event: `${section.kind}.refused`,
      subject: id,
      environment: section.environment,
      detail: { target: section.target, version: section.to?.version ?? null, code: failed?.code ?? null },
    });
    await session.tell(transaction, stoppedByGates(section, { id, by: session.context.actor, cause }));
  });
  for (const one of why) session.audited.add(one);
};

/** What becomes of a release that may not begin now: it waits for its approvals, waits on, or ends before anything was touched. */
export const notCleared = async (
  session: Session,
  section: PlanSection,
  request: Request,
  why: readonly Diagnostic[],
  report: Report,
): Promise<Outcome<ReleaseResult>> => {
  if (isOnlyWaiting(why)) return success(await wait(session, section, request, why, report));
  const didGatesFail = why.some(({ code }) => code === 'gate-failed');
  // What waits for approvals waits on where something else stands in the way for a time.
  if (request.hasWaited && !didGatesFail) return failure(why);
  await recordGateFailure(session, section, request.id, why);
  return failure(why);
};
