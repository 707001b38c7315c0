import { isJsonObject, type JsonObject, type JsonValue } from '../../engine/values/index.ts';

/** The members of what should be an object; none where it is something else. */
export const membersOf = (value: JsonValue | undefined): readonly (readonly [string, JsonValue])[] =>
  isJsonObject(value) ? Object.entries(value) : [];

export const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];

export const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] => listOf(value).filter(isJsonObject);

export const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Names, versions and states are short; what is longer is none of them, and would fill a screen. */
const longestName = 200;

export const nameOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= longestName ? value : undefined;

/** A number that counts something; 0 where it is none. */
export const countOf = (value: JsonValue | undefined): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;

/** What an object has itself: a name from outside may be that of something every object inherits. */
export const memberOf = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
