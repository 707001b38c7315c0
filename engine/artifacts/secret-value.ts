import type { SourceRange } from '../diagnostics/index.ts';
import { isJsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import type { Locator } from './artifact.ts';

/** `${ENV}` and nothing else: a default value written inside would be the secret itself. */
const environmentReference = /^\$\{(?:env\.)?[A-Za-z_]\w*\}$/;

const secretKey = /(?:^|_)(?:api_?key|password|secret|token|access_key|secret_key|private_key)$/i;

/** Whether a key, by its name, holds something that must not be shown: `api_key`, `db_password`, `token`. */
export const isSecretKey = (key: string): boolean => secretKey.test(key);

/** Whether a value under such a key gives something away: anything but nothing or a reference to the environment. */
export const isInlineSecret = (value: JsonValue): boolean => {
  if (typeof value === 'string') return value !== '' && !environmentReference.test(value);
  return typeof value === 'number' || (Array.isArray(value) && value.length > 0);
};

const holdsSecret = (value: JsonValue): boolean => {
  if (value === null || typeof value !== 'object') return false;
  return isJsonObject(value)
    ? Object.entries(value).some(([key, item]) => (isSecretKey(key) && isInlineSecret(item)) || holdsSecret(item))
    : value.some(holdsSecret);
};

/**
 * Where values stand, for diagnostics. The source line is left out where the document holds a secret: a file may be one
 * single line, and then any complaint about it would print the secret.
 */
export const safeLocator = (document: Locator, root: JsonValue): ((path: StructuralPath) => SourceRange) => {
  let secret: boolean | undefined;
  return (path) => {
    secret ??= holdsSecret(root);
    const { line, ...range } = document.locate(path);
    return line === undefined || secret ? range : { ...range, line };
  };
};
