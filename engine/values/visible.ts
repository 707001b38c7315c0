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

/** Matches each of them; global, for `replace` alone. */
export const hiddenCharacters = new RegExp(`[${commanding}${unseen}](?<!${shaping})`, 'gu');

const codeOf = (character: string): string => (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');

/** Somebody's text on one line: whatever would not be seen is spelled out as `\u{001b}`. */
export const visible = (text: string): string =>
  text.toWellFormed().replace(hiddenCharacters, (character) => `\\u{${codeOf(character)}}`);

/** Somebody's text that may have several lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');

/** At most so many UTF-16 units, which are never fewer than the characters; `…` stands at the end where there were more. */
export const shortened = (text: string, most: number): string =>
  // Half of a surrogate pair is no character.
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
