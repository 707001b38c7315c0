import { code, page, table } from './markdown.ts';
import { type Output, resolved, type SchemaPart } from './output.ts';

/** `text`, `true or false`, `a list of texts`, `one of …`: what may be written, in words. */
export const typeInWords = (part: SchemaPart, schema: SchemaPart): string => {
  if (part.anyOf) return [...new Set(part.anyOf.map((one) => typeInWords(one, schema)))].join(', or ');
  if (part.enum) return part.enum.map((value) => code(String(value))).join(', ');
  if (part.const !== undefined) return code(String(part.const));
  const { type, items, additionalProperties: named, properties, ...rest } = { ...resolved(part, schema) };
  if (rest.anyOf || rest.enum) return typeInWords(rest, schema);
  if (type === 'array')
    return items && Object.keys(items).length > 0 ? `list of ${typeInWords(items, schema)}` : 'list';
  if (type === 'object' && !properties) {
    return typeof named === 'object' && Object.keys(named).length > 0
      ? `${typeInWords(named, schema)}, by name`
      : 'mapping';
  }
  const words: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false', object: 'mapping' };
  return type === undefined ? 'anything' : (words[type] ?? type);
};

const limits = ({ minimum, maximum }: SchemaPart): string => {
  if (minimum !== undefined && maximum !== undefined) {
    return minimum === maximum ? `, always ${minimum}` : `, ${minimum} to ${maximum}`;
  }
  return minimum !== undefined ? `, at least ${minimum}` : maximum !== undefined ? `, at most ${maximum}` : '';
};

/** `database.url` for a key that says of itself to be another spelling of it. */
const aliasOf = ({ description }: SchemaPart): string | undefined => /^Alias of `([^`]+)`/.exec(description ?? '')?.[1];

const availability = ({ unavailable, available }: SchemaPart): string => {
  if (unavailable) return 'Known, not available yet.';
  return available ? `Only ${available.map((value) => code(String(value))).join(', ')} is available yet.` : '';
};

const row = (key: string, part: SchemaPart, owner: SchemaPart, schema: SchemaPart): readonly string[] => {
  const spellings = Object.entries(owner.properties ?? {}).flatMap(([name, other]) =>
    aliasOf(other) === key ? [name] : [],
  );
  const alias = aliasOf(part);
  const meaning = part.description ?? resolved(part, schema).description ?? '';
  return [
    code(key),
    `${typeInWords(part, schema)}${limits(part)}`,
    part.default === undefined
      ? owner.required?.includes(key)
        ? 'required'
        : ''
      : code(JSON.stringify(part.default).replaceAll(/^"|"$/g, '')),
    alias ? `of ${code(alias)}` : spellings.map(code).join(', '),
    [alias ? meaning.replace(/^Alias of `[^`]+`[.;]?\s*/, '') : meaning, availability(part)].filter(Boolean).join(' '),
  ];
};

interface Section {
  /** Such as `environments.<name>.database`; empty for the file itself. */
  readonly path: string;
  readonly part: SchemaPart;
}

/** The mappings with keys of their own that a part leads to, each with its path. What is not available yet stays out. */
const sectionsOf = (path: string, part: SchemaPart, schema: SchemaPart): readonly Section[] => {
  const whole = resolved(part, schema);
  const own = whole.properties ? [{ path, part: whole }] : [];
  const inside = Object.entries(whole.properties ?? {}).flatMap(([key, inner]) =>
    inner.unavailable ? [] : sectionsOf(path === '' ? key : `${path}.${key}`, inner, schema),
  );
  const named =
    typeof whole.additionalProperties === 'object'
      ? sectionsOf(`${path}.<name>`, whole.additionalProperties, schema)
      : [];
  const listed = whole.items ? sectionsOf(`${path}[]`, whole.items, schema) : [];
  const alternatives = (whole.anyOf ?? []).flatMap((one) => (one.unavailable ? [] : sectionsOf(path, one, schema)));
  return [...own, ...inside, ...named, ...listed, ...alternatives];
};

export const keyTable = (part: SchemaPart, schema: SchemaPart): string =>
  table(
    ['key', 'type', 'default', 'alias', 'what it is for'],
    Object.entries(part.properties ?? {}).map(([key, inner]) => row(key, inner, part, schema)),
  );

const sectionText = ({ path, part }: Section, schema: SchemaPart): string =>
  [
    `## ${path === '' ? 'The file' : code(path)}`,
    ...(path !== '' && part.description ? [part.description] : []),
    keyTable(part, schema),
  ].join('\n\n');

/** Every key of `m3forge.yaml`. */
export const configurationReference = (schema: SchemaPart): Output => {
  const sections = new Map(sectionsOf('', schema, schema).map((section) => [section.path, section]));
  return {
    path: 'docs/reference/configuration.md',
    text: page([
      '# Configuration keys',
      'What may stand in `m3forge.yaml`. How it is read, and an example, is in [Configuration](../configuration.md).',
      ...[...sections.values()].map((section) => sectionText(section, schema)),
    ]),
  };
};
