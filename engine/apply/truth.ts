import type { ReleaseTraces } from '../provider/index.ts';
import type { Hold, PlaceAccess } from './context.ts';

/**
 * What the place says that a release did there: the only answer that counts once something went wrong after a write may
 * have been sent. The connection is opened anew, and the fence is raised first: that waits for the row lock of an older
 * transaction, so that it has ended one way or the other. Fails where somebody else holds the place by now.
 */
export const readTruth = async (
  place: PlaceAccess,
  hold: Hold,
  releaseId: string,
): Promise<{ readonly traces: ReleaseTraces; readonly hold: Hold }> => {
  await place.reconnect();
  const fence = await place.store.raiseFence(hold.fence);
  return { traces: await place.store.traces(releaseId), hold: { ...hold, fence } };
};

export const wasMoved = ({ activations }: ReleaseTraces, kind: 'activate' | 'return'): boolean =>
  activations.some((activation) => activation.kind === kind);
