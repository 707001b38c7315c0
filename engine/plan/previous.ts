import type { ActivationRecord, MarkerRecord } from '../provider/index.ts';
import type { ReleaseRecord } from '../state/index.ts';

/** A sequence that one can go back to. */
export interface Former {
  readonly seq: number;
  readonly version: string;
}

interface Entry extends Former {
  readonly rolledAwayFrom: boolean;
}

/** A rollback leaves the version that really ran, however often that was activated before. */
const markLeft = (entries: Entry[], { fromVersion: left, version: to }: ReleaseRecord): void => {
  if (left === to) return;
  for (const [index, entry] of entries.entries()) {
    if (entry.version === left) entries[index] = { ...entry, rolledAwayFrom: true };
  }
};

/**
 * The versions that succeeded in a place, in the order in which they were activated. An activation of a release that this
 * state does not know (the place was adopted) counts unless the same release went back.
 */
const successes = (
  activations: readonly ActivationRecord[],
  markers: readonly MarkerRecord[],
  releases: readonly ReleaseRecord[],
): readonly Entry[] => {
  const releaseOf = new Map(releases.map((release) => [release.id, release]));
  const markerOf = new Map(markers.map((marker) => [marker.seq, marker]));
  const returned = new Set(activations.filter(({ kind }) => kind === 'return').map(({ releaseId }) => releaseId));
  const entries: Entry[] = [];
  for (const { kind, seq, releaseId } of activations) {
    const marker = markerOf.get(seq);
    const release = releaseOf.get(releaseId);
    const succeeded = release ? release.state === 'succeeded' : !returned.has(releaseId);
    if (kind !== 'activate' || !succeeded || !marker) continue;
    if (release?.kind === 'rollback') markLeft(entries, release);
    entries.push({ seq, version: marker.version, rolledAwayFrom: false });
  }
  return entries;
};

/**
 * The previous version: that of the latest activation whose release succeeded, is not the present one and was not itself
 * rolled away from. Pure.
 */
export const previousOf = (
  present: string | null,
  activations: readonly ActivationRecord[],
  markers: readonly MarkerRecord[],
  releases: readonly ReleaseRecord[],
): Former | undefined => {
  const entries = successes(activations, markers, releases);
  return entries.findLast((entry) => entry.version !== present && !entry.rolledAwayFrom);
};

/** The latest sequence in which this version succeeded in the place. Pure. */
export const formerOf = (
  version: string,
  activations: readonly ActivationRecord[],
  markers: readonly MarkerRecord[],
  releases: readonly ReleaseRecord[],
): Former | undefined => successes(activations, markers, releases).findLast((entry) => entry.version === version);
