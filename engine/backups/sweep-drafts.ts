import type { BackupStore } from '../provider/index.ts';
import { type Lease, requireLease, type State } from '../state/index.ts';

/**
 * Removes what writers of this place's backups left half-written. Only the holder of the lease writes there, so what lies
 * there while the lease is held belongs to nobody who could still finish it.
 */
export const sweepDrafts = (state: State, lease: Lease, backups: BackupStore, placeId: string): Promise<number> =>
  backups.sweep(placeId, () => state.transaction((transaction) => requireLease(transaction, lease)));
