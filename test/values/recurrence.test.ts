import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationOf, faultOfCron, isTimezone, lastTime, nextTime, spanAround } from '../../engine/values/index.ts';

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null;

/** The table of docs/windows.md: what becomes of a local time where clocks are put forward or back. */
const changes: readonly (readonly [what: string, cron: string, timezone: string, after: string, expected: string])[] = [
  ['it is skipped', '30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-08T07:00:00.000Z'],
  ['it comes twice', '30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', '2026-11-01T05:30:00.000Z'],
  ['it is skipped', '30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
  ['it comes twice', '30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
  ['midnight is skipped', '0 0 * * *', 'America/Sao_Paulo', '2018-11-03T12:00:00Z', '2018-11-04T03:00:00.000Z'],
  ['half an hour is skipped', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', '2026-10-03T15:30:00.000Z'],
  ['half an hour comes twice', '45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00:00Z', '2026-04-04T14:45:00.000Z'],
  ['nothing changes', '30 2 * * *', 'UTC', '2026-03-07T12:00:00Z', '2026-03-08T02:30:00.000Z'],
];

describe('where clocks change', () => {
  test.each(changes)('%s: `%s` in %s', (_, cron, timezone, after, expected) => {
    const timetable = { cron, timezone };
    const next = nextTime(timetable, new Date(after));
    expect(iso(next)).toBe(expected);
    // Looking back finds the same moment as looking ahead.
    expect(iso(lastTime(timetable, new Date(expected)))).toBe(expected);
    const later = nextTime(timetable, new Date(expected));
    // Once a day is once a day: the second of two equal hours is left out.
    expect((later?.getTime() ?? 0) - Date.parse(expected)).toBeGreaterThan(22 * 3_600_000);
  });

  test('every hour of the day that has 23 or 25 of them comes once', () => {
    const hourly = { cron: '0 * * * *', timezone: 'America/New_York' };
    for (const [day, hours] of [
      ['2026-03-08T05:00:00Z', 23],
      ['2026-11-01T04:00:00Z', 25],
    ] as const) {
      const times = [new Date(day)];
      while (times.length <= hours) times.push(nextTime(hourly, times.at(-1) ?? new Date(0)) ?? new Date(0));
      expect((times.at(-1)?.getTime() ?? 0) - Date.parse(day)).toBe(hours * 3_600_000);
    }
  });
});

const timetables = fc.record({
  cron: fc.constantFrom('0 17 * * 5', '*/7 * * * *', '30 2 * * *', '0 0 1 * *', '0 9-17 * * 1-5', '15 3 * * 1#1'),
  timezone: fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
});
const moments = fc.date({ min: new Date('2024-01-01Z'), max: new Date('2030-01-01Z'), noInvalidDate: true });

test('nothing lies between a moment of a timetable and the next one', () => {
  fc.assert(
    fc.property(timetables, moments, (timetable, at) => {
      const [last, next] = [lastTime(timetable, at), nextTime(timetable, at)];
      if (!last || !next) throw new Error('these come again and again');
      expect(last.getTime()).toBeLessThanOrEqual(at.getTime());
      expect(next.getTime()).toBeGreaterThan(at.getTime());
      expect(iso(nextTime(timetable, last))).toBe(iso(next));
      expect(iso(lastTime(timetable, next))).toBe(iso(next));
      expect(iso(lastTime(timetable, new Date(next.getTime() - 1)))).toBe(iso(last));
    }),
  );
});

test('a span has its beginning, and not its end', () => {
  const night = { cron: '0 22 * * *', timezone: 'UTC', durationMs: 8 * 3_600_000 };
  const start = new Date('2026-05-01T22:00:00.000Z');
  const end = new Date('2026-05-02T06:00:00.000Z');
  expect(spanAround(night, start)).toEqual({ start, end });
  expect(spanAround(night, new Date('2026-05-02T05:59:59.999Z'))).toEqual({ start, end });
  expect(spanAround(night, end)).toBeUndefined();
  expect(spanAround(night, new Date(start.getTime() - 1))).toBeUndefined();
});

test.each([
  ['0 0 30 2 *', 'no such moment ever comes'],
  ['61 * * * *', 'invalid value for minute: 61'],
  ['* * * *', 'it has 4 fields, and cron has five: minute, hour, day, month, day of the week'],
  ['0 0 17 * * 5', 'it has 6 fields, and cron has five: minute, hour, day, month, day of the week'],
  ['@daily', 'it has 1 fields, and cron has five: minute, hour, day, month, day of the week'],
  ['0 17 * * 5', undefined],
])('`%s` as cron: %s', (cron, fault) => {
  expect(faultOfCron(cron)).toBe(fault);
});

test('lengths of time and time zones are what people write', () => {
  expect(['90m', '63h', '2d', '0h', '1w', '-1h', '1.5h', 'h', ''].map(durationOf)).toEqual([
    ...[5_400_000, 226_800_000, 172_800_000],
    ...[undefined, undefined, undefined, undefined, undefined, undefined],
  ]);
  expect(['UTC', 'Europe/Berlin', 'Mars/Base', '+01:00', ''].map(isTimezone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
