import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../engine/documents/index.ts';
import { said } from './said.ts';

const parse = (text: string) => parseJson({ filename: 'f.json', text });

test.each([
  ['{"a":1,"a":2}', 'document-duplicate-key 1:8'],
  ['{"\\u0061":1,"a":2}', 'document-duplicate-key 1:13'],
  ['{\n "x": {"__proto__": {}}}', 'document-forbidden-key 2:8'],
  ['{"a":"\\u0000"}', 'document-bad-string 1:6'],
  ['["\\ud83d\\ude00", "\\ud800"]', 'document-bad-string 1:18'],
  ['[12345678901234567890]', 'document-inexact-number 1:2'],
  ['[0.1234567890123456789]', 'document-inexact-number 1:2'],
  ['[1e400]', 'document-inexact-number 1:2'],
  ['[1e-400]', 'document-inexact-number 1:2'],
  ['{"a":1,}', 'json-syntax 1:8'],
  ['[1 2]', 'json-syntax 1:4'],
  ['[1] // no', 'json-syntax 1:5'],
  ["{'a':1}", 'json-syntax 1:2'],
  ['nul', 'json-syntax 1:1'],
  ['\n', 'document-empty 1:1'],
])('%j is refused: %s', (text, expected) => {
  expect(said(parse(text).diagnostics)).toEqual([expected]);
});

test('numbers that a double keeps are accepted, however they are written', () => {
  expect(parse('[1E5, 1.0e0, -0.0, 0.30000000000000004, 9007199254740992, 1e21, 100000000000000000000]').ok).toBe(true);
});

test('values and keys are found again', () => {
  const outcome = parse('{\n  "nodes": [\n    {"id": "a"}\n  ]\n}');
  if (!outcome.ok) throw new Error('refused');
  const { locate } = outcome.value;
  expect(locate(['nodes', 0, 'id'])).toMatchObject({
    line: '    {"id": "a"}',
    start: { line: 3, column: 12, byte: 26 },
  });
  expect(locate(['nodes', 0, 'id'], 'key')).toMatchObject({ start: { line: 3, column: 6 } });
  expect(locate(['nodes', 4])).toEqual(locate(['nodes']));
});

test('positions in one long line are right, and asking for many of them is cheap', () => {
  const items = Array.from({ length: 60_000 }, (_, index) => `é\u{1f600}${index}`);
  const text = JSON.stringify(items);
  const outcome = parse(text);
  if (!outcome.ok) throw new Error('refused');
  for (let index = 0; index < items.length; index += 97) {
    const { start, line } = outcome.value.locate([index]);
    const quoted = JSON.stringify(items[index]);
    expect(Buffer.from(text).subarray(start.byte).toString('utf8', 0, Buffer.byteLength(quoted))).toBe(quoted);
    expect(line?.length).toBeLessThan(250);
  }
  const last = outcome.value.locate([items.length - 1]);
  expect(last.end.column).toBe(Array.from(text).length);
});

test('a depth can be asked for', () => {
  expect(parseJson({ filename: 'f.json', text: '[[1]]' }, { maxDepth: 1 }).diagnostics[0]?.code).toBe(
    'document-too-deep',
  );
});

test('every value that JSON writes is read back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const outcome = parse(JSON.stringify(value));
      if (outcome.ok) expect(JSON.stringify(outcome.value.value)).toBe(JSON.stringify(value));
      else expect(outcome.diagnostics.every(({ code }) => /^document-(forbidden|bad)/.test(code))).toBe(true);
    }),
  );
});

test('exactly what JSON.parse refuses is bad syntax, and nothing is thrown', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '1',
    '-',
    '.5',
    'e9',
    'true',
    ' ',
    '\\',
    '\n',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(pieces).map((parts) => parts.join('')),
      ),
      (text) => {
        const outcome = parse(text);
        const accepted = (() => {
          try {
            JSON.parse(text);
            return true;
          } catch {
            return false;
          }
        })();
        const isSyntax = outcome.diagnostics.some(({ code }) => code === 'json-syntax' || code === 'document-empty');
        expect(isSyntax).toBe(!accepted);
      },
    ),
    { numRuns: 1000 },
  );
});
