import { type Asked, type Standing, standingOf } from '../clearance/index.ts';
import type { Queryable } from '../database/index.ts';
import { type Diagnostic, problem, Refusal, refuse } from '../diagnostics/index.ts';
import type { ApprovalDemand } from '../plan/index.ts';
import {
  appendAudit,
  createRelease,
  endUnstarted,
  factsOfRecord,
  letWait,
  listVotes,
  lockReleases,
  lockWaiting,
  type NewRelease,
  type Occurrence,
  overdueReleases,
  type ReleaseRecord,
  readSection,
  releaseById,
  waitingReleases,
} from '../state/index.ts';
import { leftBehind, linkWaiting, openDue } from './due-requests.ts';
import { continued, type Request, type Wanted } from './request.ts';
import type { Session } from './session.ts';

export type { Request } from './request.ts';

/** Why nothing can be said about a release any more, or yet; undefined while it waits. */
export const notWaiting = (release: ReleaseRecord): Diagnostic | undefined => {
  const short = release.id.slice(0, 8);
  const about = { address: release.target || 'configuration' };
  const hint = `What became of it is told by:\n\n    m3forge show ${short}`;
  if (release.endedAt) {
    const why = release.failure ? `: ${release.failure.message}` : '.';
    const detail = `Release ${short} ended ${release.state.replaceAll('_', ' ')}${why}`;
    return problem('release-over', { ...about, detail, hint });
  }
  if (release.isOverdue && release.rejectedWhenDue) {
    const detail = `The time for approving release ${short} was over at ${release.dueAt?.toISOString() ?? ''}.`;
    return problem('release-over', { ...about, detail, hint });
  }
  if (release.state === 'waiting') return undefined;
  return problem('release-not-waiting', {
    ...about,
    detail: `Release ${short} is ${release.state.replaceAll('_', ' ')}, and asks nobody for an approval.`,
    hint,
  });
};

/** The release that goes on, and no other that waits for the same: it may have ended since it was looked up. */
const requireWaiting = async ({ state }: Session, id: string): Promise<ReleaseRecord> => {
  const release = await releaseById(state, id);
  if (!release) throw new Error(`release ${id} is gone`);
  const over = notWaiting(release);
  if (over) throw new Refusal([over]);
  return release;
};

const isSame = (
  one: ReleaseRecord,
  { kind, planDigest, onFailure }: Pick<NewRelease, 'kind' | 'planDigest' | 'onFailure'>,
): boolean => one.kind === kind && one.planDigest === planDigest && one.onFailure === onFailure;

/** What a request may go on with. */
interface Opening {
  /** The id of the release that goes on; undefined where it is asked for now. */
  readonly resumes?: string | undefined;
  /** What a worker releases by itself: it is linked with the release that is opened. */
  readonly occurrence?: Occurrence | undefined;
}

/**
 * The release that is resumed, the one that waits for exactly this already, or a new one. An approval belongs to one
 * release, so what was asked for goes on as it was asked for: by whom, why, and with what to do where it fails.
 */
export const openRequest = async (session: Session, wanted: Wanted, manner: Opening = {}): Promise<Request> => {
  const { context, state } = session;
  const { resumes, occurrence } = manner;
  const waiting =
    resumes === undefined
      ? (await waitingReleases(state, wanted.target)).find((one) => isSame(one, wanted))
      : await requireWaiting(session, resumes);
  if (waiting) {
    if (occurrence) await linkWaiting(session, occurrence, waiting);
    return continued(waiting);
  }
  const reason = wanted.reason === null ? null : context.redactor.redact(wanted.reason);
  if (occurrence) {
    const left = await leftBehind(session, occurrence);
    if (left && isSame(left, wanted)) return { ...continued(left), hasWaited: false };
    return openDue(session, occurrence, { ...wanted, reason }, left);
  }
  const id = context.system.ids.uuid();
  const requestedBy = context.actor;
  const { planId, onFailure } = wanted;
  await createRelease(state, { ...wanted, reason, id, requestedBy });
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
  if (!release) throw new Error(`release ${id} is gone`);
  const approvers = approval?.allowed_approvers ?? [];
  const until = release.dueAt?.toISOString() ?? null;
  await tell(transaction, {
    event: 'approval_requested',
    approvers,
    until,
    given: 0,
    needed: approvals,
    ...factsOfRecord(release),
  });
};

