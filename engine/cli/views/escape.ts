import { hiddenCharacters, visible, visibleLines } from '../../values/index.ts';

const unitOf = (character: string, at: number): string =>
  `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;

/** Somebody's text on one line: whatever would not be seen is spelled out as `\u{001b}`. */
export const inline = visible;

/** Somebody's text that may have several lines. */
export const block = visibleLines;

/** JSON for people's terminals and for files: no character in it commands a terminal or is unseen, and it parses to the same value. */
export const jsonText = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent).replace(hiddenCharacters, (character) =>
    // The line breaks are those of the indentation.
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => unitOf(character, at)).join(''),
  );

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What forges look for: people, issues, pull requests, addresses, and names of small pictures, which times of day are not. */
const begins =
  /&#(?:35|64);|\/(?=\/)|\b(?:mailto|xmpp):|\bwww(?=\.)|\bGH(?=-\d)|!(?=\d)|:(?=[\w+&#;-]{1,60}:)(?!\d+:)/gi;

/**
 * Somebody's text inside Markdown or HTML, on one line. Everything with a meaning there becomes an entity. Forges look for
 * people, issues, addresses and names of small pictures in what was rendered, where an entity is a character again: what
 * begins one is followed by a space without width.
 */
export const markdownInline = (text: string): string =>
  inline(text)
    .replace(/[&<>"'`*_~[\]#@|\\$]/g, (found) => entities[found] ?? `&#${found.charCodeAt(0)};`)
    // What would begin a list, a rule or a heading.
    .replace(
      /^\s*(?:[-+=](?=[-=\s]|$)|\d+[.)](?=\s|$))/,
      (mark) => `${mark.slice(0, -1)}&#${mark.charCodeAt(mark.length - 1)};`,
    )
    .replace(begins, (found) => `${found}&#8203;`);

/** A block of code whose fence is longer than any run of backticks inside. */
export const fenced = (text: string, language = ''): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};
