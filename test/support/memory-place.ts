import type { ArtifactStore, MarkerRecord, PlaceStatus } from '../../engine/provider/index.ts';
import {
  compareLines,
  compareManifests,
  type Digest,
  digestOfBytes,
  emptyManifestDigest,
  type ManifestLine,
  manifestDigestOf,
} from '../../engine/values/index.ts';

/** What a version holds: the text of each workflow by its name. */
export type Content = Readonly<Record<string, string>>;

/** A place in memory: what backups ask of one, and a hand to change it with. */
export interface MemoryPlace {
  readonly store: ArtifactStore;
  /** Writes a version as the next sequence and activates it. Returns the sequence. */
  readonly release: (content: Content) => number;
  /** Moves the pointer back, as a rollback does. */
  readonly activate: (seq: number) => void;
  /** Forgets the rows of a sequence. */
  readonly forget: (seq: number) => void;
  /** The bodies by digest; what is changed here has drifted. */
  readonly bodies: Map<Digest, Buffer>;
  /** The rows by sequence; what is changed here has drifted. */
  readonly rows: Map<number, readonly ManifestLine[]>;
  /** Where the pointer is; what is changed here was moved by hand. */
  pointer: number;
  /** How often each question was asked. */
  readonly asked: Map<string, number>;
}

export const linesOf = (content: Content): readonly ManifestLine[] =>
  Object.entries(content)
    .map(([name, text]) => ({ kind: 'workflow' as const, name, digest: digestOfBytes(text) }))
    .sort(compareLines);

const notAsked = (): never => {
  throw new Error('backups do not ask this');
};

type Identity = Pick<PlaceStatus, 'placeId' | 'lineage'>;

/** What is in the place, apart from what `MemoryPlace` shows of it. */
type Contents = Pick<MemoryPlace, 'bodies' | 'rows' | 'asked' | 'pointer'> & {
  readonly markers: Map<number, MarkerRecord>;
  last: PlaceStatus['activation'];
};

const storeOf = (identity: Identity, place: Contents): ArtifactStore => {
  const { bodies, rows, markers, asked } = place;
  const count = (question: string): void => void asked.set(question, (asked.get(question) ?? 0) + 1);
  const linesAt = (seq: number): readonly ManifestLine[] => rows.get(seq) ?? [];
  const isSound = (digest: Digest): boolean => {
    const body = bodies.get(digest);
    return body !== undefined && digestOfBytes(body) === digest;
  };
  return {
    schemaVersion: 1,
    address: async () => 'memory',
    status: async () => ({
      ...identity,
      schemaVersion: 1,
      fence: 1,
      head: markers.size,
      active: place.pointer,
      activation: place.last,
      marker: markers.get(place.pointer),
      variables: {},
    }),
    manifestDigest: async (seq) => manifestDigestOf(linesAt(seq)),
    manifest: async (seq) => {
      count('manifest');
      return linesAt(seq);
    },
    difference: async (from, to) => {
      count('difference');
      return compareManifests(linesAt(from), linesAt(to));
    },
    driftedBodies: async () =>
      [...bodies]
        .map(([digest, body]) => ({ digest, actual: digestOfBytes(body) }))
        .filter(({ digest, actual }) => digest !== actual),
    strayRows: async () => [],
    files: async () => [],
    unsound: async (digests) => digests.filter((digest) => !isSound(digest)),
    bodies: async function* (digests) {
      for (const digest of digests) {
        count('body');
        const body = bodies.get(digest);
        if (body) yield { digest, actual: digestOfBytes(body), body };
      }
    },
    markers: async ({ seq }) => [...markers.values()].filter((marker) => seq === undefined || marker.seq === seq),
    proveBodies: async (given) => {
      const proven = new Set<Digest>();
      for await (const { digest, body } of given) if (digestOfBytes(body) === digest) proven.add(digest);
      return proven;
    },
    ...{ lines: notAsked, activations: notAsked, traces: notAsked, create: notAsked, raiseFence: notAsked },
    ...{ migrate: notAsked, write: notAsked, activate: notAsked, adopt: notAsked, prune: notAsked },
  };
};

export const createMemoryPlace = (identity: Identity): MemoryPlace => {
  const place: Contents = {
    bodies: new Map(),
    rows: new Map([[0, []]]),
    markers: new Map(),
    asked: new Map(),
    pointer: 0,
    last: undefined,
  };
  const activate = (seq: number): void => {
    const n = (place.last?.n ?? 0) + 1;
    const { placeId: releaseId } = identity;
    place.last = { n, seq, releaseId, kind: 'activate', fence: 1, at: new Date(0), variables: null };
    place.pointer = seq;
  };
  const release = (content: Content): number => {
    const seq = place.markers.size + 1;
    for (const text of Object.values(content)) place.bodies.set(digestOfBytes(text), Buffer.from(text));
    const lines = linesOf(content);
    place.rows.set(seq, lines);
    place.markers.set(seq, {
      releaseId: identity.placeId,
      seq,
      version: `v1.${seq}.0`,
      planDigest: emptyManifestDigest,
      manifestDigest: manifestDigestOf(lines),
      fence: 1,
      pruned: false,
    });
    activate(seq);
    return seq;
  };
  const hand = {
    store: storeOf(identity, place),
    release,
    activate,
    forget: (seq: number) => void place.rows.delete(seq),
  };
  return Object.assign(place, hand);
};
