import type { ScheduleConfig } from '../config/index.ts';
import { lastTime } from '../values/index.ts';

/** So late a release still begins that nobody was there for, or that something held up. */
export const graceMs = 6 * 3_600_000;

/** A due time of a schedule that nobody has dealt with. */
export interface DueTime {
  readonly at: Date;
  /** It is too long ago: it is noted, and nothing is released for it. */
  readonly isMissed: boolean;
}

/**
 * The due time of a schedule that is to be dealt with at a moment: the last one, where it is later than the last that is
 * known, and than when the schedule was first looked after. Those before it that nobody was there for are done with it. Pure.
 */
export const dueTime = (
  schedule: ScheduleConfig,
  { since, last, now }: { readonly since: Date; readonly last: Date | undefined; readonly now: Date },
): DueTime | undefined => {
  const at = lastTime(schedule, now);
  if (!at || at <= since || (last && at <= last)) return undefined;
  return { at, isMissed: now.getTime() - at.getTime() > graceMs };
};
