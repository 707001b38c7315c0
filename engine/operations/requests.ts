import { type Asked, type Standing, standingOf } from '../clearance/index.ts';
import type { Queryable } from '../database/index.ts';
import { type Diagnostic, refuse } from '../diagnostics/index.ts';
import type { ApprovalDemand } from '../plan/index.ts';
import {
  appendAudit,
  claimOccurrence,
  createRelease,
  endUnstarted,
  factsOfRecord,
  letWait,
  listVotes,
  lockReleases,
  type NewRelease,
  type Occurrence,
  overdueReleases,
  type ReleaseRecord,
  readSection,
  releaseById,
  waitingReleases,
} from '../state/index.ts';
import type { Session } from './session.ts';

/** A release that is asked for: a new one, or one that waited for approvals and goes on. */
export interface Request {
  readonly id: string;
  readonly planId: string;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly onFailure: 'rollback' | 'keep';
  readonly hasWaited: boolean;
}

type Wanted = Omit<NewRelease, 'id' | 'requestedBy'>;

const continued = ({ id, planId, requestedBy, reason, onFailure }: ReleaseRecord): Request => ({
  ...{ id, planId, requestedBy, reason, onFailure },
  hasWaited: true,
});

const taken = ({ target }: Occurrence): Error =>
  refuse('occurrence-taken', {
    detail: `What is due for "${target}" was begun or settled by another worker meanwhile.`,
    address: target,
  });

/** That something began by itself, in the trail. */
const auditBegun = (
  { context }: Session,
  transaction: Queryable,
  occurrence: Occurrence,
  release: { readonly id: string; readonly environment: string; readonly version: string },
) => {
  const { target, cause, key, dueAt, attempts } = occurrence;
  const detail = { target, version: release.version, due_at: dueAt.toISOString(), key, attempt: attempts + 1 };
  const { actor, system } = context;
  const { id: subject, environment } = release;
  return appendAudit(transaction, system, { actor, event: `${cause}.begun`, subject, environment, detail });
};

/** What a worker opened for it, and died before it had begun. */
const leftBehind = async ({ state }: Session, { releaseId }: Occurrence): Promise<ReleaseRecord | undefined> => {
  const release = releaseId === null ? undefined : await releaseById(state, releaseId);
  return release?.state === 'pending_gates' && !release.endedAt ? release : undefined;
};

/** Opens the release of what is due, and links both in one transaction: whoever comes later finds it begun. */
const openDue = async (
  session: Session,
  occurrence: Occurrence,
  wanted: Wanted,
  left: ReleaseRecord | undefined,
): Promise<Request> => {
  const { context, state } = session;
  const id = context.system.ids.uuid();
  const requestedBy = context.actor;
  await state.transaction(async (transaction) => {
    if (left) {
      await lockReleases(transaction, [left.id]);
      const message = `Release ${id} took its place: what it rests on had moved.`;
      await endUnstarted(transaction, left.id, {
        state: 'superseded',
        failure: { step: 'gates', code: 'superseded', message },
      });
    }
    await createRelease(transaction, { ...wanted, id, requestedBy });
    if (!(await claimOccurrence(transaction, occurrence, id))) throw taken(occurrence);
    await auditBegun(session, transaction, occurrence, { ...wanted, id });
  });
  const { planId, reason, onFailure } = wanted;
  return { id, planId, requestedBy, reason, onFailure, hasWaited: false };
};

/** Links what is due with the release that waited for its time. */
const linkWaiting = async (session: Session, occurrence: Occurrence, waiting: ReleaseRecord): Promise<void> => {
  if (occurrence.releaseId === waiting.id) return;
  await session.state.transaction(async (transaction) => {
    await lockReleases(transaction, [waiting.id]);
    if (!(await claimOccurrence(transaction, occurrence, waiting.id))) throw taken(occurrence);
    await auditBegun(session, transaction, occurrence, waiting);
  });
};

/**
 * The release that waits for exactly this already, or a new one. An approval belongs to one release, so what was asked for
 * goes on as it was asked for: by whom, why, and with what to do where it fails.
 */
export const openRequest = async (
  session: Session,
  wanted: Wanted,
  occurrence?: Occurrence | undefined,
): Promise<Request> => {
  const { context, state } = session;
  const waiting = (await waitingReleases(state, wanted.target)).find(
    (one) => one.kind === wanted.kind && one.planDigest === wanted.planDigest && one.onFailure === wanted.onFailure,
  );
  if (waiting) {
    if (occurrence) await linkWaiting(session, occurrence, waiting);
    return continued(waiting);
  }
  if (occurrence) {
    const left = await leftBehind(session, occurrence);
    const isSame = left?.planDigest === wanted.planDigest && left.onFailure === wanted.onFailure;
    return left && isSame ? { ...continued(left), hasWaited: false } : openDue(session, occurrence, wanted, left);
  }
  const id = context.system.ids.uuid();
  const requestedBy = context.actor;
  await createRelease(state, { ...wanted, id, requestedBy });
  const { planId, reason, onFailure } = wanted;
  return { id, planId, requestedBy, reason, onFailure, hasWaited: false };
};

type BareAsked = Omit<Asked, 'authority' | 'grounds'>;

/** What needs approvals, with who may give them by what is recorded and written now. */
export const withStanding = async (
  { standing }: Session,
  targets: readonly string[],
  asked: BareAsked,
): Promise<Asked> => {
  const { authority, groundOf } = await standing();
  return { ...asked, authority, grounds: targets.map(groundOf) };
};

