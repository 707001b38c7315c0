import { refuse } from '../diagnostics/index.ts';
import type { ArtifactStore, DriftedBody, PlaceStatus } from '../provider/index.ts';
import { readManifest, type State } from '../state/index.ts';
import { type Digest, emptyManifestDigest, type ManifestLine } from '../values/index.ts';

/** What is really in a place, as far as one look tells. */
export interface PlaceReading {
  /** Undefined where nothing was ever released there. */
  readonly status: PlaceStatus | undefined;
  /** What the sequence under the pointer comes to, computed by the place. */
  readonly activeDigest: Digest;
  /** What the last activation's sequence was recorded to come to. */
  readonly recordedDigest: Digest;
  readonly drifted: readonly DriftedBody[];
}

const foreign = (status: PlaceStatus, address: string): Error =>
  refuse('place-of-another-state', {
    detail: `The place ${address} belongs to the state ${status.lineage}.`,
    hint: 'To take it over, with its history in the place, run:\n\n    m3forge state import --target <target>',
  });

/** Looks at a place without changing or locking anything. Costs the size of the manifest, not of the bodies. */
export const refresh = async (store: ArtifactStore, state: State): Promise<PlaceReading> => {
  const status = await store.status();
  if (!status) {
    return { status, activeDigest: emptyManifestDigest, recordedDigest: emptyManifestDigest, drifted: [] };
  }
  if (status.lineage !== state.lineage) throw foreign(status, await store.address());
  const activeDigest = status.active === 0 ? emptyManifestDigest : await store.manifestDigest(status.active);
  return {
    status,
    activeDigest,
    recordedDigest: await recordedDigestOf(store, status),
    drifted: await store.driftedBodies(),
  };
};

const recordedDigestOf = async (store: ArtifactStore, status: PlaceStatus): Promise<Digest> => {
  const seq = status.activation?.seq ?? 0;
  if (seq === 0) return emptyManifestDigest;
  if (seq === status.active && status.marker) return status.marker.manifestDigest;
  const [marker] = await store.markers({ seq });
  return marker?.manifestDigest ?? emptyManifestDigest;
};

/** Whether the place is exactly what was recorded. */
export const isUndisturbed = ({ status, activeDigest, recordedDigest, drifted }: PlaceReading): boolean =>
  drifted.length === 0 && activeDigest === recordedDigest && (status?.active ?? 0) === (status?.activation?.seq ?? 0);

/** The lines that are active now, and those that were recorded where the two differ. */
export const readLines = async (
  store: ArtifactStore,
  state: State,
  reading: PlaceReading,
): Promise<{ readonly actual: readonly ManifestLine[]; readonly recorded: readonly ManifestLine[] | undefined }> => {
  const active = reading.status?.active ?? 0;
  const actual = active === 0 ? [] : await store.manifest(active);
  if (reading.activeDigest === reading.recordedDigest) return { actual, recorded: actual };
  return { actual, recorded: (await readManifest(state, reading.recordedDigest))?.entries };
};
