import { formatPath, isJsonObject, type JsonValue, mask } from '../values/index.ts';
import type { TextLine, ValueChange } from './difference-document.ts';
import type { FoundChange } from './path-difference.ts';
import { isInlineSecret, isSecretKey } from './secret-value.ts';

/** Lines of the difference of two texts, or undefined where they have too little in common for one. */
export type TextDifference = (before: string, after: string) => readonly TextLine[] | undefined;

/** In characters of JSON; what is longer is cut. */
const longestValue = 1000;
/** A string longer than this, or of several lines, is a text: it is compared line by line. */
const longestWord = 80;

const masked = (value: JsonValue, secret: boolean): JsonValue => {
  if (secret && isInlineSecret(value)) return mask;
  if (value === null || typeof value !== 'object') return value;
  if (!isJsonObject(value)) return value.map((item) => masked(item, secret));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, masked(item, secret || isSecretKey(key))]));
};

const cut = (value: JsonValue): JsonValue => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestValue ? value : `${text.slice(0, longestValue).toWellFormed()}…`;
};

const isText = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && (value.length > longestWord || value.includes('\n'));

const shown = (value: JsonValue, secret: boolean): JsonValue => cut(masked(value, secret));

/** A change as it may be shown and stored: secrets masked, long values cut, texts as a difference of lines. */
export const showChange = (change: FoundChange, differenceOfTexts: TextDifference): ValueChange => {
  const { before, after, action } = change;
  const path = formatPath(change.path);
  const secret = change.path.some((step) => typeof step === 'string' && isSecretKey(step));
  if (!secret && typeof before === 'string' && typeof after === 'string' && (isText(before) || isText(after))) {
    const text = differenceOfTexts(before, after);
    if (text) return { path, action, text };
  }
  return {
    path,
    action,
    ...(before !== undefined && { before: shown(before, secret) }),
    ...(after !== undefined && { after: shown(after, secret) }),
  };
};
