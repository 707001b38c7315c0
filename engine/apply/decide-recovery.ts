import type { ReleaseTraces } from '../provider/index.ts';
import type { ReleaseRecord } from '../state/index.ts';

/** What recovery does with a release whose process died. */
export type RecoveryDecision =
  /** Nothing was ever activated: the release ends failed, and what it wrote stays unseen. */
  | { readonly action: 'fail'; readonly why: string }
  /** Something new is active and was never acknowledged: the pointer goes back. */
  | { readonly action: 'return'; readonly why: string }
  /** The pointer went back already: only the record is missing. */
  | { readonly action: 'record-return'; readonly why: string }
  /** Something new is active and stays, because it was asked to, or because going back would restore a change by hand. */
  | { readonly action: 'keep'; readonly why: string }
  /** Going back to what ran before is finished, not undone. */
  | { readonly action: 'complete'; readonly why: string };

/** What recovery goes by, beside the traces. */
export interface LeftRelease extends Pick<ReleaseRecord, 'kind' | 'state' | 'onFailure' | 'failure'> {
  /** Rows of the sequence to go back to had been changed by hand when the release was planned. */
  readonly isWayBackDrifted: boolean;
}

/** A verdict is recorded as soon as it is known, and a way back as soon as it is chosen. */
const hasFailed = ({ state, failure }: LeftRelease): boolean => state === 'rolling_back' || failure !== null;

/**
 * Decides from the traces in the place, which are the truth about it, and as the release itself would have decided, had
 * its process failed instead of died. Pure.
 */
export const decideRecovery = (release: LeftRelease, traces: ReleaseTraces): RecoveryDecision => {
  const activated = traces.activations.some(({ kind }) => kind === 'activate');
  const returned = traces.activations.some(({ kind }) => kind === 'return');
  if (returned) return { action: 'record-return', why: 'it had gone back before its process died' };
  if (!activated) {
    const why = traces.marker ? 'its process died before it was activated' : 'its process died before it had written';
    return { action: 'fail', why };
  }
  if (release.kind === 'rollback' && !hasFailed(release)) {
    return { action: 'complete', why: 'its process died after it had gone back' };
  }
  const died = hasFailed(release) ? 'its process died after it had failed' : 'its process died before it was verified';
  if (release.onFailure === 'keep') return { action: 'keep', why: `${died}, and a failure keeps what is active` };
  if (release.isWayBackDrifted) {
    return { action: 'keep', why: `${died}, and what it would go back to was changed by hand` };
  }
  return { action: 'return', why: died };
};
