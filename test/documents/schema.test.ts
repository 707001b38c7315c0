import { expect, test } from 'vitest';
import { checkSchema, parseYaml } from '../../engine/documents/index.ts';

const schema = {
  type: 'object',
  properties: {
    inner: { $ref: '#/$defs/Inner' },
    name: { type: 'string', pattern: '^[a-z]+$' },
    size: { type: 'integer', minimum: 1 },
    mode: { type: 'string', enum: ['fast', 'slow', 'never'], available: ['fast', 'slow'] },
    strict: { type: 'boolean', available: [false] },
    later: { type: 'object', unavailable: true },
    either: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/Inner' }] },
    many: { type: 'object', additionalProperties: { $ref: '#/$defs/Many' } },
    list: { anyOf: [{ type: 'object' }, { type: 'array', unavailable: true }] },
  },
  required: ['name'],
  additionalProperties: false,
  $defs: {
    Many: {
      type: 'object',
      properties: {
        parts: { type: 'array', items: { type: 'object', properties: { far: {} }, additionalProperties: false } },
      },
      additionalProperties: false,
    },
    Inner: {
      type: 'object',
      properties: { depth: { type: 'number' } },
      required: ['depth'],
      additionalProperties: false,
    },
  },
} as const;

const complaints = async (text: string): Promise<readonly string[]> => {
  const parsed = await parseYaml({ filename: 'f.yaml', text });
  if (!parsed.ok) throw new Error('the text itself is wrong');
  const found = await checkSchema(schema, parsed.value, { unavailableCode: 'config-not-available' });
  return found.map(({ code, range, detail, hint }) =>
    [`${code} ${range?.start.line}:${range?.start.column}`, detail, hint].filter((part) => part).join(' | '),
  );
};

test('a document in order has nothing said about it', async () => {
  expect(await complaints('name: a\nsize: 2\nmode: slow\nstrict: false\neither: {depth: 1}')).toEqual([]);
});

test.each([
  ['name: a\nszie: 2', 'schema-unknown-key 2:1 | There is no key `szie`. | Did you mean `size`?'],
  ['name: a\nzzz: 2', 'schema-unknown-key 2:1 | There is no key `zzz`.'],
  [
    'name: a\ndepth: 2',
    'schema-unknown-key 2:1 | There is no key `depth`. | `depth` belongs one level down, in `inner`.',
  ],
  [
    'name: a\ninner: {depth: 1, size: 2}',
    'schema-unknown-key 2:19 | There is no key `size` in `inner`. | `size` belongs one level up, at the top of the file.',
  ],
  ['name: a\nfar: 2', 'schema-unknown-key 2:1 | There is no key `far`. | `far` belongs into `many.NAME.parts[]`.'],
  [
    'name: a\nmany: {x: {parts: [], far: 2}}',
    'schema-unknown-key 2:23 | There is no key `far` in `many.x`. | `far` belongs into `many.x.parts[]`.',
  ],
  ['size: 2', 'schema-missing-key 1:1 | The document needs the key `name`.'],
  ['nmae: a', 'schema-unknown-key 1:1 | There is no key `nmae`. | Did you mean `name`?'],
  ['name: a\ninner: {}', 'schema-missing-key 2:1 | `inner` needs the key `depth`.'],
  [
    'name: a\nmany: {"%/~0": {far: 2}}',
    'schema-unknown-key 2:17 | There is no key `far` in `many."%/~0"`. | `far` belongs into `many."%/~0".parts[]`.',
  ],
  ['name: 12', 'schema-wrong-type 1:7 | `name` must be a string, not a number. | Put it into quotes.'],
  ['name: a\nsize: 1.5', 'schema-wrong-type 2:7 | `size` must be a whole number, not a number.'],
  ['name: A', 'schema-invalid-value 1:7 | `name` does not have the form ^[a-z]+$.'],
  ['name: a\nsize: 0', 'schema-invalid-value 2:7 | `size` must be at least 1.'],
  ['name: a\nmode: fats', 'schema-not-one-of 2:7 | `mode` must be fast, slow or never. | Did you mean `fast`?'],
  [
    'name: a\nmode: never',
    'config-not-available 2:7 | `mode: never` is known, but not available yet. | Available now: fast or slow.',
  ],
  [
    'name: a\nstrict: true',
    'config-not-available 2:9 | `strict: true` is known, but not available yet. | Available now: false.',
  ],
  ['name: a\n"50%": 5', 'schema-unknown-key 2:1 | There is no key `50%`.'],
  ['name: a\nlater: 5', 'config-not-available 2:1 | `later` is known, but not available yet. | Remove it until then.'],
  [
    'name: a\nlist: [1]',
    'config-not-available 2:1 | `list` is known, but not available yet. | Write it as a mapping: names as keys.',
  ],
  ['name: a\neither: [1]', 'schema-wrong-type 2:9 | `either` must be a string or a mapping, not a list.'],
  [
    'name: a\neither: {dpeth: 1}',
    'schema-unknown-key 2:10 | There is no key `dpeth` in `either`. | Did you mean `depth`?',
  ],
])('%j: one mistake, one sentence', async (text, expected) => {
  expect(await complaints(text)).toEqual([expected]);
});
