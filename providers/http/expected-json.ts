import {
  formatPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type StructuralPath,
} from '../../engine/values/index.ts';

/** Where an answer first is not what was expected; undefined where it holds all of it. Lists must be equal. */
const difference = (
  expected: JsonValue,
  actual: JsonValue | undefined,
  path: StructuralPath,
): StructuralPath | undefined => {
  if (expected === null || typeof expected !== 'object') return expected === actual ? undefined : path;
  if (actual === null || typeof actual !== 'object' || isJsonObject(expected) !== isJsonObject(actual)) return path;
  if (isJsonObject(expected)) return differenceOfMembers(expected, actual as JsonObject, path);
  const items = actual as readonly JsonValue[];
  if (items.length !== expected.length) return path;
  for (const [index, item] of expected.entries()) {
    const found = difference(item, items[index], [...path, index]);
    if (found) return found;
  }
  return undefined;
};

const differenceOfMembers = (
  expected: JsonObject,
  actual: JsonObject,
  path: StructuralPath,
): StructuralPath | undefined => {
  for (const [name, value] of Object.entries(expected)) {
    // What every object inherits is no member of this one.
    const member = Object.hasOwn(actual, name) ? actual[name] : undefined;
    const found = difference(value, member, [...path, name]);
    if (found) return found;
  }
  return undefined;
};

const parse = (text: string): { readonly value: JsonValue } | undefined => {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
};

/** What is wrong with an answer that should be a JSON object with at least these members; undefined where nothing is. */
export const faultOfJson = (expected: JsonObject, body: Buffer): string | undefined => {
  const parsed = parse(body.toString('utf8'));
  if (!parsed) return 'the answer is no JSON';
  if (parsed.value === null || typeof parsed.value !== 'object' || !isJsonObject(parsed.value)) {
    return 'the answer is no JSON object';
  }
  const path = difference(expected, parsed.value, []);
  return path && `${formatPath(path)} of the answer is not what is expected`;
};
