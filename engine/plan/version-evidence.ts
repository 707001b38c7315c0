import { compareBumps, demandOf, type Evidence } from '../artifacts/index.ts';
import { compareBytes, compareManifests, type Digest, type JsonValue, type LineChange } from '../values/index.ts';
import type { ReadyVersion } from './desired.ts';
import { type BodyReader, collect, parse } from './details.ts';

/** So many artifacts are compared at a time, to bound what is held in memory. */
const batchSize = 200;

const valuesOf = (bodies: BodyReader, digests: readonly (Digest | undefined)[]) =>
  collect(bodies(new Set(digests.filter((digest) => digest !== undefined))), parse);

const isUpdate = ({ before, after }: LineChange): boolean => before !== undefined && after !== undefined;

/** The greatest first, then by address. */
const inOrder = (left: Evidence, right: Evidence): number =>
  compareBumps(right.bump, left.bump) || compareBytes(left.address, right.address);

/** Why the number of `after` must rise above that of `before`, and how far: reasons for each artifact that differs. */
export const evidenceBetween = async (
  before: ReadyVersion | undefined,
  after: ReadyVersion,
): Promise<readonly Evidence[]> => {
  const changes = compareManifests(before ? await before.desired.lines() : [], await after.desired.lines());
  const evidence: Evidence[] = changes
    .filter((change) => !isUpdate(change))
    .flatMap((change) => demandOf(change, change.before && null, change.after && null));
  const updates = changes.filter(isUpdate);
  for (let start = 0; before !== undefined && start < updates.length; start += batchSize) {
    const batch = updates.slice(start, start + batchSize);
    const old = await valuesOf(
      before.desired.bodies,
      batch.map((change) => change.before),
    );
    const next = await valuesOf(
      after.desired.bodies,
      batch.map((change) => change.after),
    );
    const valueIn = (values: ReadonlyMap<Digest, JsonValue | undefined>, digest: Digest | undefined): JsonValue =>
      values.get(digest ?? '') ?? null;
    evidence.push(
      ...batch.flatMap((change) => demandOf(change, valueIn(old, change.before), valueIn(next, change.after))),
    );
  }
  return evidence.sort(inOrder);
};
