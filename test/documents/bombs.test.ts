import { expect, test } from 'vitest';
import { parseJson, parseYaml } from '../../engine/documents/index.ts';

const indented = (line: string) => Array.from({ length: 1000 }, (_, depth) => ' '.repeat(depth) + line).join('\n');
const letters = [...'abcdefghi'];
const laughs = letters.map((name, index) => {
  const item = index === 0 ? 'x' : `*${letters[index - 1]}`;
  return `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
});

/** Each of these once made a parser recurse without bound, expand without bound, or take time without bound. */
const yamlBombs: Readonly<Record<string, readonly [text: string, code: string]>> = {
  'brackets that close': ['['.repeat(1000) + ']'.repeat(1000), 'document-too-deep'],
  'brackets that do not': ['['.repeat(20_000), 'document-too-deep'],
  'brackets hidden in quotes': ['["]",'.repeat(5000), 'document-too-deep'],
  'flow mappings': ['{a: '.repeat(5000), 'document-too-deep'],
  'keys in brackets': [`[${'a: '.repeat(10_000)}]`, 'document-too-deep'],
  'keys in brackets, a comma in between': [`[${'a: [,] '.repeat(10_000)}]`, 'document-too-deep'],
  'explicit keys in brackets': [`[${'? '.repeat(10_000)}]`, 'document-too-deep'],
  'compact sequences': [`${'- '.repeat(20_000)}a`, 'document-too-deep'],
  'compact keys': ['? '.repeat(20_000), 'document-too-deep'],
  'keys on one line': ['a: '.repeat(20_000), 'document-too-deep'],
  'indented mappings': [indented('a:'), 'document-too-deep'],
  'indented sequences': [indented('-'), 'document-too-deep'],
  'a billion laughs': [laughs.join('\n'), 'yaml-too-many-aliases'],
  'many aliases': [`a: &a x\nb: [${'*a, '.repeat(200)}]`, 'yaml-too-many-aliases'],
};

test.each(Object.entries(yamlBombs))('a hundred times %s, in one process', async (_name, [text, code]) => {
  for (let round = 0; round < 100; round += 1) {
    const outcome = await parseYaml({ filename: 'bomb.yaml', text });
    expect(outcome.diagnostics[0]?.code).toBe(code);
  }
});

test('32,000 keys are no problem, on one line or on as many', async () => {
  const keys = Array.from({ length: 32_000 }, (_, index) => `key${index}: 1`);
  for (const text of [keys.join('\n'), `{${keys.join(', ')}}`]) {
    expect((await parseYaml({ filename: 'f.yaml', text })).ok).toBe(true);
  }
});

test('a text that only looks deep is accepted', async () => {
  const text = `prompt: |\n${'  [[[ {{{ - - - ? : "\n'.repeat(100)}list:\n${'  - {a: [1, {b: 2}]}\n'.repeat(100)}`;
  expect((await parseYaml({ filename: 'f.yaml', text })).ok).toBe(true);
});

test('64 levels are accepted and 65 are not', async () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect((await parseYaml({ filename: 'f.yaml', text: nested(64) })).ok).toBe(true);
  expect((await parseYaml({ filename: 'f.yaml', text: nested(66) })).diagnostics[0]?.code).toBe('document-too-deep');
});

test('JSON nested without end is refused a hundred times', () => {
  for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000), '['.repeat(257) + ']'.repeat(257)]) {
    for (let round = 0; round < 100; round += 1) {
      expect(parseJson({ filename: 'bomb.json', text }).diagnostics[0]?.code).toBe('document-too-deep');
    }
  }
});

test('nothing above has left anything on the prototype of all objects', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
});
