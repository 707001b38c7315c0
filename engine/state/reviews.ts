import type { Queryable } from '../database/index.ts';
import type { StateHandle } from './handle.ts';

/**
 * How a review ended. `passed`: the gates passed against what runs. `superseded`: somebody rolled back to another version.
 * `not_active`: the release failed, so that nothing of it stayed active.
 */
export type ReviewOutcome = 'passed' | 'superseded' | 'not_active';

/** What an emergency leaves to be done: the gates that were skipped. */
export interface Review {
  readonly releaseId: string;
  readonly placeId: string;
  readonly target: string;
  readonly environment: string;
  readonly version: string;
  readonly justification: string;
  /** The gates that were not judged. */
  readonly gates: readonly string[];
  /** How many approvals the justification stood for. */
  readonly approvals: number;
  readonly openedAt: Date;
  /** Who declared the emergency. */
  readonly openedBy: string;
  /** Null while it is open, as are the three that follow. */
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly outcome: ReviewOutcome | null;
  readonly comment: string | null;
}

const columns = `release_id as "releaseId", place_id as "placeId", target, environment, version, justification, gates,
  approvals, opened_at as "openedAt", opened_by as "openedBy", closed_at as "closedAt", closed_by as "closedBy", outcome,
  comment`;

/** Reviews, the newest first: the open ones of a place, or all that there are. */
export const listReviews = (
  state: Pick<StateHandle, 'query'>,
  { placeId = null, open }: { readonly placeId?: string | null | undefined; readonly open: boolean },
): Promise<readonly Review[]> =>
  state.query<Review>(
    `select ${columns} from :schema.review
     where ($1::uuid is null or place_id = $1) and (closed_at is null or not $2)
     order by opened_at desc, release_id`,
    [placeId, open],
  );

export const openReview = async (
  transaction: Queryable,
  review: Omit<Review, 'openedAt' | 'closedAt' | 'closedBy' | 'outcome' | 'comment'>,
): Promise<void> => {
  await transaction.execute(
    `insert into :schema.review (release_id, place_id, target, environment, version, justification, gates, approvals, opened_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      review.releaseId,
      review.placeId,
      review.target,
      review.environment,
      review.version,
      review.justification,
      JSON.stringify(review.gates),
      review.approvals,
      review.openedBy,
    ],
  );
};

interface Closing {
  readonly by: string;
  readonly outcome: ReviewOutcome;
  readonly comment: string | null;
}

const close = (
  transaction: Queryable,
  which: string,
  key: readonly string[],
  { by, outcome, comment }: Closing,
): Promise<readonly Review[]> =>
  transaction.query<Review>(
    `update :schema.review set closed_at = clock_timestamp(), closed_by = $1, outcome = $2, comment = $3
     where closed_at is null and ${which} returning ${columns}`,
    [by, outcome, comment, ...key],
  );

/** Closes the review of a release; undefined where it has none, or where somebody was faster. */
export const closeReview = async (
  transaction: Queryable,
  releaseId: string,
  closing: Closing,
): Promise<Review | undefined> => (await close(transaction, 'release_id = $4', [releaseId], closing))[0];

/** Closes the open reviews of a place that are about other versions than the one it went back to. */
export const closeReviewsBut = (
  transaction: Queryable,
  { placeId, version }: { readonly placeId: string; readonly version: string },
  closing: Closing,
): Promise<readonly Review[]> => close(transaction, 'place_id = $4 and version <> $5', [placeId, version], closing);
