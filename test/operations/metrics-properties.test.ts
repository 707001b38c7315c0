import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Figures,
  figuresOf,
  type MeasuredRelease,
  percentile,
  spreadOf,
} from '../../engine/operations/metrics-figures.ts';
import { march, period, measuredRelease as release } from '../support/measured.ts';

const isProduction = (environment: string): boolean => environment === 'production';

const measure = (releases: readonly MeasuredRelease[], committed: Readonly<Record<string, Date>> = {}): Figures =>
  figuresOf({ period, releases, isProduction, openReviews: 0, committedAt: new Map(Object.entries(committed)) });

const moment = fc.integer({ min: -20, max: 50 }).map((day) => march(day));
const maybe = fc.option(moment, { nil: null });
const states = [
  'in_progress',
  'succeeded',
  'failed',
  'rejected',
  'cancelled',
  'rolled_back',
  'rollback_failed',
] as const;

/** Any releases at all, also such as no process would leave. */
const anyReleases = fc
  .array(
    fc.record({
      kind: fc.constantFrom('release' as const, 'rollback' as const, 'restore' as const),
      state: fc.constantFrom(...states, 'superseded' as const),
      version: fc.constantFrom('v1.0.0', 'v1.1.0', 'v1.2.0'),
      environment: fc.constantFrom('development', 'production'),
      placeId: fc.constantFrom('one', 'other'),
      fromSeq: fc.integer({ min: 0, max: 5 }),
      seq: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
      startedAt: maybe,
      endedAt: maybe,
    }),
    { maxLength: 30 },
  )
  .map((rows) => rows.map((row, index) => release(index + 1, row)));

const commits = { 'v1.0.0': march(-30), 'v1.1.0': march(12) };

test('rates are between 0 and 1, and the parts make up the whole', () => {
  fc.assert(
    fc.property(anyReleases, (releases) => {
      const { success_rate: success, rollback_rate: rollback, lead_time: lead } = measure(releases, commits);
      for (const ratio of [success.success_ratio, rollback.rollback_ratio]) {
        if (ratio !== null) expect(ratio >= 0 && ratio <= 1).toBe(true);
      }
      const ends = success.succeeded + success.failed + success.rolled_back + success.rollback_failed;
      expect(ends).toBe(success.attempts);
      expect(success.success_ratio === null).toBe(success.attempts === 0);
      expect(rollback.rollback_ratio === null).toBe(rollback.releases === 0);
      if (lead.mean_ms !== null) expect(lead.mean_ms).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('the order of the releases changes nothing', () => {
  const shuffled = anyReleases.chain((releases) =>
    fc.tuple(fc.constant(releases), fc.shuffledSubarray(releases, { minLength: releases.length })),
  );
  fc.assert(
    fc.property(shuffled, ([releases, others]) => {
      expect(measure(others, commits)).toEqual(measure(releases, commits));
    }),
  );
});

test('a higher percentile is never lower, and every percentile is one of the values', () => {
  const values = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(values, fc.nat(100), fc.nat(100), (list, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)].map(
        (percent) => percentile(list, percent) ?? -1,
      );
      expect(low).toBeLessThanOrEqual(high ?? -1);
      expect(list).toContain(low);
      const { mean_ms: mean, p95_ms: p95 } = spreadOf(list);
      expect(p95).toBeLessThanOrEqual(Math.max(...list));
      expect(mean).toBeLessThanOrEqual(Math.max(...list));
      expect(mean).toBeGreaterThanOrEqual(Math.min(...list));
    }),
  );
});
