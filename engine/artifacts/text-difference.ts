import type { TextLine } from './difference-document.ts';
import { visible } from './name.ts';
import type { TextDifference } from './shown-value.ts';

/** Unchanged lines shown around a change. */
const context = 2;
const mostLines = 120;
const longestLine = 300;
/** More edits than this are no longer read as an edit; the bound also keeps the comparison from taking quadratic time. */
const mostEdits = 1000;

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

const lineOf = (kind: 'same' | 'added' | 'removed', text: string): TextLine => {
  const line = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
  return { kind, line: line.split('\t').map(visible).join('\t') };
};

const skipped = (count: number): readonly TextLine[] => (count > 0 ? [{ kind: 'skipped', count }] : []);

/** A run of unchanged lines, of which only those next to a change are kept. */
const shortened = (run: readonly string[], isFirst: boolean, isLast: boolean): readonly TextLine[] => {
  const head = isFirst ? 0 : context;
  const tail = isLast ? 0 : context;
  if (run.length <= head + tail + 1) return run.map((line) => lineOf('same', line));
  const same = (lines: readonly string[]) => lines.map((line) => lineOf('same', line));
  return [
    ...same(run.slice(0, head)),
    ...skipped(run.length - head - tail),
    ...same(tail === 0 ? [] : run.slice(-tail)),
  ];
};

/** Loads the comparison of texts, which most runs never need. */
export const loadTextDifference = async (): Promise<TextDifference> => {
  const { diffLines } = await import('diff');
  return (before, after) => {
    const runs = diffLines(before, after, { maxEditLength: mostEdits });
    if (!runs) return undefined;
    const lines = runs.flatMap(({ value, added, removed }, index) => {
      const run = linesOf(value);
      if (!added && !removed) return shortened(run, index === 0, index === runs.length - 1);
      return run.map((line) => lineOf(added ? 'added' : 'removed', line));
    });
    return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), ...skipped(lines.length - mostLines)];
  };
};
