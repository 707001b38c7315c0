import type { MeasuredRelease } from '../../engine/operations/metrics-figures.ts';

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

/** The day of March 2026 with this number, and so many minutes of it. */
export const march = (day: number, minutes = 0): Date => new Date(Date.UTC(2026, 2, day) + minutes * minuteMs);

/** All of March: the period that the tests measure. */
export const period = { start: march(1), end: march(32) };

/** A release to production on 10 March that took a minute; what a test wants otherwise is given. `n` counts them. */
export const measuredRelease = (n: number, changes: Partial<MeasuredRelease> = {}): MeasuredRelease => ({
  ...{ id: `release-${n}`, n, placeId: 'place', environment: 'production', kind: 'release', version: `v1.${n}.0` },
  ...{
    isEmergency: false,
    state: 'succeeded',
    failure: null,
    fromSeq: n - 1,
    seq: n,
    waitingSince: null,
    startedAt: march(10),
    endedAt: march(10, 1),
  },
  ...changes,
});
