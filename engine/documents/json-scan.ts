import { isExactNumber } from './exact-number.ts';

/** What one pass over the characters of a JSON text found. It judges no syntax: `JSON.parse` does. */
export interface JsonScan {
  /** Colons outside strings: as many as there are keys in the text. */
  readonly colons: number;
  /** Where the nesting first goes beyond the limit; the scan stops there. */
  readonly tooDeepAt: number | undefined;
  /** Number literals that a double cannot keep: offsets of start and end. */
  readonly inexact: readonly (readonly [start: number, end: number])[];
}

const quote = 0x22;
const backslash = 0x5c;

/** Whether an odd number of backslashes stands before `at`. */
const isEscaped = (text: string, at: number): boolean => {
  let first = at;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
};

/** The offset of the quote that closes the string whose content starts at `from`, or the length of the text. */
const closingQuote = (text: string, from: number): number => {
  let at = text.indexOf('"', from);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
};

const isNumberPart = (char: number): boolean =>
  (char >= 0x30 && char <= 0x39) || char === 0x2e || char === 0x2b || char === 0x2d || char === 0x65 || char === 0x45;

const endOfNumber = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1;
  return at;
};

/** Fifteen digits always survive; only longer literals and powers of ten need a closer look. */
const needsLook = (literal: string): boolean => literal.length > 15 || /[eE]/.test(literal);

/** One linear pass, without recursion and without allocating anything for a text that is in order. */
export const scanJson = (text: string, maxDepth: number): JsonScan => {
  const inexact: (readonly [number, number])[] = [];
  let colons = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char <= 0x20) continue;
    if (char === quote) {
      at = closingQuote(text, at + 1);
    } else if (char === 0x3a) {
      colons += 1;
    } else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return { colons, tooDeepAt: at, inexact };
    } else if (char === 0x7d || char === 0x5d) {
      depth -= 1;
    } else if ((char >= 0x30 && char <= 0x39) || char === 0x2d) {
      const end = endOfNumber(text, at);
      const literal = end - at > 3 ? text.slice(at, end) : '';
      if (needsLook(literal) && !isExactNumber(literal)) inexact.push([at, end]);
      at = end - 1;
    }
  }
  return { colons, tooDeepAt: undefined, inexact };
};
