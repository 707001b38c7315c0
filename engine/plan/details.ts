import { differenceOf, reasonOf } from '../artifacts/index.ts';
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

const parse = (body: Uint8Array | undefined): JsonValue | undefined => {
  if (!body) return undefined;
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as JsonValue;
  } catch {
    // A body that was changed by hand need not be JSON any more.
    return undefined;
  }
};

const collect = async (
  bodies: AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>,
): Promise<ReadonlyMap<Digest, Uint8Array>> => {
  const map = new Map<Digest, Uint8Array>();
  for await (const { digest, body } of bodies) map.set(digest, body);
  return map;
};

const describe = async (
  change: BareChange,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Promise<Change> => {
  if (before === undefined || after === undefined) return { ...change, detail: null };
  const detail = await differenceOf(change.kind, before, after);
  const what = reasonOf(detail);
  // Drift keeps its own reason, which says more than what differs.
  const reason = change.reason.includes('by hand') || change.reason === 'drift' ? `${change.reason} (${what})` : what;
  return { ...change, reason, detail };
};

/**
 * Adds to each update what differs, in the words of the artifact's kind. `names` gives the row digest under which the
 * present body is kept in the place, which for a drifted body is not the digest of its bytes.
 */
export const withDetails = async (
  changes: readonly BareChange[],
  store: ArtifactStore,
  desired: BodyReader,
  rowDigest: ReadonlyMap<string, Digest>,
): Promise<readonly Change[]> => {
  const described = new Map<string, Change>();
  const updates = changes.filter((change) => change.actions[0] === 'update');
  for (let start = 0; start < updates.length; start += batchSize) {
    const batch = updates.slice(start, start + batchSize);
    const keys = batch.map((change) => rowDigest.get(change.address) ?? change.before_digest ?? '');
    const before = await collect(store.bodies([...new Set(keys)]));
    const after = await collect(desired(new Set(batch.flatMap(({ after_digest }) => after_digest ?? []))));
    for (const [index, change] of batch.entries()) {
      const detailed = await describe(
        change,
        parse(before.get(keys[index] ?? '')),
        parse(after.get(change.after_digest ?? '')),
      );
      described.set(change.address, detailed);
    }
  }
  return changes.map((change) => described.get(change.address) ?? { ...change, detail: null });
};
