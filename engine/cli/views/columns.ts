import { inline } from './escape.ts';

/** The width of a text on a terminal, in characters. Wide characters count as one: columns may then be off, never wrong. */
const widthOf = (text: string): number => Array.from(text).length;

type Rows = readonly (readonly (string | number | null)[])[];

const same = (text: string): string => text;

/**
 * Rows as columns, escaped, that come a part at a time: the heading stands above the first part, and a column is as wide as
 * the widest so far. The last column is not padded. A missing value is shown as a dash.
 */
export const columnsInParts = (heading: readonly string[], bold: (text: string) => string = same) => {
  let widths: readonly number[] = heading.map(() => 0);
  let isFirst = true;
  return (rows: Rows): string => {
    const shown = isFirst ? [heading, ...rows] : rows;
    const cells = shown.map((row) => row.map((cell) => (cell === null ? '-' : inline(String(cell)))));
    widths = widths.map((width, column) =>
      cells.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), width),
    );
    const pad = (text: string, column: number): string =>
      column === heading.length - 1 ? text : text + ' '.repeat((widths[column] ?? 0) - widthOf(text));
    const lines = cells.map((row) => row.map(pad).join('  ').trimEnd());
    const text = lines.map((line, index) => (isFirst && index === 0 ? bold(line) : line)).join('\n');
    isFirst = false;
    return text;
  };
};

/** Rows as columns under a heading, all at once. */
export const columns = (heading: readonly string[], rows: Rows, bold?: (text: string) => string): string =>
  columnsInParts(heading, bold)(rows);
