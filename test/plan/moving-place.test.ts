import { expect, test } from 'vitest';
import { isUndisturbed, refresh } from '../../engine/plan/index.ts';
import type { ArtifactStore } from '../../engine/provider/index.ts';
import type { State } from '../../engine/state/index.ts';
import type { ManifestLine } from '../../engine/values/index.ts';
import { createMemoryPlace, linesOf, type MemoryPlace } from '../support/memory-place.ts';

const [line] = linesOf({ a: '1' }) as readonly [ManifestLine];
const lineage = '00000000-0000-4000-8000-000000000001';
const state = { lineage } as State;

/** A place in which a release writes and activates while it is read, so many times. */
const movedWhileRead = (times: number): { readonly place: MemoryPlace; readonly store: ArtifactStore } => {
  const place = createMemoryPlace({ placeId: '00000000-0000-4000-8000-000000000002', lineage });
  place.release({ a: '1' });
  let left = times;
  const store: ArtifactStore = {
    ...place.store,
    driftedBodies: async () => {
      left -= 1;
      if (left >= 0) place.release({ a: String(left) });
      return [];
    },
    // What is above the head that was read belongs, for its reader, to no sequence.
    strayRows: async (head) => (place.rows.size - 1 > head ? [{ ...line, lies: 'begin' }] : []),
  };
  return { place, store };
};

test('what a release does while a place is read is not taken for a change by hand', async () => {
  const { store } = movedWhileRead(2);
  const reading = await refresh(store, state);
  expect(reading.status).toMatchObject({ head: 3, active: 3 });
  expect(isUndisturbed(reading)).toBe(true);
});

test('a place that never comes to rest is taken as it was read last', async () => {
  const { place, store } = movedWhileRead(Number.POSITIVE_INFINITY);
  const reading = await refresh(store, state);
  expect(place.rows.size - 1).toBe(6);
  expect(reading.status).toMatchObject({ head: 5, active: 5 });
  expect(isUndisturbed(reading)).toBe(false);
});
