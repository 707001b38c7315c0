import { describe, expect, test } from 'vitest';
import {
  type Figures,
  figuresOf,
  type MeasuredRelease,
  percentile,
  reachedProduction,
} from '../../engine/operations/metrics-figures.ts';
import type { ReleaseState } from '../../engine/state/index.ts';
import { dayMs, march, minuteMs, period, measuredRelease as release } from '../support/measured.ts';

const isProduction = (environment: string): boolean => environment === 'production';

const measure = (releases: readonly MeasuredRelease[], committed: Readonly<Record<string, Date>> = {}): Figures =>
  figuresOf({ period, releases, isProduction, openReviews: 0, committedAt: new Map(Object.entries(committed)) });

const times = (count: number, changes: Partial<MeasuredRelease> = {}): readonly MeasuredRelease[] =>
  Array.from({ length: count }, (_, index) => release(index + 1, changes));

describe('where nothing was released', () => {
  const figures = measure([]);

  test('each rate and each time is missing, with the reason, and no verdict is given', () => {
    const { success_rate, time_to_publish, rollback_rate, approval_wait, lead_time } = figures;
    expect([success_rate.success_ratio, rollback_rate.rollback_ratio]).toEqual([null, null]);
    for (const { mean_ms, median_ms, p95_ms } of [time_to_publish, approval_wait, lead_time]) {
      expect([mean_ms, median_ms, p95_ms]).toEqual([null, null, null]);
    }
    const judged = [success_rate, time_to_publish, rollback_rate, approval_wait, lead_time];
    expect(judged.map(({ met }) => met)).toEqual([null, null, null, null, null]);
    expect(judged.map(({ reason }) => reason)).toEqual([
      'no release ended in the period',
      'no release succeeded in the period',
      'no release ended in the period, and none was rolled back',
      'no release asked for approvals',
      'no version reached production for the first time in the period',
    ]);
  });

  test('what is only counted is 0', () => {
    expect(figures.versions).toEqual({ count: 0, target: null, met: null, reason: null });
    expect(figures.deployments).toMatchObject({ count: 0, rollbacks: 0, restores: 0, reason: null });
  });
});

/** How one release that ended in a state is counted: [attempts, succeeded, went back by itself, deployments]. */
const counting: readonly (readonly [state: ReleaseState, attempts: number, good: number, back: number])[] = [
  ['succeeded', 1, 1, 0],
  ['failed', 1, 0, 0],
  ['rolled_back', 1, 0, 1],
  ['rollback_failed', 1, 0, 1],
  ['cancelled', 0, 0, 0],
  ['rejected', 0, 0, 0],
  ['superseded', 0, 0, 0],
];

test.each(counting)(
  'a release that is %s counts as %d attempt, %d success, %d way back',
  (state, attempts, good, back) => {
    const { success_rate: success, rollback_rate: rollback, deployments } = measure([release(1, { state })]);
    expect(success).toMatchObject({ attempts, succeeded: good });
    expect(rollback).toMatchObject({ releases: attempts, by_itself: back, by_hand: 0 });
    expect(deployments.count).toBe(good);
    const others = Object.entries(deployments.not_attempts).filter(([, count]) => count > 0);
    expect(others).toEqual(attempts === 0 ? [[state, 1]] : []);
  },
);

test.each(['pending_gates', 'waiting', 'in_progress', 'verifying', 'baking', 'rolling_back'] as const)(
  'a release that is %s has no end yet and counts nowhere',
  (state) => {
    const figures = measure([release(1, { state, endedAt: null })]);
    expect(figures.success_rate.attempts).toBe(0);
    expect(figures.rollback_rate.releases).toBe(0);
    expect(figures.deployments).toMatchObject({ count: 0, not_attempts: { cancelled: 0, rejected: 0, superseded: 0 } });
  },
);

test.each(['rollback', 'restore'] as const)('a %s is neither a success nor a failure of releasing', (kind) => {
  for (const state of ['succeeded', 'failed', 'rolled_back', 'rollback_failed'] as const) {
    const figures = measure([release(1, { kind, state })]);
    expect(figures.success_rate.attempts).toBe(0);
    expect(figures.time_to_publish.releases).toBe(0);
    expect(figures.rollback_rate.by_itself).toBe(0);
    expect(figures.deployments.count).toBe(0);
    expect(figures.deployments[`${kind}s`]).toBe(state === 'succeeded' ? 1 : 0);
  }
});

