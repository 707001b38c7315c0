/** Said at the top of each generated page. */
export const generatedNote = '<!-- Generated from the sources by "npm run generate": edit those. -->';

/** Text of a cell: on one line, and no bar of it begins another cell. */
export const cell = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim();

export const code = (text: string): string => `\`${text}\``;

export const table = (heading: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heading, heading.map(() => '---'), ...rows]
    .map((row) => `| ${row.map(cell).join(' | ')} |`.replaceAll('  ', ' '))
    .join('\n');

/** A page of several blocks, with an empty line between them. */
export const page = (blocks: readonly string[]): string => `${[generatedNote, ...blocks].join('\n\n')}\n`;
