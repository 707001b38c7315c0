import { inline } from './escape.ts';

/** The width of a text on a terminal, in characters. Wide characters count as one: columns may then be off, never wrong. */
const widthOf = (text: string): number => Array.from(text).length;

/** Rows as columns under a heading, escaped; the last column is not padded. A missing value is shown as a dash. */
export const columns = (
  heading: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  bold: (text: string) => string = (text) => text,
): string => {
  const cells = [heading, ...rows].map((row) => row.map((cell) => (cell === null ? '-' : inline(String(cell)))));
  const widths = heading.map((_, column) => cells.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), 0));
  const pad = (text: string, column: number): string =>
    column === heading.length - 1 ? text : text + ' '.repeat((widths[column] ?? 0) - widthOf(text));
  const lines = cells.map((row) => row.map(pad).join('  ').trimEnd());
  return lines.map((line, index) => (index === 0 ? bold(line) : line)).join('\n');
};
