import type { Queryable } from '../database/index.ts';
import type { Digest } from '../values/index.ts';
import { toBytes, toHex } from './handle.ts';

/** What one person said about one release. */
export interface Vote {
  readonly releaseId: string;
  readonly by: string;
  readonly decision: 'approved' | 'rejected';
  readonly comment: string | null;
  /** The digest of the section that it was said about. */
  readonly planDigest: Digest;
  readonly at: Date;
}

type Row = Omit<Vote, 'planDigest'> & { readonly plan_digest: Buffer };

/** What was said about releases, in the order in which it was. */
export const listVotes = async (queryable: Queryable, releaseIds: readonly string[]): Promise<readonly Vote[]> =>
  (
    await queryable.query<Row>(
      `select release_id as "releaseId", by, decision, comment, plan_digest, at from :schema.approval
       where release_id = any($1::uuid[]) order by at, by`,
      [releaseIds],
    )
  ).map(({ plan_digest, ...vote }) => ({ ...vote, planDigest: toHex(plan_digest) }));

/** False where this person has said something about this release before. */
export const recordVote = async (transaction: Queryable, vote: Omit<Vote, 'at'>): Promise<boolean> =>
  (await transaction.execute(
    `insert into :schema.approval (release_id, by, decision, comment, plan_digest) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [vote.releaseId, vote.by, vote.decision, vote.comment, toBytes(vote.planDigest)],
  )) > 0;
