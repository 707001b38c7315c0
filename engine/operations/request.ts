import type { NewRelease, ReleaseRecord } from '../state/index.ts';

/** A release that is asked for: a new one, or one that waited for approvals and goes on. */
export interface Request {
  readonly id: string;
  readonly planId: string;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly onFailure: 'rollback' | 'keep';
  readonly hasWaited: boolean;
}

/** What is asked for, before it has an id and somebody who asks. */
export type Wanted = Omit<NewRelease, 'id' | 'requestedBy'>;

/** A release that was opened before, going on as it was asked for. */
export const continued = ({ id, planId, requestedBy, reason, onFailure }: ReleaseRecord): Request => ({
  ...{ id, planId, requestedBy, reason, onFailure },
  hasWaited: true,
});
