import { differenceOf, fileChangesOf, lookAtFile, reasonOf, type SeenFiles } from '../artifacts/index.ts';
import type { ArtifactStore } from '../provider/index.ts';
import type { Digest, JsonValue } from '../values/index.ts';
import type { BareChange } from './difference.ts';
import type { Change } from './document.ts';

/** Yields the canonical bodies of those of these digests that it knows, each once, in any order. */
export type BodyReader = (
  digests: ReadonlySet<Digest>,
) => AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>;

/** So many updates are compared at a time, to bound what is held in memory. */
const batchSize = 200;

/** A body as JSON; undefined where it is none. */
export const parse = (body: Uint8Array): JsonValue | undefined => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as JsonValue;
  } catch {
    // A body that was changed by hand need not be JSON any more.
    return undefined;
  }
};

/** What `look` makes of each body, by its digest. */
export const collect = async <T>(
  bodies: AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>,
  look: (body: Uint8Array) => T,
): Promise<ReadonlyMap<Digest, T>> => {
  const map = new Map<Digest, T>();
  for await (const { digest, body } of bodies) map.set(digest, look(body));
  return map;
};

/** Where both sides of an update are read from. */
export interface DetailSources {
  readonly store: ArtifactStore;
  readonly desired: BodyReader;
  /**
   * The row digest under which the present body of an address is kept in the place, which for a drifted body is not the
   * digest of its bytes.
   */
  readonly rowDigest: ReadonlyMap<string, Digest>;
  /** Of the bodies that were changed by hand, what they come to now. */
  readonly drifted: ReadonlyMap<Digest, Digest>;
}

/** Files of one processor that are looked into; of more than these only the digests are told. */
const mostFiles = 100;

/** Looks at the bytes of the files in which two bodies of a processor differ, one after the other. */
const seeFiles = async (
  { store, desired, drifted }: DetailSources,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Promise<SeenFiles> => {
  const changes = fileChangesOf(before, after, drifted).slice(0, mostFiles);
  const digests = (side: 'before' | 'after') => [...new Set(changes.flatMap((change) => change[side]?.digest ?? []))];
  const [old, next] = [digests('before'), digests('after')];
  return {
    before: await collect(store.bodies(old), lookAtFile),
    after: await collect(desired(new Set(next)), lookAtFile),
    drifted,
  };
};

const describe = async (
  sources: DetailSources,
  change: BareChange,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Promise<Change> => {
  if (before === undefined || after === undefined) return { ...change, detail: null };
  const seen = change.kind === 'processor' ? await seeFiles(sources, before, after) : undefined;
  const detail = await differenceOf(change.kind, before, after, seen);
  const what = reasonOf(detail);
  // Drift keeps its own reason, which says more than what differs.
  const reason = change.reason.includes('by hand') || change.reason === 'drift' ? `${change.reason} (${what})` : what;
  return { ...change, reason, detail };
};

/** Adds to each update what differs, in the words of the artifact's kind. */
export const withDetails = async (
  changes: readonly BareChange[],
  sources: DetailSources,
): Promise<readonly Change[]> => {
  const { store, desired, rowDigest } = sources;
  const described = new Map<string, Change>();
  const updates = changes.filter((change) => change.actions[0] === 'update');
  for (let start = 0; start < updates.length; start += batchSize) {
    const batch = updates.slice(start, start + batchSize);
    const keys = batch.map((change) => rowDigest.get(change.address) ?? change.before_digest ?? '');
    const before = await collect(store.bodies([...new Set(keys)]), parse);
    const after = await collect(desired(new Set(batch.flatMap(({ after_digest }) => after_digest ?? []))), parse);
    for (const [index, change] of batch.entries()) {
      const was = before.get(keys[index] ?? '');
      described.set(change.address, await describe(sources, change, was, after.get(change.after_digest ?? '')));
    }
  }
  return changes.map((change) => described.get(change.address) ?? { ...change, detail: null });
};
