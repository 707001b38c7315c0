import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes } from '../../engine/values/index.ts';

/** Few letters, so that many begin alike; some beyond the first 65,536, which UTF-16 sorts before the last of those. */
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'ß', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
});

test('texts are ordered as their bytes are in UTF-8, which is what a database does', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareBytes(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
    { numRuns: 2000 },
  );
});