/** How far the approvals of a request have come. */
export const standingNow = async (
  session: Session,
  targets: readonly string[],
  asked: BareAsked,
  releaseId: string,
): Promise<Standing> => {
  const votes = asked.approvals === 0 ? [] : await listVotes(session.state, [releaseId]);
  return standingOf(await withStanding(session, targets, asked), votes);
};

/** What waits, as it is told and audited. */
export interface Awaited {
  readonly kind: NewRelease['kind'];
  readonly target: string;
  readonly environment: string;
  readonly version: string;
  readonly digest: string;
  readonly approvals: number;
  readonly approval?: ApprovalDemand;
  /** When its schedule begins it, ISO 8601; null where it need not wait for that. */
  readonly publishesAt: string | null;
  /** Why an older release of the target does not wait any more, by its id. */
  readonly voids: ReadonlyMap<string, string>;
}

const tellAsked = async (
  { tell }: Session,
  transaction: Queryable,
  id: string,
  { approvals, approval }: Awaited,
): Promise<void> => {
  const [release] = await lockReleases(transaction, [id]);
  const facts = release && factsOfRecord(release);
  if (!facts) return;
  const approvers = approval?.allowed_approvers ?? [];
  const until = release.dueAt?.toISOString() ?? null;
  await tell(transaction, { event: 'approval_requested', approvers, until, given: 0, needed: approvals, ...facts });
};

/** Lets a request wait for approvals, or for its time, and ends what waited for the same target before. Says what is missing. */
export const awaitApprovals = async (session: Session, request: Request, awaited: Awaited): Promise<void> => {
  const { state, context } = session;
  const { actor, system } = context;
  await state.transaction(async (transaction) => {
    const others = (await waitingReleases(transaction, awaited.target)).filter(({ id }) => id !== request.id);
    await lockReleases(transaction, [request.id, ...others.map(({ id }) => id)]);
    const manner = {
      hours: awaited.approval?.timeout_hours ?? null,
      rejectsWhenDue: awaited.approval?.rejects_when_due ?? false,
    };
    if (!(await letWait(transaction, request.id, manner))) {
      throw refuse('release-over', {
        detail: `Release ${request.id} was begun or ended by somebody else meanwhile.`,
        hint: `What became of it is told by:\n\n    m3forge show ${request.id.slice(0, 8)}`,
      });
    }
    const voided = others.map((other) => ({
      other,
      message: `Release ${request.id} took its place: ${awaited.voids.get(other.id) ?? 'it was asked for again'}.`,
    }));
    for (const { other, message } of voided) {
      const failure = { step: 'approval', code: 'superseded', message };
      await endUnstarted(transaction, other.id, { state: 'superseded', failure });
    }
    const { environment } = awaited;
    if (!request.hasWaited) {
      const { target, version, digest, approvals, approval, publishesAt } = awaited;
      const detail = {
        target,
        version,
        plan_digest: digest,
        approvals,
        ...(approval && { approval: { ...approval } }),
        ...(publishesAt !== null && { publishes_at: publishesAt }),
      };
      await appendAudit(transaction, system, {
        actor,
        event: approvals > 0 ? 'approval.requested' : 'release.scheduled',
        subject: request.id,
        environment,
        detail,
      });
      if (approvals > 0) await tellAsked(session, transaction, request.id, awaited);
    }
    for (const { other, message } of voided) {
      const detail = { target: other.target, version: other.version, reason: message };
      await appendAudit(transaction, system, {
        actor,
        event: 'release.superseded',
        subject: other.id,
        environment: other.environment,
        detail,
      });
      const facts = factsOfRecord(other);
      if (facts) await session.tell(transaction, { event: 'superseded', superseded_by: request.id, ...facts });
    }
  });
};

/** Rejects whatever has waited for too long. Looked after before anything that has to do with waiting releases. */
export const settleOverdue = async ({ state, context, tell }: Session): Promise<void> => {
  const overdue = await overdueReleases(state);
  if (overdue.length === 0) return;
  await state.transaction(async (transaction) => {
    const locked = await lockReleases(
      transaction,
      overdue.map(({ id }) => id),
    );
    const expired: ReleaseRecord[] = [];
    // Whose approvals were completed in between is in time.
    for (const release of locked.filter(({ isOverdue }) => isOverdue)) {
      const due = release.dueAt?.toISOString() ?? '';
      const failure = { step: 'approval', code: 'expired', message: `Its approvals were not complete by ${due}.` };
      if (await endUnstarted(transaction, release.id, { state: 'rejected', failure })) expired.push(release);
    }
    for (const release of expired) {
      const { id, target, environment, version, dueAt } = release;
      const detail = { target, version, due_at: dueAt?.toISOString() ?? null };
      const { system, actor } = context;
      await appendAudit(transaction, system, { actor, event: 'approval.expired', subject: id, environment, detail });
      const facts = factsOfRecord(release);
      if (!facts) continue;
      const { approvals = 0 } = ((await readSection(transaction, id)) ?? {}) as { readonly approvals?: number };
      const given = (await listVotes(transaction, [id])).length;
      await tell(transaction, { event: 'expired', given, needed: approvals, ...facts });
    }
  });
};

/** What of a judgement says nothing else than that approvals are missing, or that its time has not come. */
export const isOnlyWaiting = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.every(
    ({ code, severity }) => severity !== 'error' || code === 'approval-missing' || code === 'release-scheduled',
  );
