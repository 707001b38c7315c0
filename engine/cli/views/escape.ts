/**
 * Characters that a terminal obeys instead of showing (controls, C0, DEL and C1, among them ESC; line and paragraph
 * separators; what turns the direction of reading) and those that nobody sees, with which two names look the same.
 */
const commanding = String.raw`\p{Cc}\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb`;
const unseen = String.raw`\p{Default_Ignorable_Code_Point}`;
/** Unseen as well, and yet part of what is seen: what joins and colours emoji, and what shapes Arabic and Indic letters. */
const shaping = [
  String.raw`\p{Extended_Pictographic}[\ufe0e\ufe0f]|[0-9#*]\ufe0f(?=\u20e3)`,
  String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]\u200d(?=\p{Extended_Pictographic})`,
  String.raw`[\p{Script=Arabic}\p{Script=Syriac}\p{Mn}][\u200c\u200d](?=[\p{Script=Arabic}\p{Script=Syriac}\p{Lo}])`,
].join('|');
const hidden = new RegExp(`[${commanding}${unseen}](?<!${shaping})`, 'gu');

const codeOf = (character: string): string => (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');

const unitOf = (character: string, at: number): string =>
  `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;

/** Somebody's text on one line: whatever would not be seen is spelled out as `\u{001b}`. */
export const inline = (text: string): string =>
  text.toWellFormed().replace(hidden, (character) => `\\u{${codeOf(character)}}`);

/** Somebody's text that may have several lines. */
export const block = (text: string): string => text.split('\n').map(inline).join('\n');

/** JSON for people's terminals and for files: no character in it commands a terminal or is unseen, and it parses to the same value. */
export const jsonText = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent).replace(hidden, (character) =>
    // The line breaks are those of the indentation.
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => unitOf(character, at)).join(''),
  );

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Somebody's text inside Markdown or HTML, on one line. Everything with a meaning there becomes an entity. Forges look for
 * people, issues and addresses in what was rendered, where an entity is a character again: what begins one is followed by
 * a space without width.
 */
export const markdownInline = (text: string): string =>
  inline(text)
    .replace(/[&<>"'`*_~[\]#@|\\]/g, (found) => entities[found] ?? `&#${found.charCodeAt(0)};`)
    // What would begin a list, a rule or a heading.
    .replace(
      /^\s*(?:[-+=](?=[-=\s]|$)|\d+[.)](?=\s|$))/,
      (mark) => `${mark.slice(0, -1)}&#${mark.charCodeAt(mark.length - 1)};`,
    )
    .replace(/&#(?:35|64);|\/(?=\/)|\b(?:mailto|xmpp):|\bwww(?=\.)|\bGH(?=-\d)/gi, (found) => `${found}&#8203;`);

/** A block of code whose fence is longer than any run of backticks inside. */
export const fenced = (text: string, language = ''): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};
