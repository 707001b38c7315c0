import { type Asked, faultOfApprover, type Standing, standingOf } from '../clearance/index.ts';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { ApprovalDemand } from '../plan/index.ts';
import {
  appendAudit,
  endUnstarted,
  factsOfRecord,
  listVotes,
  lockReleases,
  type ReleaseRecord,
  readSection,
  recordVote,
  releaseById,
  stopClock,
  type Vote,
} from '../state/index.ts';
import type { JsonObject } from '../values/index.ts';
import { sharedName } from './configuration-approval.ts';
import { requireRelease } from './releases.ts';
import { replan } from './replan.ts';
import { notWaiting, settleOverdue, withStanding } from './requests.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { type HistoryEntry, historyEntry } from './status.ts';

/** How far the approvals of a release have come. */
export interface StandingView {
  readonly needed: number;
  /** Those whose approval counts, in the order in which they gave it. */
  readonly given: readonly string[];
  readonly missing: number;
  /** Who may and has not yet; null where anybody else may. */
  readonly may_approve: readonly string[] | null;
}

export const standingView = ({ mayApprove, ...standing }: Standing): StandingView => ({
  ...standing,
  may_approve: mayApprove,
});

/** What somebody said about a release, and how far it is now. */
export interface Decided {
  readonly release: HistoryEntry;
  readonly standing: StandingView;
}

interface Naming {
  /** A release's id, or the beginning of it. */
  readonly id: string;
  readonly lockTimeoutMs: number;
}

interface AskedSection {
  readonly approvals?: number;
  readonly approval?: ApprovalDemand;
  readonly held_to?: readonly string[];
}

/** What it asks for; of what several targets share by the rules of now, because its digest leaves them out. */
const sectionOf = async (session: Session, release: ReleaseRecord): Promise<AskedSection> => {
  if (release.target === sharedName && release.state === 'waiting') {
    const present = await replan(session, release);
    if (present.ok && present.value.kind === 'shared') return present.value.section;
  }
  return (await readSection(session.state, release.id)) as unknown as AskedSection;
};

/** The targets that a release is about: its own, or those that share the configuration that it would record. */
const targetsOf = (release: ReleaseRecord, { held_to: heldTo = [] }: AskedSection): readonly string[] =>
  release.target === sharedName ? heldTo : [release.target];

/** What a release asks for, as it was when it was asked, and who may do what now. */
export const askedOf = async (session: Session, release: ReleaseRecord): Promise<Asked> => {
  const section = await sectionOf(session, release);
  return withStanding(session, targetsOf(release, section), {
    approvals: section.approvals ?? 0,
    ...(section.approval && { approval: section.approval }),
    digest: release.planDigest,
    requestedBy: release.requestedBy,
  });
};

const auditOf = ({ id, target, environment, version }: ReleaseRecord, event: string, detail: JsonObject) => ({
  event,
  subject: id,
  environment,
  detail: { target, version, ...detail },
});

/** What was refused is a part of the trail, too: in a transaction of its own, because nothing else happens. */
const deny = async (
  { state, context, audited }: Session,
  release: ReleaseRecord,
  decision: string,
  diagnostics: readonly Diagnostic[],
): Promise<Outcome<never>> => {
  const { actor, system } = context;
  const code = diagnostics.find(({ severity }) => severity === 'error')?.code ?? null;
  await state.transaction((transaction) =>
    appendAudit(transaction, system, { actor, ...auditOf(release, 'approval.denied', { decision, code }) }),
  );
  for (const one of diagnostics) audited.add(one);
  return failure(diagnostics);
};

const short = ({ id }: ReleaseRecord): string => id.slice(0, 8);

/** Why somebody's word does not count, before it is said. */
const faultOfVote = (
  release: ReleaseRecord,
  asked: Asked,
  {
    actor,
    digest,
    votes,
  }: { readonly actor: string; readonly digest?: string | undefined; readonly votes: readonly Vote[] },
): Diagnostic | undefined => {
  const address = release.target || 'configuration';
  const over = notWaiting(release);
  if (over) return over;
  if (digest !== undefined && !release.planDigest.startsWith(digest)) {
    const detail = `Release ${short(release)} would carry out ${release.planDigest}, and ${digest} was looked at.`;
    const hint = `Look at what it would do with:\n\n    m3forge show ${short(release)}`;
    return problem('approval-other-digest', { detail, address, hint });
  }
  const fault = faultOfApprover(actor, asked);
  if (fault !== undefined) {
    const hint = 'Somebody else has to approve it; "m3forge explain" says who may.';
    return problem('approval-not-allowed', { detail: `${actor} ${fault}.`, address, hint });
  }
  const said = votes.find(({ by }) => by === actor);
  if (!said) return undefined;
  const detail = `${actor} has ${said.decision} release ${short(release)} already, at ${said.at.toISOString()}.`;
  return problem('approval-twice', {
    detail,
    address,
    hint: `To stop it, run:\n\n    m3forge cancel ${short(release)} --reason "…"`,
  });
};

const decided = async (session: Session, id: string, asked: Asked): Promise<Outcome<Decided>> => {
  const release = await releaseById(session.state, id);
  if (!release) throw new Error(`release ${id} is gone`);
  const standing = standingOf(asked, await listVotes(session.state, [id]));
  return success({ release: historyEntry(release), standing: standingView(standing) });
};

