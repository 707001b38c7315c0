import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';

/** One value that differs, as found: complete, unmasked, not yet fit to be shown. */
export interface FoundChange {
  readonly path: StructuralPath;
  readonly action: 'added' | 'removed' | 'changed' | 'reordered';
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

export type Found = (change: FoundChange) => void;

/** The keys that may name the elements of a list, the most telling first. */
const identifyingKeys = ['task_id', 'path_id', 'id', 'name', 'key'];

const own = (value: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(value, key) ? value[key] : undefined;

/** The elements by the value of `key`, or undefined where one lacks it or two share it. */
const elementsBy = (list: readonly JsonValue[], key: string): ReadonlyMap<string, JsonValue> | undefined => {
  const found = new Map<string, JsonValue>();
  for (const element of list) {
    const name = isJsonObject(element) ? own(element, key) : undefined;
    if (typeof name !== 'string' || found.has(name)) return undefined;
    found.set(name, element);
  }
  return found;
};

const sameOrder = (before: readonly string[], after: readonly string[]): boolean =>
  before.every((name, index) => after[index] === name);

/** The names that both have, in the order of each: different where elements changed places. */
export const placesChanged = (before: readonly string[], after: readonly string[]): boolean => {
  const [inBefore, inAfter] = [new Set(before), new Set(after)];
  return !sameOrder(
    before.filter((name) => inAfter.has(name)),
    after.filter((name) => inBefore.has(name)),
  );
};

const compareNamed = (
  before: ReadonlyMap<string, JsonValue>,
  after: ReadonlyMap<string, JsonValue>,
  path: StructuralPath,
  found: Found,
): void => {
  const names = [...before.keys(), ...[...after.keys()].filter((name) => !before.has(name))];
  for (const name of names) compareValues(before.get(name), after.get(name), [...path, name], found);
  const order = [[...before.keys()], [...after.keys()]] as const;
  if (placesChanged(...order)) found({ path, action: 'reordered', before: order[0], after: order[1] });
};

const isScalar = (value: JsonValue): boolean => value === null || typeof value !== 'object';

/** A list of plain values is one value to a reader: `["a", "b"]` became `["b"]`. */
const compareScalars = (
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: StructuralPath,
  found: Found,
): void => {
  if (before.length === after.length && before.every((value, index) => value === after[index])) return;
  const sorted = (list: readonly JsonValue[]) => list.map((value) => JSON.stringify(value)).sort();
  const reordered = before.length === after.length && sameOrder(sorted(before), sorted(after));
  found({ path, action: reordered ? 'reordered' : 'changed', before, after });
};

const compareLists = (
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: StructuralPath,
  found: Found,
): void => {
  if (before.every(isScalar) && after.every(isScalar)) {
    compareScalars(before, after, path, found);
    return;
  }
  for (const key of identifyingKeys) {
    const named = elementsBy(before, key);
    const others = named && elementsBy(after, key);
    if (named && others) {
      compareNamed(named, others, path, found);
      return;
    }
  }
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index += 1) {
    compareValues(before[index], after[index], [...path, index], found);
  }
};

const compareObjects = (before: JsonObject, after: JsonObject, path: StructuralPath, found: Found): void => {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of [...keys].sort()) compareValues(own(before, key), own(after, key), [...path, key], found);
};

/** Finds what differs between two values, as deep inside as possible; undefined means that there is no value. */
export const compareValues = (
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: StructuralPath,
  found: Found,
): void => {
  if (before === after) return;
  if (before === undefined) {
    if (after !== undefined) found({ path, action: 'added', after });
  } else if (after === undefined) {
    found({ path, action: 'removed', before });
  } else if (isJsonObject(before) && isJsonObject(after)) {
    compareObjects(before, after, path, found);
  } else if (Array.isArray(before) && Array.isArray(after)) {
    compareLists(before as readonly JsonValue[], after as readonly JsonValue[], path, found);
  } else {
    found({ path, action: 'changed', before, after });
  }
};
