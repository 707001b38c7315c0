import type { JsonValue, StructuralPath } from '../values/index.ts';

/** Every text in a value, with where it stands. */
export const textsIn = (value: JsonValue, path: StructuralPath): readonly (readonly [StructuralPath, string])[] => {
  if (typeof value === 'string') return [[path, value]];
  if (value === null || typeof value !== 'object') return [];
  const entries: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([step, item]) => textsIn(item, [...path, step]));
};
