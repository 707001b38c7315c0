import type { HoldView, Lift } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId } from './words.ts';

const untilOf = (hold: HoldView): string | null =>
  hold.kind === 'hold' && hold.until !== null ? moment(hold.until) : null;

/** What stops releases, and what is avoided. */
export const holdList = (rows: readonly HoldView[], style: Style): string =>
  rows.length === 0
    ? 'Nothing is held, and no version is avoided.'
    : columns(
        ['hold', 'target', 'version', 'since', 'until', 'by', 'reason'],
        rows.map((row) => [
          row.kind === 'hold' ? shortId(row.id) : null,
          row.target ?? 'every one',
          row.kind === 'avoid' ? row.version : 'every one',
          moment(row.since),
          untilOf(row),
          row.kind === 'hold' ? row.by : `release ${shortId(row.release)}`,
          row.reason,
        ]),
        style.bold,
      );

export const holdAdded = (holds: readonly HoldView[]): string =>
  holds
    .flatMap((hold) => {
      if (hold.kind !== 'hold') return [];
      const what = hold.target === null ? 'Every release is stopped' : `Releases to ${hold.target} are stopped`;
      const end = hold.until === null ? '' : ` until ${moment(hold.until)}`;
      return [
        `${inline(what)}${end}. Lift it with:\n\n    m3forge hold lift ${inline(shortId(hold.id))} --reason TEXT`,
      ];
    })
    .join('\n');

export const liftedText = (lift: Lift): string =>
  lift.hold === undefined
    ? `${inline(lift.target)} may go to ${inline(lift.version)} again.`
    : `The hold ${inline(shortId(lift.hold))} is lifted.`;
