import { type Diagnostic, problem, type SourceRange } from '../diagnostics/index.ts';

/** In Unicode characters; the gateway's own column holds 250 and gets a suffix. */
const longestName = 200;
const longestQuote = 120;

/** Characters that a terminal obeys instead of showing: controls, line separators, and what turns the reading direction. */
const commanding = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
/** Those and every other one that takes no room: with it, two names would look the same. */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const everyInvisible = new RegExp(invisible, 'gu');

/** Nearly all are: then the properties of Unicode, which take two milliseconds to load, need not be asked for. */
const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);

const spell = (char: string): string => {
  const code = (char.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
};

/** A text that cannot command a terminal: what would not be seen is spelled out as `\\u001b`. */
export const visible = (text: string): string =>
  isPlain(text) ? text : text.toWellFormed().replace(everyInvisible, spell);

/** A name of the user's inside a sentence: in quotes, visible, and at most 120 characters. */
export const quoted = (text: string): string =>
  `"${visible(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text)}"`;

const faultOf = (name: string): string | undefined => {
  if (name.trim() === '') return 'is empty';
  const length = name.length <= longestName ? name.length : Array.from(name).length;
  if (length > longestName) return `has ${length} characters, more than ${longestName}`;
  if (isPlain(name)) return undefined;
  if (!name.isWellFormed()) return 'holds half a character (a lone surrogate)';
  if (commanding.test(name)) return 'holds a control or direction character';
  if (invisible.test(name)) return 'holds a character that nobody can see';
  if (name.normalize('NFC') !== name) return 'is not in Unicode normal form C';
  return undefined;
};

/** Why a name cannot be used, or undefined. A name is an identity: it must look the same to everyone who reads it. */
export const checkName = (name: string, at: () => SourceRange): Diagnostic | undefined => {
  const fault = faultOf(name);
  return fault === undefined
    ? undefined
    : problem('artifact-name-invalid', {
        detail: `The name ${quoted(name)} ${fault}.`,
        range: at(),
        hint: `Use 1 to ${longestName} visible characters in Unicode normal form C.`,
      });
};

/** `plans/Invoice Extraction.json` names an artifact `Invoice Extraction`. */
export const nameOfFile = (path: string): string => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const dot = file.lastIndexOf('.');
  return dot > 0 ? file.slice(0, dot) : file;
};
