import type { HoldView, Lift } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId } from './words.ts';

const timeOf = (hold: HoldView, which: 'from' | 'until'): string | null => {
  const time = hold.kind === 'hold' ? hold[which] : null;
  return time === null ? null : moment(time);
};

const targetOf = (hold: HoldView): string =>
  hold.target ?? (hold.kind === 'hold' && hold.environment !== null ? `every one of ${hold.environment}` : 'every one');

/** How it ended, or that it has not. */
const standOf = ({ state, lifted }: HoldView): string =>
  lifted
    ? `lifted ${moment(lifted.at)} by ${lifted.by}: ${lifted.reason}`
    : { in_force: 'in force', to_come: 'to come', over: 'over', lifted: 'lifted' }[state];

/** What stops releases or will, and what is avoided; with `all`, also how the others ended. */
export const holdList = (rows: readonly HoldView[], style: Style, all = false): string => {
  if (rows.length === 0) {
    return all ? 'Nothing was ever held, and no version avoided.' : 'Nothing is held, and no version is avoided.';
  }
  // A column that would be empty says nothing.
  const begins = rows.some((row) => timeOf(row, 'from') !== null);
  return columns(
    [
      ...['hold', 'target', 'version', 'since'],
      ...(begins ? ['from'] : []),
      ...['until', 'by', 'reason'],
      ...(all ? ['state'] : []),
    ],
    rows.map((row) => [
      row.kind === 'hold' ? shortId(row.id) : null,
      targetOf(row),
      row.kind === 'avoid' ? row.version : 'every one',
      moment(row.since),
      ...(begins ? [timeOf(row, 'from')] : []),
      timeOf(row, 'until'),
      row.kind === 'hold' ? row.by : `release ${shortId(row.release)}`,
      row.reason,
      ...(all ? [standOf(row)] : []),
    ]),
    style.bold,
  );
};

export const holdAdded = (holds: readonly HoldView[]): string =>
  holds
    .flatMap((hold) => {
      if (hold.kind !== 'hold') return [];
      const to = hold.target ?? hold.environment;
      const what = to === null ? 'Every release is stopped' : `Releases to ${to} are stopped`;
      const begin = hold.from === null ? '' : ` from ${moment(hold.from)}`;
      const end = hold.until === null ? '' : ` until ${moment(hold.until)}`;
      return [
        `${inline(what)}${begin}${end}. Lift it with:\n\n    m3forge hold lift ${inline(shortId(hold.id))} --reason TEXT`,
      ];
    })
    .join('\n');

export const liftedText = (lift: Lift): string =>
  lift.hold === undefined
    ? `${inline(lift.target)} may go to ${inline(lift.version)} again.`
    : `The hold ${inline(shortId(lift.hold))} is lifted.`;
