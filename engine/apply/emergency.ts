import type { Queryable } from '../database/index.ts';
import {
  appendAudit,
  closeReview,
  closeReviewsBut,
  openReview,
  type Review,
  type ReviewOutcome,
} from '../state/index.ts';
import type { Hold, ReleaseInput } from './context.ts';

/** What is known of a review whenever it is told of. */
const factsOf = ({
  releaseId,
  target,
  environment,
  version,
  gates,
  openedBy,
}: Pick<Review, 'releaseId' | 'target' | 'environment' | 'version' | 'gates' | 'openedBy'>) => ({
  ...{ review: releaseId, target, environment, version, gates },
  by: openedBy,
});

const openDebt = async (
  input: ReleaseInput,
  { placeId }: Hold,
  { justification, gates, approvals }: Pick<Review, 'justification' | 'gates' | 'approvals'>,
  transaction: Queryable,
): Promise<void> => {
  const { section, system, release, desired, tell } = input;
  const { target, environment } = section;
  const { version } = desired;
  const review = { releaseId: release.id, placeId, target, environment, version, justification, gates, approvals };
  await openReview(transaction, { ...review, openedBy: release.actor });
  const { actor, id: subject } = release;
  const detail = { target, version, gates, approvals };
  await appendAudit(transaction, system, { actor, event: 'review.opened', subject, environment, detail });
  await tell(transaction, { event: 'review_opened', ...factsOf({ ...review, openedBy: actor }) });
};

/**
 * Records that what begins is an emergency, what it passes over and why, and what is left to be done for it: together with
 * its beginning, so that neither is ever there without the other.
 */
export const recordEmergency = async (input: ReleaseInput, hold: Hold, transaction: Queryable): Promise<void> => {
  const { section, system, release, desired, before, tell } = input;
  const { emergency: terms, target, environment, kind } = section;
  if (!terms) return;
  const { reason: justification, actor, id } = release;
  if (justification === null) throw new Error('an emergency without a justification must not come this far');
  const passed = { gates_skipped: terms.gates_skipped, approvals_replaced: terms.approvals_replaced };
  const detail = { target, version: desired.version, justification, ...passed, review: terms.review };
  await appendAudit(transaction, system, { actor, event: 'release.emergency', subject: id, environment, detail });
  await tell(transaction, {
    event: 'emergency_started',
    ...passed,
    ...{ release: id, kind, target, environment, version: desired.version, from: before.version },
    ...{ by: release.requestedBy, reason: justification },
  });
  if (!terms.review) return;
  const debt = { justification, gates: terms.gates_skipped, approvals: terms.approvals_replaced };
  await openDebt(input, hold, debt, transaction);
};

/** By whom a review is closed, and with what words. */
export interface ReviewClosing {
  readonly by: string;
  readonly outcome: ReviewOutcome;
  readonly comment: string | null;
}

/** Records that a review is closed and tells it, within the transaction that closes it. */
export const recordClosed = async (
  { system, tell }: Pick<ReleaseInput, 'system' | 'tell'>,
  transaction: Queryable,
  review: Review,
  { by, outcome, comment }: ReviewClosing,
): Promise<void> => {
  const { releaseId: subject, target, environment, version, gates } = review;
  const detail = { target, version, outcome, gates, opened_by: review.openedBy, comment };
  await appendAudit(transaction, system, { actor: by, event: 'review.closed', subject, environment, detail });
  await tell(transaction, { event: 'review_closed', ...factsOf(review), outcome, closed_by: by, comment });
};

/** A release of which nothing stays active leaves nothing to be reviewed. */
export const settleReview = async (
  input: Pick<ReleaseInput, 'system' | 'tell'>,
  transaction: Queryable,
  releaseId: string,
  by: string,
): Promise<void> => {
  const closing: ReviewClosing = { by, outcome: 'not_active', comment: null };
  const review = await closeReview(transaction, releaseId, closing);
  if (review) await recordClosed(input, transaction, review, closing);
};

/** Whoever rolls back to another version leaves nothing of what was to be reviewed. */
export const supersedeReviews = async (
  input: Pick<ReleaseInput, 'system' | 'tell'>,
  transaction: Queryable,
  to: { readonly placeId: string; readonly version: string },
  by: string,
): Promise<void> => {
  const closing: ReviewClosing = { by, outcome: 'superseded', comment: null };
  for (const review of await closeReviewsBut(transaction, to, closing)) {
    await recordClosed(input, transaction, review, closing);
  }
};
