import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type JsonValue } from '../../engine/values/index.ts';

describe('the canonical form', () => {
  test('is that of the library for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value as JsonValue)).toBe(canonicalize(value));
      }),
      { numRuns: 2000 },
    );
  });

  test('is that of the library for keys that look like numbers, and for keys that mean something to JavaScript', () => {
    const keys = fc.constantFrom(
      '10',
      '9',
      '1',
      '01',
      '-1',
      'a',
      'B',
      '',
      '__proto__',
      'constructor',
      'é',
      '\u{1f600}',
      '\ufb33',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.integer())), (pairs) => {
        const value = JSON.parse(`{${pairs.map(([key, n]) => `${JSON.stringify(key)}:${n}`).join(',')}}`) as JsonValue;
        expect(canonicalJson(value)).toBe(canonicalize(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  test('spells numbers and characters as RFC 8785 does', () => {
    expect(canonicalJson([1e21, 1e-7, -0, 333333333.3333333, 4.5, 2e-3])).toBe(
      '[1e+21,1e-7,0,333333333.3333333,4.5,0.002]',
    );
    expect(canonicalJson({ '\u20ac': '$', '\r': '\u000f\nA\'B"\\', a: '\u0080' })).toBe(
      '{"\\r":"\\u000f\\nA\'B\\"\\\\","a":"\u0080","€":"$"}',
    );
  });

  test('does not exist for what is no JSON', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\ud800': 1 }]) {
      expect(() => canonicalJson(value as JsonValue)).toThrow();
    }
  });
});
