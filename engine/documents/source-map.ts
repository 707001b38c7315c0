import type { Position, SourceRange } from '../diagnostics/index.ts';

/** Turns offsets of one text into ranges that people can find. */
export interface SourceMap {
  /** The range between two offsets in UTF-16 units; `end` is exclusive and defaults to `start`. */
  readonly range: (start: number, end?: number) => SourceRange;
  /** The number of the line that an offset is on, from 1. */
  readonly lineOf: (offset: number) => number;
}

/** A minified file is one line: nobody wants to see more of it than this. */
const longestShownLine = 200;

/**
 * A source line as it may be shown. A line is printed because something on it is wrong, and what is wrong may well be
 * that somebody wrote a password there.
 */
export const showableLine = (line: string): string => {
  const masked = line
    .replace(/(:\/\/[^\s:/@]*):[^\s/"']+@/g, '$1:***@')
    .replace(/([?&]password=)[^\s&"']+/g, '$1***')
    .replace(
      /(\b[\w-]*(?:token|password|secret|api_key|encryption_key|webhook_url)["']?\s*:\s*)(?!\s|["']?\$\{|true\b|false\b)("[^"]*"|'[^']*'|[^\s,}]+)/gi,
      '$1***',
    );
  const secret = /\bsecret["']?\s*:\s*true\b/.test(masked)
    ? masked.replace(/(\bvalue["']?\s*:\s*)(?!\s|["']?\$\{)("[^"]*"|'[^']*'|[^\s,}]+)/g, '$1***')
    : masked;
  return secret.length > longestShownLine ? `${secret.slice(0, longestShownLine)}…` : secret;
};

interface Lines {
  /** Offsets in UTF-16 units at which the lines start. */
  readonly starts: readonly number[];
  /** The same in bytes of UTF-8. */
  readonly bytes: readonly number[];
}

const linesOf = (text: string): Lines => {
  const starts = [0];
  const bytes = [0];
  let previous = 0;
  for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', next + 1)) {
    bytes.push((bytes.at(-1) ?? 0) + Buffer.byteLength(text.slice(previous, next + 1)));
    starts.push(next + 1);
    previous = next + 1;
  }
  return { starts, bytes };
};

/** The index of the last start that is not beyond the offset. */
const lineIndex = (starts: readonly number[], offset: number): number => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
};

const pairsIn = (text: string): number => {
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) if ((text.charCodeAt(at) & 0xfc00) === 0xd800) pairs += 1;
  return pairs;
};

/** Lines are only counted when the first position is asked for: a text in order costs nothing here. */
export const createSourceMap = (filename: string, text: string): SourceMap => {
  let lines: Lines | undefined;
  const known = (): Lines => {
    lines ??= linesOf(text);
    return lines;
  };
  const position = (offset: number): Position => {
    const { starts, bytes } = known();
    const index = lineIndex(starts, offset);
    const before = text.slice(starts[index] ?? 0, offset);
    // Characters, not UTF-16 units: an emoji is one column.
    const column = before.length - pairsIn(before) + 1;
    return { line: index + 1, column, byte: (bytes[index] ?? 0) + Buffer.byteLength(before) };
  };
  const lineText = (offset: number): string => {
    const { starts } = known();
    const index = lineIndex(starts, offset);
    const end = (starts[index + 1] ?? text.length + 1) - 1;
    return text.slice(starts[index] ?? 0, end).replace(/\r$/, '');
  };
  const inside = (offset: number): number => Math.max(0, Math.min(offset, text.length));
  return {
    range: (start, end = start) => ({
      filename,
      start: position(inside(start)),
      end: position(inside(Math.max(start, end))),
      line: showableLine(lineText(inside(start))),
    }),
    lineOf: (offset) => lineIndex(known().starts, inside(offset)) + 1,
  };
};

/** For complaints about a file as a whole, whose content is not to be shown. */
export const wholeFile = (filename: string): SourceRange => {
  const start = { line: 1, column: 1, byte: 0 };
  return { filename, start, end: start };
};
