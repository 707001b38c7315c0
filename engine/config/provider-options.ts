import { type Diagnostic, failure, type Outcome, type SourceRange, success } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import {
  isJsonObject,
  isSecretName,
  type JsonObject,
  type JsonValue,
  mask,
  Secret,
  type StructuralPath,
} from '../values/index.ts';
import { expandExpression, hasExpression, withoutPassword } from './expression.ts';

/** What a provider is told, with the secrets that came into it. */
export interface ResolvedOptions {
  readonly options: JsonObject;
  readonly secrets: readonly Secret[];
}

/** A value with every text in it replaced. */
const mapTexts = (
  value: JsonValue,
  path: StructuralPath,
  change: (text: string, path: StructuralPath) => string,
): JsonValue => {
  if (typeof value === 'string') return change(value, path);
  if (value === null || typeof value !== 'object') return value;
  if (!isJsonObject(value)) {
    return (value as readonly JsonValue[]).map((item, index) => mapTexts(item, [...path, index], change));
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], change)]));
};

const isNamedSecret = (path: StructuralPath): boolean => path.some((step) => isSecretName(String(step)));

/** The texts of options that are secrets although they stand in the file. */
export const literalSecretsIn = (options: JsonObject): readonly StructuralPath[] => {
  const found: StructuralPath[] = [];
  mapTexts(options, [], (text, path) => {
    if (text !== '' && isNamedSecret(path) && !hasExpression(text)) found.push(path);
    return text;
  });
  return found;
};

/**
 * The options with the values of their expressions, now. Each of these values is a secret, and so is what is named like
 * one. A variable that is not set is one diagnostic each.
 */
export const resolveOptions = (
  options: JsonObject,
  at: (path: StructuralPath) => SourceRange,
  system: System,
): Outcome<ResolvedOptions> => {
  const missing: Diagnostic[] = [];
  const secrets: Secret[] = [];
  const resolved = mapTexts(options, [], (text, path) => {
    if (!hasExpression(text)) {
      if (isNamedSecret(path)) secrets.push(new Secret(text));
      return text;
    }
    const value = expandExpression({ text, range: at(path) }, system);
    missing.push(...value.diagnostics);
    if (!value.ok) return text;
    secrets.push(value.value);
    return value.value.reveal();
  });
  return missing.length > 0 ? failure(missing) : success({ options: resolved as JsonObject, secrets });
};

/** The options as a plan may hold them: expressions unresolved, and what is a secret all the same left out. */
export const shownOptions = (options: JsonObject): JsonObject =>
  mapTexts(options, [], (text, path) =>
    isNamedSecret(path) && !hasExpression(text) ? mask : withoutPassword(text),
  ) as JsonObject;
