import { recordClosed } from '../apply/index.ts';
import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { appendAudit, closeReview as closeInState, listReviews as listInState, type Review } from '../state/index.ts';
import { type GatesRequest, judgeSection, type TargetGates } from './gates-run.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { requireRelease } from './releases.ts';
import { planReview } from './review-plan.ts';
import { type ReviewView, reviewView } from './review-views.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

export interface ReviewListRequest {
  /** Only those of emergencies at these; of all where none is named. */
  readonly targets: readonly string[];
  /** Those that are closed, too. */
  readonly all: boolean;
  readonly lockTimeoutMs: number;
}

/** `m3forge review list`: what was released in an emergency and has not passed its gates yet, newest first. */
export const listReviews = (
  context: OperationContext,
  request: ReviewListRequest,
): Promise<Outcome<readonly ReviewView[]>> =>
  withSession(
    context,
    { command: 'm3forge review list', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async ({ config, state }) => {
      for (const name of request.targets) requireTarget(config, name);
      const reviews = await listInState(state, { open: !request.all });
      const wanted = new Set(request.targets);
      return success(reviews.filter(({ target }) => wanted.size === 0 || wanted.has(target)).map(reviewView));
    },
  );

export interface ReviewRequest {
  /** The release that was the emergency, or the beginning of its id. */
  readonly id: string;
  readonly comment: string | null;
  readonly lockTimeoutMs: number;
  /** Called as each gate ends. */
  readonly report: GatesRequest['report'];
}

/** What closing a review came to. */
export interface ReviewReport {
  /** Still open where a gate did not pass. */
  readonly review: ReviewView;
  readonly gates: TargetGates;
  readonly problems: Awaited<ReturnType<typeof judgeSection>>['problems'];
}

const over = (review: Review): Error =>
  refuse('review-over', {
    detail: `The review of ${review.version} at "${review.target}" is closed: ${review.outcome?.replaceAll('_', ' ') ?? 'by somebody else meanwhile'}.`,
    address: review.target,
    hint: 'All of them are listed by:\n\n    m3forge review list --all',
  });

const requireReview = async (session: Session, id: string): Promise<Review> => {
  const release = await requireRelease(session, id);
  const review = (await listInState(session.state, { open: false })).find(({ releaseId }) => releaseId === release.id);
  if (!review) {
    throw refuse('review-unknown', {
      detail: `Release ${release.id.slice(0, 8)} left nothing to be reviewed.`,
      address: release.target,
      hint: 'What is open is listed by:\n\n    m3forge review list',
    });
  }
  if (review.closedAt) throw over(review);
  return review;
};

/** Where a target asks for approvals, nobody closes what they declared themselves. */
const requireOther = ({ context }: Session, review: Review, { target }: PlannedTarget): void => {
  const isAsked = review.approvals > 0 || target.approvals.min > 0;
  if (!isAsked || context.actor !== review.openedBy) return;
  throw refuse('review-own', {
    detail: `${context.actor} declared the emergency at "${review.target}", and somebody else closes its review: the target asks for approvals otherwise.`,
    address: review.target,
  });
};

/** What was judged must be what runs: a gate can take its time. */
const requireStill = async ({ place, reading, section }: PlannedTarget): Promise<void> => {
  const status = await place.store.status();
  if (status?.activation?.n === reading.status?.activation?.n) return;
  throw refuse('plan-stale', {
    detail: `What runs at "${section.target}" has changed while its gates were judged.`,
    address: section.target,
    hint: 'The review stays open. Close it again.',
  });
};

const recordFailed = ({ context, state }: Session, review: Review, judged: TargetGates): Promise<void> =>
  state.transaction(async (transaction) => {
    const { releaseId: subject, target, environment } = review;
    const failed = judged.gates.filter(({ verdict }) => verdict === 'fail' || verdict === 'skipped');
    const detail = { target, version: judged.version, failed: failed.map(({ gate }) => gate) };
    const { actor, system } = context;
    await appendAudit(transaction, system, { actor, event: 'review.failed', subject, environment, detail });
  });

const close = async (session: Session, review: Review, comment: string | null): Promise<Review> => {
  const { context, state, tell } = session;
  const closing = {
    by: context.actor,
    outcome: 'passed' as const,
    comment: comment === null ? null : context.redactor.redact(comment),
  };
  const closed = await state.transaction(async (transaction) => {
    const done = await closeInState(transaction, review.releaseId, closing);
    if (done) await recordClosed({ system: context.system, tell }, transaction, done, closing);
    return done;
  });
  if (!closed) throw over(review);
  return closed;
};

/**
 * `m3forge review close`: judges what runs now by the gates that its emergency skipped, as they are by now, and closes the
 * review where they pass.
 */
export const closeReview = (context: OperationContext, request: ReviewRequest): Promise<Outcome<ReviewReport>> =>
  withSession(
    context,
    { command: 'm3forge review close', permit: 'approve', lockTimeoutMs: request.lockTimeoutMs, tells: true },
    async (session) => {
      const review = await requireReview(session, request.id);
      await session.authorize('approve', [review.target]);
      const planned = await planReview(session, review, requireTarget(session.config, review.target));
      if (!planned.ok) return planned;
      requireOther(session, review, planned.value);
      const { view: gates, problems } = await judgeSection(session, planned.value, request.report);
      if (problems.length > 0) {
        await recordFailed(session, review, gates);
        return success({ review: reviewView(review), gates, problems });
      }
      await requireStill(planned.value);
      const closed = await close(session, review, request.comment);
      return success({ review: reviewView(closed), gates, problems: [] }, planned.diagnostics);
    },
  );
