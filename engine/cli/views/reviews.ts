import type { ReviewReport, ReviewView } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import { gatesText } from './gates.ts';
import type { Style } from './style.ts';
import { moment, shortId } from './words.ts';

const endings: Readonly<Record<NonNullable<ReviewView['outcome']>, string>> = {
  passed: 'passed',
  superseded: 'rolled back',
  not_active: 'did not stay active',
};

/** `open`, or how it was closed and by whom. */
export const reviewEnd = ({ outcome, closed_by: by, comment, gates }: ReviewView): string => {
  if (outcome === null)
    return `open: ${gates.length === 0 ? 'no gate was skipped' : `skipped were ${gates.join(', ')}`}`;
  return `${endings[outcome]}, closed by ${by ?? 'nobody'}${comment === null ? '' : ` (${comment})`}`;
};

/** What was released in an emergency, and what has become of that. */
export const reviewList = (rows: readonly ReviewView[], style: Style): string =>
  rows.length === 0
    ? 'Nothing is to be reviewed.'
    : columns(
        ['release', 'target', 'version', 'since', 'declared by', 'justification', 'review'],
        rows.map((row) => [
          shortId(row.release),
          row.target,
          row.version,
          moment(row.opened_at),
          row.opened_by,
          row.justification,
          reviewEnd(row),
        ]),
        style.bold,
      );

/** What the gates say of what runs, and what that comes to. */
export const reviewedText = ({ review, gates, problems }: ReviewReport, style: Style): string => {
  const judged = gatesText({ targets: [gates], problems }, style);
  const end =
    review.closed_at === null
      ? `The review of ${inline(review.version)} stays open.`
      : `The review of ${inline(review.version)} is closed.`;
  return `${judged}\n\n${end}`;
};
