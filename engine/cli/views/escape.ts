/**
 * Characters that a terminal obeys instead of showing: controls (C0, DEL, C1, among them ESC), line and paragraph
 * separators, and everything that turns the direction of reading.
 */
const commanding = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const spelled = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/** Somebody's text on one line: whatever would not be seen is spelled out as `\u{001b}`. */
export const inline = (text: string): string => text.toWellFormed().replace(commanding, spelled);

/** Somebody's text that may have several lines. */
export const block = (text: string): string => text.split('\n').map(inline).join('\n');

/** JSON for people's terminals and for files: no character in it can command a terminal, and it parses to the same value. */
export const jsonText = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Somebody's text inside Markdown or HTML, on one line. Everything with a meaning there becomes an entity, also where it
 * would mention a person, make a link or end a table's cell.
 */
export const markdownInline = (text: string): string =>
  inline(text).replace(/[&<>"'`*_~[\]#@|\\]|:(?=\/\/)/g, (found) => entities[found] ?? `&#${found.charCodeAt(0)};`);

/** A block of code whose fence is longer than any run of backticks inside. */
export const fenced = (text: string, language = ''): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};
