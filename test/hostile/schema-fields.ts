import type { JsonObject, JsonValue } from '../../engine/values/index.ts';
import schema from '../../schemas/m3forge.schema.json' with { type: 'json' };

/**
 * Configurations with one text in every place where the schema takes a text, made from the schema itself: a key that is
 * added to it is tried from that day on. What is known and not available yet is left out.
 */
const definitions = schema.$defs as unknown as Readonly<Record<string, JsonObject>>;

const plainName = 'x';
/** What stands in the required keys beside the one that is tried, so that the rules get as far as that one. */
const plain: Readonly<Record<string, JsonValue>> = {
  ...{ url: 'http://127.0.0.1:1', version: 'latest', type: 'development', package: 'npm:x', value: 'x' },
};

const object = (value: JsonValue | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? value : []);

const referred = (one: JsonObject): JsonObject =>
  typeof one.$ref === 'string' ? (definitions[one.$ref.replace('#/$defs/', '')] ?? {}) : one;

const propertiesOf = (one: JsonObject): readonly (readonly [name: string, schema: JsonObject])[] =>
  Object.entries(object(one.properties) ?? {}).flatMap(([name, value]) => {
    const property = object(value) ?? {};
    return property.unavailable === true ? [] : [[name, property] as const];
  });

/** No more than a value needs to be one of its kind. */
const least = (one: JsonObject): JsonValue => {
  const required = Array.isArray(one.required) ? (one.required as readonly string[]) : [];
  return Object.fromEntries(required.map((name) => [name, plain[name] ?? plainName]));
};

const isNamed = (one: JsonObject): boolean => object(one.additionalProperties) !== undefined;

const isObject = (one: JsonObject): boolean => referred(one).properties !== undefined;

/** Entries of a list must not share a name, unless that is what is tried. */
const withOwnName = (value: JsonValue, kind: JsonObject, index: number): JsonValue => {
  const entry = object(value);
  if (!entry) return value;
  const names = propertiesOf(referred(kind)).flatMap(([name]) => (name === 'id' || name === 'name' ? [name] : []));
  const missing = names.filter((name) => entry[name] === undefined || entry[name] === plainName);
  return { ...entry, ...Object.fromEntries(missing.map((name) => [name, `${plainName}${index}`])) };
};

/** Values of a kind, with the text in one place each, and with all places among them. */
const valuesWith = (text: string, given: JsonObject): readonly JsonValue[] => {
  const one = referred(given);
  // What is written by name first: the rest of the file refers to those names.
  const alternatives = [...list(one.anyOf), ...list(one.allOf)].sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)));
  if (alternatives.length > 0) return alternatives.flatMap((other) => valuesWith(text, other));
  if (one.properties !== undefined) {
    return propertiesOf(one).flatMap(([name, property]) =>
      valuesWith(text, property).map((value) => ({ ...object(least(one)), [name]: value })),
    );
  }
  const entry = object(one.additionalProperties);
  if (entry) {
    const few = isObject(entry) ? least(referred(entry)) : text;
    const named = valuesWith(text, entry).map((value, index) => [`${plainName}${index}`, value] as const);
    const foreign = typeof few === 'object' ? { ...object(few), [text]: text } : text;
    return [{ ...Object.fromEntries([[plainName, few], ...named]), [text]: foreign }];
  }
  const items = object(one.items);
  if (items) return [valuesWith(text, items).map((value, index) => withOwnName(value, items, index))];
  return one.type === 'string' || one.type === undefined ? [text] : [];
};

/** A file that cannot be included ends the reading, so it is tried for itself. */
const aloneKey = 'include';

const top = propertiesOf(schema as unknown as JsonObject).filter(([name]) => name !== 'version');
const head = (): JsonObject => ({ version: 1, project: plainName });

/** Sections such as `backups`, whose keys may hide one another's problems: in turn only one of them holds the text. */
const inTurn = (text: string, turn: number): JsonObject => {
  const each = top.flatMap(([name, one]) =>
    isObject(one) ? valuesWith(text, one).map((value): JsonObject => ({ [name]: value })) : [],
  );
  return each[turn % each.length] ?? {};
};

/** Configurations that have the text in every field between them. */
export const configurationsWith = (text: string, turn = 0): readonly JsonObject[] => {
  const shapes = top.map(([name, one]) => [name, valuesWith(text, one), isObject(one)] as const);
  const first = shapes.map(([name, values, merged]) => [name, merged ? Object.assign({}, ...values) : values[0]]);
  const others = shapes.flatMap(([name, values, merged]) => (merged || !values[1] ? [] : [[name, values[1]]]));
  const { [aloneKey]: alone, ...together } = Object.fromEntries(first) as JsonObject;
  return [
    { ...head(), ...together },
    { ...head(), ...(Object.fromEntries(others) as JsonObject), ...inTurn(text, turn) },
    { ...head(), [aloneKey]: alone ?? null },
  ];
};

/** Where the text stands in a value, each place with its keys joined by dots. */
export const pathsTo = (text: string, value: JsonValue): readonly string[] => {
  if (value === text) return [''];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, JsonValue]) =>
    pathsTo(text, inner).map((path) => (path === '' ? key : `${key}.${path}`)),
  );
};
