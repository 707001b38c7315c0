import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../engine/values/index.ts';
import { pathsIn, withValue } from '../support/any-place.ts';
import { readCorpus } from './corpus.ts';
import { judge } from './judge.ts';
import { chanceOf, mutate } from './mutations.ts';
import { kinds, originals, values } from './originals.ts';

/**
 * Real configurations, workflows, agents and manifests of processors, changed at random in ways that know how they are made. Whatever comes of it
 * is a value or a list of problems with codes and positions: never a crash, a hang or a changed prototype.
 */
const corpus = readCorpus();

/** One of each kind of value, and what means something to JavaScript. */
const shapes: readonly JsonValue[] = [null, [], {}, '', -1, true, 1e300, '__proto__', [[]]];

test('the originals are what they should be', async () => {
  const [configuration, ...others] = await Promise.all(kinds.map((kind) => judge(kind, originals[kind][0])));
  // A warning: where the state of a production that many work on is kept.
  expect(configuration?.problems).toEqual([expect.stringMatching(/^config-state-on-laptop\(/)]);
  expect(others.map(({ problems }) => problems)).toEqual([[], [], []]);
});

describe.each(kinds)('%s', (kind) => {
  test('each text of the corpus', async () => {
    expect(corpus[kind].length).toBeGreaterThan(15);
    for (const text of corpus[kind]) expect((await judge(kind, text)).fault, JSON.stringify(text)).toBeUndefined();
  });

  test('a thousand texts made from real ones and from the corpus', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const text = mutate(kind, chanceOf(seed), corpus[kind]);
        expect((await judge(kind, text)).fault, JSON.stringify(text)).toBeUndefined();
      }),
      { numRuns: 1000, seed: 20_261_120, endOnFailure: true },
    );
  });

  // No place is missed: each gets a value that is drawn and one of the shapes, some one more key beside them.
  test('any value in any place', async () => {
    const places = values[kind].flatMap((whole) => pathsIn(whole).map((path) => ({ whole, path })));
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>, fc.constantFrom(...shapes));
    const names = fc.string({ unit: 'binary', maxLength: 6 });
    const drawn = fc.sample(fc.tuple(odd, names), { numRuns: Math.max(300, places.length), seed: 20_261_120 });
    for (const [index, [value, extra]] of drawn.entries()) {
      const { whole, path } = places[index % places.length] ?? { whole: null, path: [] };
      const shape = shapes[index % shapes.length] ?? null;
      const beside = index % 4 === 0 ? [withValue(whole, [...path.slice(0, -1), extra], value)] : [];
      for (const one of [withValue(whole, path, value), withValue(whole, path, shape), ...beside]) {
        const text = JSON.stringify(one);
        expect((await judge(kind, text)).fault, text).toBeUndefined();
      }
    }
  });
});
