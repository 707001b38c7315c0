import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from './chart.ts';
import { figuresOf, goalsOf, type Report, whereOf } from './report.ts';

const begin = (part: string): string => `<!-- ${part} -->\n`;
const end = (part: string): string => `<!-- /${part} -->`;

/** A text with something else between the two lines that mark a part of it. Throws where it has no such part. */
export const withPart = (text: string, part: string, content: string): string => {
  const [from, to] = [text.indexOf(begin(part)), text.indexOf(end(part))];
  if (from < 0 || to < from) throw new Error(`there is no part "${part}"`);
  return `${text.slice(0, from)}${begin(part)}\n${content}\n\n${text.slice(to)}`;
};

/** Writes the results into the page about them, and the chart beside it. */
export const publish = (report: Report, docs: string): void => {
  const page = join(docs, 'performance.md');
  const goals = `${whereOf(report)}\n\n${goalsOf(report.rows)}`;
  const text = withPart(readFileSync(page, 'utf8'), 'goals', goals);
  writeFileSync(page, withPart(text, 'figures', figuresOf(report.rows)));
  writeFileSync(join(docs, 'performance.svg'), chartOf(report.rows));
};
