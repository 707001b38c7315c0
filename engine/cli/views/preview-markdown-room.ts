import { shortened } from '../../values/index.ts';
import { markdownInline } from './escape.ts';

/** Room in a comment is counted in bytes of UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Somebody's words within a sentence of ours: what looks like the id of a commit becomes no link either. */
export const sentence = (text: string): string =>
  markdownInline(text).replace(/(?<![0-9a-z])[0-9a-f](?=[0-9a-f]{6,63}(?![0-9a-z]))/gi, (first) => `${first}&#8203;`);

/** Somebody's name, which no host looks into for people, issues, addresses or signs that become pictures. */
export const code = (text: string): string => `<code>${markdownInline(text)}</code>`;

/**
 * Somebody's text as `show` makes it, in at most so many bytes: what is escaped becomes up to twelve times as long, so that
 * no number of characters says how much room it takes.
 */
export const within = (most: number, show: (text: string) => string) => {
  const fitted = (text: string, length: number): string => {
    const shown = show(shortened(text, length));
    return bytesOf(shown) <= most || length <= 1 ? shown : fitted(text, Math.floor(length / 2));
  };
  return (text: string): string => fitted(text, most);
};

/** What was left out below a list, in our own words. */
const moreBytes = 80;

/**
 * As many lines as fitted into so many bytes, the first ones; where that is not all of them, `more` says how many are left.
 * Nothing where not even that fits.
 */
export const cutLines = (
  lines: readonly string[],
  most: number,
  more: (left: number) => string,
): { readonly lines: readonly string[]; readonly left: number } => {
  const all = lines.reduce((sum, line) => sum + bytesOf(line) + 1, 0);
  if (all <= most) return { lines, left: 0 };
  let room = most - moreBytes;
  if (room < 0) return { lines: [], left: lines.length };
  const first = lines.findIndex((line) => {
    room -= bytesOf(line) + 1;
    return room < 0;
  });
  const shown = lines.slice(0, first);
  return { lines: [...shown, more(lines.length - first)], left: lines.length - first };
};

/** A heading with its list, in at most so many bytes; nothing where there is nothing to list, or no room for it. */
export const listed = (heading: string, items: readonly string[], most: number): string => {
  if (items.length === 0) return '';
  const { lines } = cutLines(items, most - bytesOf(heading) - 2, (left) => `- and ${left} more`);
  return lines.length === 0 ? '' : `${heading}\n\n${lines.join('\n')}`;
};

/** Names in a row, the first few of them. */
export const named = <Name>(names: readonly Name[], show: (name: Name) => string, most: number): string => {
  const shown = names.slice(0, most).map(show).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
};

/** Folded where it is long: headings and lists in Markdown lie between lines that are empty. */
export const folded = (summary: string, body: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
