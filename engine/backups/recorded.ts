import type { PlaceReading } from '../plan/index.ts';
import type { ArtifactStore } from '../provider/index.ts';
import type { Digest } from '../values/index.ts';

/** What was recorded to be active: this is backed up, never what somebody made of it by hand. */
export interface RecordedContent {
  readonly seq: number;
  readonly version: string | null;
  readonly manifestDigest: Digest;
  /** Whether the rows of the place still come to it. */
  readonly rowsRight: boolean;
}

/** Undefined where nothing is active. */
export const recordedContent = async (
  store: ArtifactStore,
  { status, activeDigest, recordedDigest }: PlaceReading,
): Promise<RecordedContent | undefined> => {
  const seq = status?.activation?.seq ?? 0;
  if (!status || seq === 0) return undefined;
  // Where the pointer was moved by hand, the sequence it should name is looked at instead.
  const moved = status.active !== seq;
  const marker = moved ? (await store.markers({ seq }))[0] : status.marker;
  const actual = moved ? await store.manifestDigest(seq) : activeDigest;
  return {
    seq,
    version: marker?.version ?? null,
    manifestDigest: recordedDigest,
    rowsRight: actual === recordedDigest,
  };
};
