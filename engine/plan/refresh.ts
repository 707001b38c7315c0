import { refuse } from '../diagnostics/index.ts';
import type { ArtifactStore, DriftedBody, MarkerRecord, PlaceStatus, StrayRow } from '../provider/index.ts';
import { readManifest, readSection, releaseById, type State } from '../state/index.ts';
import { type Digest, emptyManifestDigest, type ManifestLine } from '../values/index.ts';
import type { PlanSection } from './document.ts';
import { variableDrift } from './variables.ts';

/** What is really in a place, as far as one look tells. */
export interface PlaceReading {
  /**
   * Undefined where nothing was ever released there. The marker of what is active is the one that is there or, where
   * somebody removed it, what the state recorded in its stead.
   */
  readonly status: PlaceStatus | undefined;
  /** What the sequence under the pointer comes to, computed by the place. */
  readonly activeDigest: Digest;
  /** What the last activation's sequence was recorded to come to. */
  readonly recordedDigest: Digest;
  readonly drifted: readonly DriftedBody[];
  /** Rows that belong to no sequence. */
  readonly strays: readonly StrayRow[];
  /** The sequence of the last activation has no marker any more. */
  readonly markerLost: boolean;
}

const foreign = (status: PlaceStatus, address: string): Error =>
  refuse('place-of-another-state', {
    detail: `The place ${address} belongs to the state ${status.lineage}.`,
    hint: 'To take it over, with its history in the place, run:\n\n    m3forge state import --target <target>',
  });

const nothing: PlaceReading = {
  status: undefined,
  activeDigest: emptyManifestDigest,
  recordedDigest: emptyManifestDigest,
  drifted: [],
  strays: [],
  markerLost: false,
};

/** So often is a place read again that releases change while it is read; the last reading is taken as it is. */
const looks = 5;

const isUnmoved = (before: PlaceStatus, after: PlaceStatus | undefined): boolean =>
  after?.head === before.head && after.active === before.active && after.activation?.n === before.activation?.n;

/**
 * Looks at a place without changing or locking anything. Costs the size of the manifest, not of the bodies. A reading takes
 * several questions: where a release wrote or activated between them, their answers do not belong together, and its work
 * would look like a change by hand. Then all of them are asked again.
 */
export const refresh = async (store: ArtifactStore, state: State): Promise<PlaceReading> => {
  for (let look = 1; ; look += 1) {
    const status = await store.status();
    if (!status) return nothing;
    if (status.lineage !== state.lineage) throw foreign(status, await store.address());
    const reading = await readPlace(store, state, status);
    if (look === looks || isUnmoved(status, await store.status())) return reading;
  }
};

const readPlace = async (store: ArtifactStore, state: State, status: PlaceStatus): Promise<PlaceReading> => {
  const activeDigest = status.active === 0 ? emptyManifestDigest : await store.manifestDigest(status.active);
  const { marker, lost } = await lastMarker(store, state, status);
  const seq = status.activation?.seq ?? 0;
  return {
    status: lost && seq === status.active ? { ...status, marker } : status,
    activeDigest,
    // What nobody recorded can only be taken as it is.
    recordedDigest: marker?.manifestDigest ?? (seq === 0 ? emptyManifestDigest : await store.manifestDigest(seq)),
    drifted: await store.driftedBodies(),
    strays: await store.strayRows(status.head),
    markerLost: lost,
  };
};

/** The marker of the last activation's sequence, from the state where the place has lost it. */
const lastMarker = async (
  store: ArtifactStore,
  state: State,
  status: PlaceStatus,
): Promise<{ readonly marker: MarkerRecord | undefined; readonly lost: boolean }> => {
  const seq = status.activation?.seq ?? 0;
  if (seq === 0) return { marker: undefined, lost: false };
  const marker = seq === status.active ? status.marker : (await store.markers({ seq }))[0];
  return marker ? { marker, lost: false } : { marker: await recalledMarker(store, state, seq), lost: true };
};

/** What the state knows of a sequence through the release that last activated it; a way back activated another's. */
const recalledMarker = async (store: ArtifactStore, state: State, seq: number): Promise<MarkerRecord | undefined> => {
  const activation = (await store.activations()).findLast((past) => past.seq === seq && past.kind === 'activate');
  if (!activation) return undefined;
  const { releaseId, fence } = activation;
  const release = await releaseById(state, releaseId);
  const section = (await readSection(state, releaseId)) as unknown as PlanSection | undefined;
  if (!release || !section?.to) return undefined;
  const { version, planDigest } = release;
  return { releaseId, seq, version, planDigest, manifestDigest: section.to.manifest_digest, fence, pruned: false };
};

/** Whether the place is exactly what was recorded. */
export const isUndisturbed = (reading: PlaceReading): boolean =>
  reading.drifted.length === 0 &&
  reading.strays.length === 0 &&
  !reading.markerLost &&
  variableDrift(reading.status).length === 0 &&
  reading.activeDigest === reading.recordedDigest &&
  (reading.status?.active ?? 0) === (reading.status?.activation?.seq ?? 0);

/** The lines that are active now, and those that were recorded where the two differ. */
export const readLines = async (
  store: ArtifactStore,
  state: State,
  reading: PlaceReading,
): Promise<{ readonly actual: readonly ManifestLine[]; readonly recorded: readonly ManifestLine[] | undefined }> => {
  const active = reading.status?.active ?? 0;
  const recorded = (await readManifest(state, reading.recordedDigest))?.entries;
  // The place has said what it holds by its digest: where that is what was recorded, the state knows the lines.
  if (recorded && reading.activeDigest === reading.recordedDigest) return { actual: recorded, recorded };
  const actual = active === 0 ? [] : await store.manifest(active);
  return { actual, recorded: reading.activeDigest === reading.recordedDigest ? actual : recorded };
};
