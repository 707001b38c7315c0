import canonicalize from 'canonicalize';

/** Anything JSON can say. Deeply readonly: values are compared and hashed, never changed in place. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 8785: one text for one value, whatever the order of keys, the locale or the machine. */
export const canonicalJson = (value: JsonValue): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a value without a JSON form cannot be canonical');
  return text;
};

export const canonicalBytes = (value: JsonValue): Buffer => Buffer.from(canonicalJson(value), 'utf8');
