import type { ReleaseEvent, ReleaseResult } from '../apply/index.ts';
import { missingApprovals } from '../clearance/index.ts';
import { type Diagnostic, failure, type Outcome, success } from '../diagnostics/index.ts';
import { type PlanSection, scheduledBlock, whatMoved } from '../plan/index.ts';
import {
  appendAudit,
  endUnstarted,
  factsOfRecord,
  lockReleases,
  type ReleaseFacts,
  readSection,
  waitingReleases,
} from '../state/index.ts';
import { awaitApprovals, isOnlyWaiting, type Request, standingNow } from './requests.ts';
import type { Session } from './session.ts';

type Report = (event: ReleaseEvent) => void;

const isOfGates = ({ code }: Diagnostic): boolean => code === 'gate-failed';

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
  const waiting = await awaitApprovals(session, request, {
    ...{ kind, target, environment, digest, approvals },
    ...(approval && { approval }),
    version: section.to?.version ?? '',
    publishesAt: section.blocks.find(({ code }) => code === scheduledBlock)?.until ?? null,
    voids: await movedSince(session, section),
  });
  const { id: releaseId, requestedBy } = waiting;
  const standing = await standingNow(session, [target], { ...section, requestedBy }, releaseId);
  const { needed, given, mayApprove } = standing;
  if (given.length < needed) report({ type: 'approval_required', releaseId, needed, given, mayApprove });
  const diagnostics = releaseId === request.id ? missing : missingApprovals(section, { releaseId, standing });
  return { releaseId, state: 'waiting', active: section.from.version, diagnostics };
};

/**
 * A release that may not begin ends before anything was touched: as failed where its gates did not pass, which people are
 * told; as cancelled where something stands in the way that was not there when it was planned.
 */
const recordEnd = async (
  session: Session,
  section: PlanSection,
  id: string,
  why: readonly Diagnostic[],
): Promise<void> => {
  await session.state.transaction(async (transaction) => {
    const { context, tell } = session;
    const { kind, target, environment, to, from } = section;
    const errors = why.filter(({ severity }) => severity === 'error');
    const gate = errors.find(isOfGates);
    const first = gate ?? errors[0];
    const cause = {
      step: 'gates',
      code: first?.code ?? 'release-blocked',
      message: context.redactor.redact(first?.detail ?? 'it may not begin'),
    };
    // Somebody else may have begun or ended it while the gates ran here: then it is theirs.
    const [release] = await lockReleases(transaction, [id]);
    if (!release) return;
    if (!(await endUnstarted(transaction, id, { state: gate ? 'failed' : 'cancelled', failure: cause }))) return;
    await appendAudit(transaction, context.system, {
      actor: context.actor,
      event: `${kind}.${gate ? 'refused' : 'cancelled'}`,
      subject: id,
      environment,
      detail: { target, version: to?.version ?? null, code: cause.code, ...(!gate && { reason: cause.message }) },
    });
    if (!gate) return;
    const facts: ReleaseFacts = { ...factsOfRecord(release), kind, target, environment };
    await tell(transaction, { event: 'failed', failure: cause, active: from.version, ...facts });
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
  // What waits for approvals waits on where something else stands in the way for a time.
  if (request.hasWaited && !why.some(isOfGates)) return failure(why);
  await recordEnd(session, section, request.id, why);
  return failure(why);
};
