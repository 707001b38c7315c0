import { previousOf } from '../plan/index.ts';
import type { ArtifactStore } from '../provider/index.ts';
import { releasesById, type State } from '../state/index.ts';

/**
 * The sequences that must stay: the active one, the previous one, and those of the last `keepLast` releases that
 * succeeded. (Head always stays; the place sees to that itself.)
 */
export const sequencesToKeep = async (
  state: State,
  store: ArtifactStore,
  keepLast: number,
): Promise<readonly number[]> => {
  const status = await store.status();
  const activations = await store.activations();
  const markers = await store.markers({});
  const releases = await releasesById(state, [...new Set(activations.map(({ releaseId }) => releaseId))]);
  const succeeded = new Set(releases.filter((release) => release.state === 'succeeded').map(({ id }) => id));
  const recent = activations
    .filter(({ releaseId, kind }) => kind === 'activate' && succeeded.has(releaseId))
    .slice(-keepLast)
    .map(({ seq }) => seq);
  const previous = previousOf(status?.marker?.version ?? null, activations, markers, releases);
  return [...new Set([status?.active ?? 0, ...(previous ? [previous.seq] : []), ...recent])].filter((seq) => seq > 0);
};
