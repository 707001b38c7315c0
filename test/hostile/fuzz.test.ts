import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCorpus } from './corpus.ts';
import { judge } from './judge.ts';
import { chanceOf, kinds, mutate, originals } from './mutations.ts';

/**
 * Real configurations, workflows and agents, changed at random in ways that know how they are made. Whatever comes of it
 * is a value or a list of problems with codes and positions: never a crash, a hang or a changed prototype.
 */
const corpus = readCorpus();

test('the originals are what they should be', async () => {
  const signatures = await Promise.all(kinds.map((kind) => judge(kind, originals[kind][0])));
  expect(signatures.map(({ fault }) => fault)).toEqual([undefined, undefined, undefined]);
});

describe.each(kinds)('%s', (kind) => {
  test('each text of the corpus', async () => {
    expect(corpus[kind].length).toBeGreaterThan(20);
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

  test('any value in any place', async () => {
    const [original] = [
      JSON.parse(kind === 'workflow' ? originals.workflow[0] : (originals[kind].at(-1) ?? '{}')) as object,
    ];
    const keys = Object.keys(original) as [string, ...string[]];
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom(null, [], {}, '', -1, 1e300, '__proto__', [[]]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...keys),
        fc.string({ unit: 'binary', maxLength: 6 }),
        odd,
        async (key, extra, value) => {
          const text = JSON.stringify({ ...original, [key]: value, [extra]: value });
          expect((await judge(kind, text)).fault, text).toBeUndefined();
        },
      ),
      { numRuns: 300, seed: 20_261_120 },
    );
  });
});
