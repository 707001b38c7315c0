import type { Position, SourceRange } from '../diagnostics/index.ts';
import { isSecretName, mask } from '../values/index.ts';
import { withoutCredentials } from './credentials.ts';

/** Turns offsets of one text into ranges that people can find. */
export interface SourceMap {
  /** The range between two offsets in UTF-16 units; `end` is exclusive and defaults to `start`. */
  readonly range: (start: number, end?: number) => SourceRange;
  /** The number of the line that an offset is on, from 1. */
  readonly lineOf: (offset: number) => number;
}

/** A minified file is one line: nobody wants to see more of it than this. */
const longestShownLine = 200;

/** A name and its colon; each word is looked at once, however long the line is. */
const keys = /(?<![\w.-])([A-Za-z_][\w.-]{0,99})["']?\s{0,9}:\s{0,99}/g;
/** What gives nothing away: an expression, a switch, what follows on other lines. */
const harmless = /(?:["']?\$\{[^}]{0,199}\}["']?|true|false|null|[{[]?)\s{0,99}(?:[,}\]#]|$)/y;
const quoted = /"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?/y;
/** A collection is not read: all that is left of the line is a part of it. */
const collection = /[{[].*/y;
/** Without quotes a value has blanks in it, and commas too where it stands in no flow collection. */
const plainInFlow = /[^,}\]]+/y;
const plain = /.*?(?=\s#|$)/y;

const lengthAt = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
};

const isAt = (pattern: RegExp, text: string, at: number): boolean => {
  pattern.lastIndex = at;
  return pattern.test(text);
};

/** The text with the values of these names taken out. */
const withoutValues = (text: string, isHidden: (name: string) => boolean): string => {
  const pieces: string[] = [];
  const flow = text.indexOf('{');
  let kept = 0;
  keys.lastIndex = 0;
  for (let key = keys.exec(text); key; key = keys.exec(text)) {
    const at = keys.lastIndex;
    if (!isHidden(key[1] ?? '') || isAt(harmless, text, at)) continue;
    const bare = flow >= 0 && flow < at ? plainInFlow : plain;
    const length = lengthAt(quoted, text, at) || lengthAt(collection, text, at) || lengthAt(bare, text, at);
    pieces.push(text.slice(kept, at), mask);
    kept = keys.lastIndex = at + length;
  }
  return pieces.join('') + text.slice(kept);
};

/**
 * A source line as it may be shown. A line is printed because something on it is wrong, and what is wrong may well be
 * that somebody wrote a password there.
 */
export const showableLine = (line: string): string => {
  const isMarked = /\bsecret["']?\s*:\s*true\b/.test(line);
  const isHidden = (name: string): boolean =>
    isSecretName(name) || /webhook_?url$/i.test(name) || (isMarked && name === 'value');
  const masked = withoutValues(withoutCredentials(line), isHidden);
  return masked.length > longestShownLine ? `${masked.slice(0, longestShownLine)}…` : masked;
};

const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', next + 1)) starts.push(next + 1);
  return starts;
};

/** What a text comes to up to some offset. */
interface Count {
  readonly bytes: number;
  /** Surrogate pairs, which are two UTF-16 units and one character. */
  readonly pairs: number;
}

/** Every so many units the count is kept: a minified file is one line, and any position in it is asked for. */
const stride = 4096;

const countOn = (text: string, from: number, to: number, { bytes, pairs }: Count): Count => {
  const count = { bytes, pairs };
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) count.bytes += 1;
    else if (unit < 0x800) count.bytes += 2;
    else if ((unit & 0xf800) !== 0xd800) count.bytes += 3;
    else {
      // Each half of a pair counts for half of its four bytes.
      count.bytes += 2;
      if (unit < 0xdc00) count.pairs += 1;
    }
  }
  return count;
};

/** Answers what a text comes to up to an offset, in time that does not grow with the text after the first question. */
const createCounter = (text: string): ((offset: number) => Count) => {
  const kept: Count[] = [{ bytes: 0, pairs: 0 }];
  return (offset) => {
    const index = Math.floor(offset / stride);
    let last = kept[Math.min(index, kept.length - 1)] ?? { bytes: 0, pairs: 0 };
    for (let next = kept.length; next <= index; next += 1) {
      last = countOn(text, (next - 1) * stride, next * stride, last);
      kept.push(last);
    }
    return countOn(text, index * stride, offset, last);
  };
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

/** Lines are only counted when the first position is asked for: a text in order costs nothing here. */
export const createSourceMap = (filename: string, text: string): SourceMap => {
  let lines: readonly number[] | undefined;
  const known = (): readonly number[] => {
    lines ??= lineStarts(text);
    return lines;
  };
  const countAt = createCounter(text);
  const position = (offset: number): Position => {
    const index = lineIndex(known(), offset);
    const start = known()[index] ?? 0;
    const [before, here] = [countAt(start), countAt(offset)];
    // Characters, not UTF-16 units: an emoji is one column.
    return { line: index + 1, column: offset - start - (here.pairs - before.pairs) + 1, byte: here.bytes };
  };
  const shownLines = new Map<number, string>();
  const lineText = (offset: number): string => {
    const index = lineIndex(known(), offset);
    const end = (known()[index + 1] ?? text.length + 1) - 1;
    const shown = shownLines.get(index) ?? showableLine(text.slice(known()[index] ?? 0, end).replace(/\r$/, ''));
    shownLines.set(index, shown);
    return shown;
  };
  const inside = (offset: number): number => Math.max(0, Math.min(offset, text.length));
  return {
    range: (start, end = start) => ({
      filename,
      start: position(inside(start)),
      end: position(inside(Math.max(start, end))),
      line: lineText(inside(start)),
    }),
    lineOf: (offset) => lineIndex(known(), inside(offset)) + 1,
  };
};

/** For complaints about a file as a whole, whose content is not to be shown. */
export const wholeFile = (filename: string): SourceRange => {
  const start = { line: 1, column: 1, byte: 0 };
  return { filename, start, end: start };
};
