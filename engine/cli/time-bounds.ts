import { type Diagnostic, problem } from '../diagnostics/index.ts';

type Bound = '--start' | '--end';

const dayMs = 86_400_000;
const written = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A moment in UTC, as the trail writes it; undefined for what is no time. A day alone, as an end, is wanted to its last moment. */
export const momentOf = (text: string, bound: Bound): string | undefined => {
  const time = written.test(text) ? Date.parse(text) : Number.NaN;
  const day = text.slice(0, 10);
  // Without this, 30 February would be 2 March.
  const exists = !Number.isNaN(time) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  if (!exists) return undefined;
  const moment = new Date(bound === '--end' && text.length === day.length ? time + dayMs : time).toISOString();
  // Moments are compared as text: years have four digits.
  return /^\d{4}-/.test(moment) ? moment : undefined;
};

const noTime = (text: string, bound: Bound): Diagnostic =>
  problem('usage-flag-value', {
    detail: `${bound} is "${text}", which is no time.`,
    hint: `Write a day, or a day and a time with its offset:\n\n    ${bound} 2026-03-01\n    ${bound} 2026-03-01T09:30:00+01:00`,
  });

/** What was written after `--start` and `--end`. */
interface Written {
  readonly start: string | undefined;
  readonly end: string | undefined;
}

/** The two as moments in UTC; undefined for what was not written, and for what is no time. */
export const boundsOf = ({ start, end }: Written): Written => ({
  start: start === undefined ? undefined : momentOf(start, '--start'),
  end: end === undefined ? undefined : momentOf(end, '--end'),
});

/** What is no time, and what leaves nothing between the two. */
export const boundProblems = (text: Written): readonly Diagnostic[] => {
  const { start, end } = boundsOf(text);
  const wrong: Diagnostic[] = [];
  if (text.start !== undefined && start === undefined) wrong.push(noTime(text.start, '--start'));
  if (text.end !== undefined && end === undefined) wrong.push(noTime(text.end, '--end'));
  if (start !== undefined && end !== undefined && end <= start) {
    const detail = `Nothing lies between --start ${text.start} and --end ${text.end}.`;
    wrong.push(problem('usage-flags-conflict', { detail, hint: 'The end must be after the start.' }));
  }
  return wrong;
};
