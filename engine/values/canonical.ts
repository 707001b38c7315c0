import canonicalize from 'canonicalize';

/** Anything JSON can say. Deeply readonly: values are compared and hashed, never changed in place. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys that JavaScript puts in front of all others, in the order of numbers, whatever order they were added in. */
const indexKey = /^(?:0|[1-9]\d*)$/;

class UnorderableKey extends Error {}

const takesPlace = (key: string): boolean => !indexKey.test(key) && key !== '__proto__' && key.isWellFormed();

const sortedKeys = (object: JsonObject): readonly string[] => {
  const keys = Object.keys(object);
  for (let index = 1; index < keys.length; index += 1) {
    if ((keys[index - 1] as string) > (keys[index] as string)) return keys.sort();
  }
  return keys;
};

/** The same value with the keys of every object in the order of RFC 8785 (UTF-16 code units). */
const ordered = (value: JsonValue): JsonValue => {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new UnorderableKey();
    if (typeof value === 'string' && !value.isWellFormed()) throw new UnorderableKey();
    return value;
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(ordered);
  const object = value as JsonObject;
  // A plain object: one without a prototype is kept as a hash table, which costs twice the time.
  const copy: Record<string, JsonValue> = {};
  for (const key of sortedKeys(object)) {
    const item = object[key];
    if (item === undefined || !takesPlace(key)) throw new UnorderableKey();
    copy[key] = ordered(item);
  }
  return copy;
};

/**
 * RFC 8785: one text for one value, whatever the order of keys, the locale or the machine. With its keys in order, a value
 * has its canonical form from `JSON.stringify` itself, which is several times as fast as building it; what cannot be put
 * in order that way, or has no JSON form, is left to the library.
 */
export const canonicalJson = (value: JsonValue): string => {
  try {
    return JSON.stringify(ordered(value));
  } catch (error) {
    if (!(error instanceof UnorderableKey)) throw error;
  }
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a value without a JSON form cannot be canonical');
  return text;
};

export const canonicalBytes = (value: JsonValue): Buffer => Buffer.from(canonicalJson(value), 'utf8');