interface Said extends Naming {
  readonly decision: Vote['decision'];
  readonly comment: string | null;
  /** The beginning of the digest that was looked at. */
  readonly digest?: string | undefined;
}

/** Says something about a release, once it is certain that it still waits: a diagnostic where it does not count. */
const vote = (session: Session, { id }: ReleaseRecord, asked: Asked, said: Said): Promise<Diagnostic | undefined> => {
  const { actor, system, redactor } = session.context;
  return session.state.transaction(async (transaction) => {
    const [release] = await lockReleases(transaction, [id]);
    if (!release) throw new Error(`release ${id} is gone`);
    const fault = faultOfVote(release, asked, { ...said, actor, votes: await listVotes(transaction, [id]) });
    if (fault) return fault;
    const { decision } = said;
    const comment = said.comment === null ? null : redactor.redact(said.comment);
    await recordVote(transaction, { releaseId: id, by: actor, decision, comment, planDigest: release.planDigest });
    if (decision === 'rejected') {
      const message = `${actor} rejected it: ${comment ?? ''}`;
      await endUnstarted(transaction, id, {
        state: 'rejected',
        failure: { step: 'approval', code: 'rejected', message },
      });
    }
    const standing = standingOf(asked, await listVotes(transaction, [id]));
    // The time was for collecting them; what is complete may be carried out later.
    if (standing.missing === 0) await stopClock(transaction, id);
    const detail = {
      plan_digest: release.planDigest,
      comment,
      // Who approves what they asked for themselves is let, where nobody asked for two pairs of eyes; it is told.
      ...(actor === release.requestedBy && { own_request: true }),
    };
    const event = decision === 'approved' ? 'approval.given' : 'approval.rejected';
    await appendAudit(transaction, system, { actor, ...auditOf(release, event, detail) });
    const facts = factsOfRecord(release);
    const told = { approver: actor, comment };
    const { given, needed } = standing;
    if (decision === 'rejected') await session.tell(transaction, { event: 'rejected', ...told, ...facts });
    if (decision === 'approved') {
      await session.tell(transaction, { event: 'approved', given: given.length, needed, ...told, ...facts });
    }
    return undefined;
  });
};

const say = (context: OperationContext, command: string, said: Said): Promise<Outcome<Decided>> =>
  withSession(
    context,
    { command, permit: 'approve', lockTimeoutMs: said.lockTimeoutMs, tells: true },
    async (session) => {
      await settleOverdue(session);
      const release = await requireRelease(session, said.id);
      await session.authorize('approve', targetsOf(release, await sectionOf(session, release)));
      const asked = await askedOf(session, release);
      const { actor } = session.context;
      const votes = await listVotes(session.state, [release.id]);
      const early = faultOfVote(release, asked, { ...said, actor, votes });
      if (early) return deny(session, release, said.decision, [early]);
      if (said.decision === 'approved') {
        // Nobody approves what cannot happen any more.
        const present = await replan(session, release);
        if (!present.ok) return deny(session, release, said.decision, present.diagnostics);
      }
      const fault = await vote(session, release, asked, said);
      return fault ? deny(session, release, said.decision, [fault]) : decided(session, release.id, asked);
    },
  );

/** `m3forge approve`: agrees to exactly what a release that waits would do. */
export const approve = (
  context: OperationContext,
  request: Naming & { readonly comment: string | null; readonly digest?: string | undefined },
): Promise<Outcome<Decided>> => say(context, 'm3forge approve', { ...request, decision: 'approved' });

/** `m3forge reject`: ends a release that waits. */
export const reject = (
  context: OperationContext,
  request: Naming & { readonly reason: string },
): Promise<Outcome<Decided>> =>
  say(context, 'm3forge reject', { ...request, decision: 'rejected', comment: request.reason });

/** `m3forge cancel`: takes back what was asked for and has not begun. */
export const cancel = (
  context: OperationContext,
  request: Naming & { readonly reason: string },
): Promise<Outcome<Decided>> =>
  withSession(context, { command: 'm3forge cancel', permit: 'release', ...request, tells: true }, async (session) => {
    await settleOverdue(session);
    const { actor, system, redactor } = session.context;
    const release = await requireRelease(session, request.id);
    await session.authorize('release', targetsOf(release, await sectionOf(session, release)));
    const reason = redactor.redact(request.reason);
    const message = `${actor} cancelled it: ${reason}`;
    const fault = await session.state.transaction(async (transaction) => {
      const [now] = await lockReleases(transaction, [release.id]);
      const over = now && notWaiting(now);
      if (over) return over;
      const failure = { step: 'approval', code: 'cancelled', message };
      await endUnstarted(transaction, release.id, { state: 'cancelled', failure });
      const event = auditOf(release, 'release.cancelled', { reason });
      await appendAudit(transaction, system, { actor, ...event });
      const facts = factsOfRecord(now ?? release);
      await session.tell(transaction, { event: 'cancelled', canceller: actor, why: reason, ...facts });
      return undefined;
    });
    if (fault) return deny(session, release, 'cancelled', [fault]);
    return decided(session, release.id, await askedOf(session, release));
  });
