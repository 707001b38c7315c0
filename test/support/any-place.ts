import type { JsonValue, StructuralPath } from '../../engine/values/index.ts';

const entriesOf = (value: JsonValue): readonly (readonly [string | number, JsonValue])[] => {
  if (value === null || typeof value !== 'object') return [];
  return Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item, index) => [index, item] as const)
    : Object.entries(value);
};

/** Every place of a value, the whole first. */
export const pathsIn = (value: JsonValue): readonly StructuralPath[] => [
  [],
  ...entriesOf(value).flatMap(([step, item]) => pathsIn(item).map((path) => [step, ...path])),
];

/** The value with another value at one place; what lies below the place goes with it. */
export const withValue = (value: JsonValue, path: StructuralPath, put: JsonValue): JsonValue => {
  const [first, ...rest] = path;
  if (first === undefined) return put;
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item, index) => (index === first ? withValue(item, rest, put) : item));
  }
  const object = value as { readonly [key: string]: JsonValue };
  return { ...object, [first]: withValue(object[first] ?? null, rest, put) };
};
