import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columns } from '../../engine/cli/views/columns.ts';
import { block, fenced, inline, jsonText, markdownInline } from '../../engine/cli/views/escape.ts';
import { shellWord } from '../../engine/cli/views/shell-word.ts';

const commanding = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\u200b\ufeff]/u;
const anyText = fc.string({ unit: 'binary' });
const hostile = fc.string({ unit: fc.constantFrom(...'\u001b\u009b\u202e\u2066\u2028\u0007\r\n`|<@*_[a ') });

test('what a terminal would obey is spelled out', () => {
  expect(inline('a\u001b[31mb')).toBe('a\\u{001b}[31mb');
  expect(inline('a\nb')).toBe('a\\u{000a}b');
  expect(block('a\nb\r')).toBe('a\nb\\u{000d}');
  expect(inline('\u202eevil\u2069')).toBe('\\u{202e}evil\\u{2069}');
  expect(inline('Größe 測試 👍🏽')).toBe('Größe 測試 👍🏽');
});

test('what nobody sees is spelled out, but for what belongs to a letter or an emoji', () => {
  const twins = ['prod\u200buction', 'prod\u200duction', 'v1\ufe0f', 'a\u00adb', 'x\u3164', '\u{e0041}', '\ufeff'];
  expect(twins.map(inline)).toEqual([
    ...[
      'prod\\u{200b}uction',
      'prod\\u{200d}uction',
      'v1\\u{fe0f}',
      'a\\u{00ad}b',
      'x\\u{3164}',
      '\\u{e0041}',
      '\\u{feff}',
    ],
  ]);
  expect(jsonText('\u{e0041}')).toBe('"\\udb40\\udc41"');
  for (const text of ['❤️ 👩\u200d👩\u200d👧', '1️⃣', 'می\u200cخواهم', 'क्\u200dष']) expect(inline(text)).toBe(text);
});

test('no text, whatever it holds, can command a terminal', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, hostile), (text) => {
      expect(inline(text)).not.toMatch(commanding);
      expect(block(text).replaceAll('\n', '')).not.toMatch(commanding);
      expect(jsonText({ text }).replaceAll('\n', '')).not.toMatch(commanding);
      expect(columns(['a', 'b'], [[text, text]]).split('\n')).toHaveLength(2);
    }),
  );
});

test('JSON keeps its value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), hostile, (value, text) => {
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(JSON.parse(jsonText(text, 0))).toBe(text);
    }),
  );
});

test('in Markdown nothing is left that means something there', () => {
  expect(markdownInline('@team <img src=x> [a](b) a|b `c` **d** https://x')).toBe(
    '&#64;&#8203;team &lt;img src=x&gt; &#91;a&#93;(b) a&#124;b &#96;c&#96; &#42;&#42;d&#42;&#42; https:/&#8203;/x',
  );
  fc.assert(
    fc.property(hostile, (text) => {
      expect(markdownInline(text)).not.toMatch(/[<>`|@*_[\n]/);
    }),
  );
});

test('a fence is longer than any run of backticks inside', () => {
  expect(fenced('a')).toBe('```\na\n```');
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('`', 'a', '\n') }), (text) => {
      const fence = /^`+/.exec(fenced(text))?.[0] ?? '';
      expect(text).not.toContain(fence);
    }),
  );
});

test('a word of a command to copy is quoted where a shell would read it otherwise', () => {
  expect(['plan.json', 'my plan', "it's", '', '$HOME', '-x'].map(shellWord)).toEqual([
    'plan.json',
    "'my plan'",
    "'it'\\''s'",
    "''",
    "'$HOME'",
    '-x',
  ]);
});
