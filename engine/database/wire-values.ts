/**
 * How values travel. Both databases speak text here, so that one table decides what a value becomes, whichever of them
 * it comes from.
 */

/** The object ids that PostgreSQL has given its built-in types for good. */
const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  timestamptz: 1184,
  jsonb: 3802,
} as const;

const safeInteger = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database returned ${text}, which is no safe integer`);
  return value;
};

/** `2026-01-31 12:00:00.123456+00`; sessions run in UTC, so the offset is always that. Digits below a millisecond go. */
const parseTimestamp = (text: string): Date => new Date(text.replace(' ', 'T').replace(/\+00$/, 'Z'));

/** What a column's text becomes, by type; a type that is not here stays as the driver has it, mostly text. */
export const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [oid.bool]: (text) => text === 't' || text === 'true',
  [oid.bytea]: (text) => Buffer.from(text.slice(2), 'hex'),
  [oid.int8]: safeInteger,
  [oid.int2]: Number,
  [oid.int4]: Number,
  [oid.oid]: Number,
  [oid.json]: (text) => JSON.parse(text) as unknown,
  [oid.float4]: Number,
  [oid.float8]: Number,
  [oid.timestamptz]: parseTimestamp,
  [oid.jsonb]: (text) => JSON.parse(text) as unknown,
};

const hexOf = (bytes: Uint8Array): string =>
  `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;

/** One element of an array literal; quoted always, so that no content can break out. */
const arrayElement = (value: unknown): string => {
  if (Array.isArray(value)) return arrayLiteral(value);
  const text = encodeParameter(value);
  return text === null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
};

const arrayLiteral = (values: readonly unknown[]): string => `{${values.map(arrayElement).join(',')}}`;

/**
 * A parameter's text. Arrays become SQL arrays (for a JSON array pass its JSON text), other objects JSON, bytes `\x…`.
 */
export const encodeParameter = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return hexOf(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return arrayLiteral(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
};