/** Ends what gives way to another release, and was never begun. */
const giveWay = async (
  { context, tell }: Session,
  transaction: Queryable,
  other: ReleaseRecord,
  { to, message }: { readonly to: string; readonly message: string },
): Promise<void> => {
  const { actor, system } = context;
  const { id: subject, target, version, environment } = other;
  const detail = { target, version, reason: message };
  await appendAudit(transaction, system, { actor, event: 'release.superseded', subject, environment, detail });
  // Of what nobody was asked about, nobody is told.
  if (other.waitingSince) await tell(transaction, { event: 'superseded', superseded_by: to, ...factsOfRecord(other) });
};

/** Somebody asked for the same at the same time, and was faster: theirs waits, and whatever is said about it counts. */
const joinWaiting = async (
  session: Session,
  transaction: Queryable,
  { id }: Request,
  first: ReleaseRecord,
): Promise<Request> => {
  const [own] = await lockReleases(transaction, [id]);
  const message = `Release ${first.id} waits for the same already.`;
  const failure = { step: 'approval', code: 'superseded', message };
  if (own && (await endUnstarted(transaction, id, { state: 'superseded', failure }))) {
    await giveWay(session, transaction, own, { to: first.id, message });
  }
  return continued(first);
};

const auditAsked = (
  { context: { actor, system } }: Session,
  transaction: Queryable,
  request: Request,
  { kind, target, environment, version, digest, approvals, approval, publishesAt }: Awaited,
): Promise<void> =>
  appendAudit(transaction, system, {
    actor,
    event: approvals > 0 ? 'approval.requested' : 'release.scheduled',
    subject: request.id,
    environment,
    detail: {
      ...{ target, version, plan_digest: digest, approvals },
      ...(approval && { approval: { ...approval } }),
      ...(publishesAt !== null && { publishes_at: publishesAt }),
      ...(kind !== 'configuration' && { on_failure: request.onFailure }),
    },
  });

/**
 * Lets a request wait, and ends what waited for the same target before. Returns what waits: where two asked for the same at
 * once, it is the one that came first.
 */
export const awaitApprovals = (session: Session, request: Request, awaited: Awaited): Promise<Request> => {
  const { state } = session;
  return state.transaction(async (transaction) => {
    await lockWaiting(transaction, awaited.target);
    const others = (await waitingReleases(transaction, awaited.target)).filter(({ id }) => id !== request.id);
    const wanted = { kind: awaited.kind, planDigest: awaited.digest, onFailure: request.onFailure };
    const first = request.hasWaited ? undefined : others.find((one) => isSame(one, wanted));
    if (first) return joinWaiting(session, transaction, request, first);
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
    if (!request.hasWaited) {
      await auditAsked(session, transaction, request, awaited);
      if (awaited.approvals > 0) await tellAsked(session, transaction, request.id, awaited);
    }
    for (const { other, message } of voided) await giveWay(session, transaction, other, { to: request.id, message });
    return request;
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
      const { approvals = 0 } = ((await readSection(transaction, id)) ?? {}) as { readonly approvals?: number };
      const given = (await listVotes(transaction, [id])).length;
      await tell(transaction, { event: 'expired', given, needed: approvals, ...factsOfRecord(release) });
    }
  });
};

/** What of a judgement says nothing else than that approvals are missing, or that its time has not come. */
export const isOnlyWaiting = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.every(
    ({ code, severity }) => severity !== 'error' || code === 'approval-missing' || code === 'release-scheduled',
  );
