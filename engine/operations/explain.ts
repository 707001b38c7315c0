import { type Standing, standingOf } from '../clearance/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import { scheduledBlock } from '../plan/index.ts';
import { listVotes, occurrenceOfRelease, type ReleaseRecord } from '../state/index.ts';
import { askedOf, type StandingView, standingView } from './approvals.ts';
import { requireRelease, type VoteView, voteView } from './releases.ts';
import { replan } from './replan.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { type HistoryEntry, historyEntry } from './status.ts';

/** One thing that stands in the way of a release. */
export interface Obstacle {
  /** The code of the diagnostic or of the block that says so. */
  readonly code: string;
  readonly reason: string;
  /** Who can clear it; null where that is no matter of who. */
  readonly who: readonly string[] | null;
  /** When it clears by itself, ISO 8601 in UTC; null where somebody has to clear it. */
  readonly until: string | null;
  /** How. */
  readonly remedy: string | null;
}

/** Why a release does not go on, who can change that, and when it can go on at the earliest. */
export interface Explanation {
  readonly release: HistoryEntry;
  /** Null where it asks for none. */
  readonly approvals: StandingView | null;
  readonly votes: readonly VoteView[];
  readonly obstacles: readonly Obstacle[];
  /** ISO 8601 in UTC; null where that depends on somebody, or where it has ended. */
  readonly earliest: string | null;
}

const approvalObstacles = (
  { id, isOverdue, dueAt, rejectedWhenDue }: ReleaseRecord,
  standing: Standing,
): readonly Obstacle[] =>
  standing.missing === 0
    ? []
    : [
        ...(isOverdue
          ? [
              {
                code: 'approval-overdue',
                reason: `It was due at ${dueAt?.toISOString() ?? ''}${rejectedWhenDue ? ', and is rejected for that' : ''}.`,
                who: null,
                until: null,
                remedy: null,
              },
            ]
          : []),
        {
          code: 'approval-missing',
          reason: `${standing.missing} of ${standing.needed} approvals are missing.`,
          who: standing.mayApprove,
          until: null,
          remedy: `m3forge approve ${id.slice(0, 8)}`,
        },
      ];

/** What planning it anew finds: that something moved, or what blocks it now. */
const planObstacles = async (session: Session, release: ReleaseRecord): Promise<readonly Obstacle[]> => {
  const present = await replan(session, release);
  if (!present.ok) {
    return present.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ code, detail, hint }) => ({ code, reason: detail, who: null, until: null, remedy: hint ?? null }));
  }
  const { value } = present;
  const isDue = (await occurrenceOfRelease(session.state, release.id)) !== undefined;
  const all = value.kind === 'shared' ? value.section.blocks : value.planned.section.blocks;
  const blocks = isDue ? all.filter(({ code }) => code !== scheduledBlock) : all;
  return blocks.map(({ code, reason, remedy, until = null }) => ({ code, reason, who: null, until, remedy }));
};

const latest = (times: readonly string[], now: Date): string =>
  [...times, now.toISOString()].reduce((one, other) => (one > other ? one : other));

/** `m3forge explain`: what is missing, who may give it, and when the release can go on. Looks only. */
export const explain = (
  context: OperationContext,
  request: { readonly id: string; readonly lockTimeoutMs: number },
): Promise<Outcome<Explanation>> =>
  withSession(context, { command: 'm3forge explain', permit: 'view', ...request }, async (session) => {
    const release = await requireRelease(session, request.id);
    const asked = await askedOf(session, release);
    const votes = await listVotes(session.state, [release.id]);
    const standing = standingOf(asked, votes);
    const waits = release.state === 'waiting' && !release.endedAt;
    const obstacles = waits
      ? [...(await planObstacles(session, release)), ...approvalObstacles(release, standing)]
      : [];
    const isMatterOfTime = waits && obstacles.every(({ until }) => until !== null);
    return success({
      release: historyEntry(release),
      approvals: asked.approvals === 0 ? null : standingView(standing),
      votes: votes.map(voteView),
      obstacles,
      earliest: isMatterOfTime
        ? latest(
            obstacles.flatMap(({ until }) => until ?? []),
            context.system.clock.now(),
          )
        : null,
    });
  });
