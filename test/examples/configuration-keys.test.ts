import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from './project.ts';

interface SchemaPart {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly additionalProperties?: boolean | SchemaPart;
  readonly items?: SchemaPart;
  readonly anyOf?: readonly SchemaPart[];
  readonly unavailable?: boolean;
  readonly $defs?: Readonly<Record<string, SchemaPart>>;
}

const read = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');
const schema = JSON.parse(read('schemas/m3forge.schema.json')) as SchemaPart;

/** Every key that is accepted now, as `targets.<name>.smoke_tests[].http.url`. */
const keysOf = (part: SchemaPart, path: string): readonly string[] => {
  if (part.unavailable) return [];
  if (part.$ref) return keysOf(schema.$defs?.[part.$ref.replace('#/$defs/', '')] ?? {}, path);
  const own = Object.entries(part.properties ?? {}).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return inner.unavailable ? [] : [at, ...keysOf(inner, at)];
  });
  const named =
    typeof part.additionalProperties === 'object' ? keysOf(part.additionalProperties, `${path}.<name>`) : [];
  const listed = part.items ? keysOf(part.items, `${path}[]`) : [];
  return [...own, ...named, ...listed, ...alternatives(part).flatMap((one) => keysOf(one, path))];
};

/** What may be a mapping or a list of the same things is explained once, as a mapping. */
const alternatives = ({ anyOf = [] }: SchemaPart): readonly SchemaPart[] => {
  const named = anyOf.flatMap(({ additionalProperties: one }) => (typeof one === 'object' && one.$ref ? one.$ref : []));
  return anyOf.filter(({ items }) => items?.$ref === undefined || !named.includes(items.$ref));
};

/** The keys in the first column of the tables, each under the heading that says where it stands. */
const documentedKeys = (text: string): readonly string[] => {
  let heading = '';
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) heading = /^### `(.+)`$/.exec(line)?.[1] ?? '';
    const key = /^\| `([^`]+)` \|/.exec(line)?.[1];
    if (key === undefined) return [];
    return heading === '' ? key : `${heading}.${key}`;
  });
};

test('docs/configuration.md explains every key that is accepted now, and no other', () => {
  const accepted = [...new Set(keysOf(schema, ''))].sort();
  expect(accepted).toContain('targets.<name>.smoke_tests[].http.url');
  expect([...documentedKeys(read('docs/configuration.md'))].sort()).toEqual(accepted);
});