test('releases that a gate stopped count as failed, and are named apart', () => {
  const failure = (step: string) => ({ step, code: 'x', message: 'x' });
  const figures = measure([
    release(1, { state: 'failed', startedAt: null, failure: failure('gates') }),
    release(2, { state: 'failed', failure: failure('verify') }),
  ]);
  expect(figures.success_rate).toMatchObject({ attempts: 2, failed: 2, stopped_by_gates: 1 });
});

test('a release belongs to the period in which it ended; the end of the period is not part of it', () => {
  const ending = (endedAt: Date) => measure([release(1, { startedAt: march(-5), endedAt })]).success_rate.attempts;
  expect(ending(new Date(march(1).getTime() - 1))).toBe(0);
  expect(ending(march(1))).toBe(1);
  expect(ending(new Date(march(32).getTime() - 1))).toBe(1);
  expect(ending(march(32))).toBe(0);
});

test('a target is met by what is really above or below it', () => {
  const success = (failures: number) =>
    measure([...times(100 - failures), ...times(failures, { state: 'failed' })]).success_rate.met;
  expect([success(4), success(5), success(6)]).toEqual([true, false, false]);
  const publish = (milliseconds: number) =>
    measure([release(1, { endedAt: new Date(march(10).getTime() + milliseconds) })]).time_to_publish.met;
  expect([publish(5 * minuteMs - 1), publish(5 * minuteMs)]).toEqual([true, false]);
  const back = (count: number) =>
    measure(times(100).map((one, index) => (index < count ? { ...one, state: 'rolled_back' } : one))).rollback_rate.met;
  expect([back(4), back(5)]).toEqual([true, false]);
});

test('publishing is measured by the working time of what succeeded, by mean, median and 95th percentile', () => {
  const taking = (n: number, minutes: number, state: ReleaseState = 'succeeded') =>
    release(n, { state, endedAt: march(10, minutes) });
  const { time_to_publish: publish } = measure([taking(1, 1), taking(2, 2), taking(3, 9), taking(4, 90, 'failed')]);
  expect(publish).toMatchObject({ releases: 3, mean_ms: 4 * minuteMs, median_ms: 2 * minuteMs, p95_ms: 9 * minuteMs });
});

test('a clock that was set back during a release makes no negative time', () => {
  const figures = measure([release(1, { startedAt: march(10, 5), endedAt: march(10, 1) })]);
  expect(figures.time_to_publish.mean_ms).toBe(0);
});

describe('a rollback by hand', () => {
  const rollback = (n: number, fromSeq: number, changes: Partial<MeasuredRelease> = {}) =>
    release(n, { kind: 'rollback', fromSeq, seq: 1, ...changes });

  test('counts for the release that had brought what it left', () => {
    const { rollback_rate: rate } = measure([release(1), release(2), rollback(3, 2)]);
    expect(rate).toMatchObject({ releases: 2, by_itself: 0, by_hand: 1, rollback_ratio: 0.5, met: false });
  });

  test('counts that release once, however often it was left', () => {
    const again = [rollback(3, 2), rollback(4, 1, { seq: 2 }), rollback(5, 2)];
    expect(measure([release(1), release(2), ...again]).rollback_rate).toMatchObject({ releases: 2, by_hand: 2 });
  });

  test('counts where that release ended before the period, or is not recorded any more', () => {
    const before = release(2, { endedAt: march(-20) });
    expect(measure([before, rollback(3, 2)]).rollback_rate).toMatchObject({ releases: 1, by_hand: 1 });
    expect(measure([release(1), rollback(3, 2)]).rollback_rate).toMatchObject({ releases: 2, by_hand: 1 });
  });

  test('counts for no release of another place with the same sequence', () => {
    const elsewhere = release(2, { placeId: 'elsewhere', state: 'rolled_back' });
    expect(measure([elsewhere, rollback(3, 2)]).rollback_rate).toMatchObject({
      ...{ releases: 2, by_itself: 1, by_hand: 1 },
    });
  });

  test('counts for the last before it, where several releases had the same sequence', () => {
    const [first, second, later] = [1, 2, 4].map((n) => release(n, { seq: 2, state: 'rollback_failed' }));
    const attempts = [later, first, second && { ...second, state: 'succeeded' as const }].flatMap((one) => one ?? []);
    // The first and the later one are counted already: the second is what is new.
    expect(measure([...attempts, rollback(3, 2)]).rollback_rate).toMatchObject({ by_itself: 2, by_hand: 1 });
  });

  test('of a release that could not go back by itself counts no second time', () => {
    const stuck = release(2, { state: 'rollback_failed' });
    expect(measure([stuck, rollback(3, 2)]).rollback_rate).toMatchObject({ releases: 1, by_itself: 1, by_hand: 0 });
  });

  test('counts where it succeeded in the period', () => {
    for (const changes of [{ state: 'failed' }, { state: 'rolled_back' }, { endedAt: march(40) }] as const) {
      expect(measure([release(2), rollback(3, 2, changes)]).rollback_rate).toMatchObject({ releases: 1, by_hand: 0 });
    }
  });
});

