import { isUtf8 } from 'node:buffer';
import { failure, type Outcome, problem, type SourceRange, success } from '../diagnostics/index.ts';
import type { TextDocument } from './document.ts';
import { createSourceMap, wholeFile } from './source-map.ts';

export interface TextLimits {
  readonly maxBytes: number;
}

/** The byte offset of the first byte that is not UTF-8. */
const offsetOfInvalidByte = (bytes: Uint8Array): number => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let from = 0;
  let offset = 0;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    offset += Buffer.byteLength(text.slice(from, at));
    // A replacement character that stands in the file itself is nothing wrong.
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset;
    offset += 3;
    from = at + 1;
  }
  return offset;
};

const isUtf16 = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

const hasUtf8Mark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

const withoutMark = (bytes: Uint8Array): Uint8Array => (hasUtf8Mark(bytes) ? bytes.subarray(3) : bytes);

/** Where a byte stands, when everything before it is UTF-8. The line is not shown. */
const rangeOfByte = (bytes: Uint8Array, offset: number, filename: string): SourceRange => {
  const before = Buffer.from(withoutMark(bytes.subarray(0, offset))).toString('utf8');
  const { line: _content, ...range } = createSourceMap(filename, before).range(before.length);
  return range;
};

/**
 * Bytes to text: within the limit, UTF-8, without U+0000. A leading byte order mark is dropped; positions count from
 * behind it. What is wrong is said without showing any of the content, which may be anything.
 */
export const guardText = (bytes: Uint8Array, filename: string, limits: TextLimits): Outcome<TextDocument> => {
  if (bytes.length > limits.maxBytes) return failure([tooLarge(filename, bytes.length, limits)]);
  if (isUtf16(bytes)) {
    const detail = `${filename} is UTF-16 (its first two bytes are a byte order mark).`;
    return failure([problem('text-not-utf8', { detail, range: wholeFile(filename), hint: 'Save the file as UTF-8.' })]);
  }
  if (!isUtf8(bytes)) {
    const offset = offsetOfInvalidByte(bytes);
    const detail = `${filename} is not UTF-8: the byte at offset ${offset} cannot stand there.`;
    const range = rangeOfByte(bytes, offset, filename);
    return failure([problem('text-not-utf8', { detail, range, hint: 'Save the file as UTF-8.' })]);
  }
  const content = withoutMark(bytes);
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    const detail = `${filename} contains the character U+0000 at byte offset ${Buffer.byteLength(text.slice(0, nul))}.`;
    const { line: _content, ...range } = createSourceMap(filename, text).range(nul, nul + 1);
    return failure([problem('text-control-character', { detail, range })]);
  }
  return success({ filename, text });
};

export const tooLarge = (filename: string, size: number, limits: TextLimits) =>
  problem('file-too-large', {
    detail: `${filename} has ${size} bytes; at most ${limits.maxBytes} are accepted.`,
    range: wholeFile(filename),
  });
