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
  /** Going back to what ran before is finished, not undone. */
  | { readonly action: 'complete'; readonly why: string };

/** Decides from the traces in the place, which are the truth about it. Pure. */
export const decideRecovery = (release: ReleaseRecord, traces: ReleaseTraces): RecoveryDecision => {
  const activated = traces.activations.some(({ kind }) => kind === 'activate');
  const returned = traces.activations.some(({ kind }) => kind === 'return');
  if (returned) return { action: 'record-return', why: 'it had gone back before its process died' };
  if (!activated) {
    const why = traces.marker ? 'its process died before it was activated' : 'its process died before it had written';
    return { action: 'fail', why };
  }
  if (release.kind === 'rollback' && release.state !== 'rolling_back') {
    return { action: 'complete', why: 'its process died after it had gone back' };
  }
  return { action: 'return', why: 'its process died before it was verified' };
};
