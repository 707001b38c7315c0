import type { Review, ReviewOutcome } from '../state/index.ts';

/** What an emergency leaves to be done, or how that ended. */
export interface ReviewView {
  /** The id of the release that was the emergency. */
  readonly release: string;
  readonly target: string;
  readonly environment: string;
  readonly version: string;
  readonly justification: string;
  /** The gates that were skipped. */
  readonly gates: readonly string[];
  /** How many approvals the justification stood for. */
  readonly approvals: number;
  readonly opened_at: string;
  readonly opened_by: string;
  /** Null while it is open, as are the three that follow. */
  readonly closed_at: string | null;
  readonly closed_by: string | null;
  readonly outcome: ReviewOutcome | null;
  readonly comment: string | null;
}

export const reviewView = (review: Review): ReviewView => ({
  release: review.releaseId,
  target: review.target,
  environment: review.environment,
  version: review.version,
  justification: review.justification,
  gates: review.gates,
  approvals: review.approvals,
  opened_at: review.openedAt.toISOString(),
  opened_by: review.openedBy,
  closed_at: review.closedAt?.toISOString() ?? null,
  closed_by: review.closedBy,
  outcome: review.outcome,
  comment: review.comment,
});
