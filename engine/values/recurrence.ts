import { Cron } from 'croner';

/** Moments that recur: five fields of cron in a time zone by its IANA name. */
export interface Timetable {
  readonly cron: string;
  readonly timezone: string;
}

/** Spans of time that recur, each from a moment of its timetable on. */
export interface Recurrence extends Timetable {
  readonly durationMs: number;
}

/** A span of time; its end is not part of it. */
export interface Span {
  readonly start: Date;
  readonly end: Date;
}

const secondMs = 1000;

/**
 * Where clocks are put forward, a local time that does not exist is the first one after it that does; where they are put
 * back, one that comes twice is the first of the two.
 */
const cronOf = ({ cron, timezone }: Timetable): Cron => new Cron(cron, { timezone, paused: true, mode: '5-part' });

/** Whether a time zone of this name is known. */
export const isTimezone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // Offsets are no time zones of people: they know nothing of summer.
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
};

/** The first moment of a timetable after this one; null where there is none. */
export const nextTime = (timetable: Timetable, after: Date): Date | null => cronOf(timetable).nextRun(after);

/** The last moment of a timetable that is not after this one; null where there is none. */
export const lastTime = (timetable: Timetable, at: Date): Date | null => {
  // Its moments are whole seconds, and it is asked for those before one.
  const before = new Date(Math.floor(at.getTime() / secondMs) * secondMs + secondMs);
  return cronOf(timetable).previousRuns(1, before)[0] ?? null;
};

/** What is wrong with five fields of cron, as the rest of a sentence; undefined where nothing is. */
export const faultOfCron = (cron: string): string | undefined => {
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5) return `it has ${fields} fields, and cron has five: minute, hour, day, month, day of the week`;
  try {
    return nextTime({ cron, timezone: 'UTC' }, new Date('2026-01-01T00:00:00Z')) === null
      ? 'no such moment ever comes'
      : undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^CronPattern: /, '').replace(/\.$/, '') : '';
    return said.charAt(0).toLowerCase() + said.slice(1);
  }
};

/** The span of a recurrence in which a moment lies; undefined where it lies in none. */
export const spanAround = (recurrence: Recurrence, at: Date): Span | undefined => {
  const start = lastTime(recurrence, at);
  if (!start) return undefined;
  const end = new Date(start.getTime() + recurrence.durationMs);
  return at < end ? { start, end } : undefined;
};

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90m`, `63h` or `2d`; undefined for anything else, and for nothing. */
export const durationOf = (text: string): number | undefined => {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? 0);
  return milliseconds > 0 ? milliseconds : undefined;
};
