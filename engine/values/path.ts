import { isJsonObject, type JsonValue } from './canonical.ts';

/** Where a value stands inside a document: keys and indexes from the root. */
export type StructuralPath = readonly (string | number)[];

/** `targets.production.deployment`, `nodes[3].definition`, `"odd key".x`: for people. */
export const formatPath = (path: StructuralPath): string =>
  path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const text = /^[A-Za-z_][\w-]*$/.test(step) ? step : JSON.stringify(step);
      return index === 0 ? text : `.${text}`;
    })
    .join('');

export const valueAt = (root: JsonValue, path: StructuralPath): JsonValue | undefined => {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = (value as readonly JsonValue[])[step];
    else if (isJsonObject(value) && typeof step === 'string' && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
};