describe('lead time', () => {
  const day = (n: number, endedOn: number, changes: Partial<MeasuredRelease> = {}) =>
    release(n, { version: 'v1.0.0', endedAt: march(endedOn), ...changes });

  test('is from the commit to the end of the first success in production', () => {
    const releases = [
      day(1, 2, { environment: 'development' }),
      day(2, 4, { state: 'rolled_back' }),
      day(3, 6),
      day(4, 9, { placeId: 'another' }),
    ];
    const { lead_time: lead } = measure(releases, { 'v1.0.0': march(1) });
    expect(lead).toMatchObject({ versions: 1, mean_ms: 5 * dayMs, median_ms: 5 * dayMs, target: null, met: null });
    expect([...reachedProduction({ period, releases, isProduction })]).toEqual([['v1.0.0', march(6)]]);
  });

  test('is not counted again where production had the version before the period', () => {
    const { lead_time: lead } = measure([day(1, -3), day(2, 6)], { 'v1.0.0': march(-9) });
    expect(lead).toMatchObject({ versions: 0, mean_ms: null, left_out: { commit_unknown: 0, committed_later: 0 } });
  });

  test('leaves out what nobody knows the commit of, and what was committed after its release, and counts both', () => {
    const releases = [day(1, 6), day(2, 6, { version: 'v1.1.0' }), day(3, 6, { version: 'v1.2.0' })];
    const { lead_time: lead } = measure(releases, { 'v1.1.0': march(5), 'v1.2.0': march(7) });
    expect(lead).toMatchObject({ versions: 1, mean_ms: dayMs, left_out: { commit_unknown: 1, committed_later: 1 } });
    expect(measure(releases).lead_time).toMatchObject({
      ...{ versions: 0, mean_ms: null, left_out: { commit_unknown: 3, committed_later: 0 } },
      reason: 'nobody can say when what reached production was committed',
    });
  });
});

test('a version counts in the period in which its first release began, and a commit without a tag is none', () => {
  const began = (n: number, version: string, startedAt: Date | null, kind: MeasuredRelease['kind'] = 'release') =>
    release(n, { version, startedAt, kind, state: 'failed' });
  const figures = measure([
    began(1, 'v1.0.0', march(-9)),
    began(2, 'v1.0.0', march(3)),
    began(3, 'v1.1.0', march(3)),
    began(4, 'v1.1.0', march(5)),
    began(5, 'v1.2.0', null),
    began(6, 'v0.9.0', march(5), 'rollback'),
    began(7, `0.0.0-dev.${'a'.repeat(40)}`, march(5)),
  ]);
  expect(figures.versions.count).toBe(1);
});

test('percentiles are by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([percentile(hundred, 50), percentile(hundred, 95)]).toEqual([50, 95]);
  expect([percentile([3, 1, 2], 50), percentile([3, 1, 2], 95)]).toEqual([2, 3]);
  expect([percentile([4, 1], 50), percentile([7], 95), percentile([], 50)]).toEqual([1, 7, null]);
});
