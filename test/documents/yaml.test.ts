import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYaml } from '../../engine/documents/index.ts';
import { said } from './said.ts';

const parse = (text: string) => parseYaml({ filename: 'f.yaml', text });
const read = async (text: string) => {
  const outcome = await parse(text);
  return outcome.ok ? outcome.value.value : said(outcome.diagnostics);
};

test('the core schema of YAML 1.2, and nothing of 1.1', async () => {
  expect(await read('a: no\nb: 1e3\nc: 0o14\nd: 12:30\ne: 2024-01-01\nf: ~\ng: +1.50')).toEqual({
    a: 'no',
    b: 1000,
    c: 12,
    d: '12:30',
    e: '2024-01-01',
    f: null,
    g: 1.5,
  });
});

test('aliases stand for the value they name', async () => {
  expect(await read('a: &x [1, 2]\nb: *x')).toEqual({ a: [1, 2], b: [1, 2] });
});

test.each([
  ['a: 1\nb: 2\na: 3', 'document-duplicate-key 3:1'],
  ['{"é": 1, "e\u0301": 2}', 'document-duplicate-key 1:10'],
  ['1: x', 'yaml-not-supported 1:1'],
  ['? [a]\n: b', 'yaml-not-supported 1:3'],
  ['<<: {a: 1}', 'yaml-not-supported 1:1'],
  ['a: !!js/function x', 'yaml-not-supported 1:4'],
  ['a: !mine x', 'yaml-not-supported 1:4'],
  ['%YAML 1.1\n---\na: no', 'yaml-not-supported 1:1'],
  ['a: 1\n---\nb: 2', 'yaml-not-supported 2:1'],
  ['a: &x [*x]', 'yaml-not-supported 1:8'],
  ['a: *x', 'yaml-not-supported 1:4'],
  ['a:\n  __proto__: 1', 'document-forbidden-key 2:3'],
  ['constructor: 1', 'document-forbidden-key 1:1'],
  ['a: 9007199254740993', 'document-inexact-number 1:4'],
  ['a: 0xFFFFFFFFFFFFFFFF', 'document-inexact-number 1:4'],
  ['a: .inf', 'document-inexact-number 1:4'],
  ['a: "\\ud800"', 'document-bad-string 1:4'],
  ['a: "\\0"', 'document-bad-string 1:4'],
  ['a: x\u0007', 'text-control-character 1:5'],
  ['a: [', 'yaml-syntax 1:5'],
  ['a: b: c', 'yaml-syntax 1:4'],
  ['', 'document-empty 1:1'],
  ['# nothing', 'document-empty 1:1'],
])('%j is refused: %s', async (text, expected) => {
  expect(await read(text)).toEqual([expected]);
});

test('a key given twice names both lines', async () => {
  const { diagnostics } = await parse('a: 1\nb: 2\na: 3');
  expect(diagnostics[0]).toMatchObject({
    detail: 'The key "a" is given on line 1 and again on line 3.',
    range: { filename: 'f.yaml', line: 'a: 3', start: { line: 3, column: 1, byte: 10 } },
  });
});

test('positions count characters, and bytes of UTF-8', async () => {
  const outcome = await parse('é: "😀" \nlist: [a, {b: c}]\n');
  if (!outcome.ok) throw new Error('refused');
  const { locate } = outcome.value;
  expect(locate(['é'])).toMatchObject({
    start: { line: 1, column: 4, byte: 4 },
    end: { line: 1, column: 7, byte: 10 },
  });
  expect(locate(['list', 1, 'b'])).toMatchObject({ start: { line: 2, column: 15 } });
  expect(locate(['list', 1, 'b'], 'key')).toMatchObject({ start: { line: 2, column: 12 } });
  expect(locate(['list', 7, 'nowhere'])).toEqual(locate(['list']));
});

test('passwords on a source line are not shown', async () => {
  const { diagnostics } = await parse(
    'url: postgresql://u:hunter2@db/x #\ntoken: hunter2\n"a": {token: hunter2, __proto__: 1}\n',
  );
  expect(JSON.stringify(diagnostics)).toContain('__proto__');
  expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
});

test('no text makes the parser throw', async () => {
  const pieces = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '? ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '|',
    '>',
    '&x',
    '*x',
    '#',
    '!',
    '%',
    '---\n',
    '\t',
    '\\',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (input) => {
      const outcome = await parse(input);
      for (const { range } of outcome.diagnostics) expect(range?.line).toBeTypeOf('string');
    }),
    { numRuns: 500 },
  );
});

test('what JSON says, YAML reads the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), async (input) => {
      const outcome = await parse(JSON.stringify({ input }));
      if (outcome.ok) expect(JSON.stringify(outcome.value.value)).toBe(JSON.stringify({ input }));
    }),
  );
});
