import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricsTable } from '../../engine/cli/views/metrics.ts';
import { createStyle, plainStyle } from '../../engine/cli/views/style.ts';
import { longDuration, percentage } from '../../engine/cli/views/words.ts';
import { figuresOf, type MeasuredRelease } from '../../engine/operations/metrics-figures.ts';
import { march, measuredRelease, period } from '../support/measured.ts';

const reportOf = (releases: readonly MeasuredRelease[], committed: Readonly<Record<string, Date>> = {}) => ({
  period: { start: period.start.toISOString(), end: period.end.toISOString(), is_default: false },
  targets: null,
  environment: null,
  metrics: figuresOf({
    ...{ period, releases, isProduction: () => true, openReviews: 1 },
    committedAt: new Map(Object.entries(committed)),
  }),
});

const failure = { step: 'gates', code: 'validation-failed', message: 'no' };

/** Twenty attempts, of which one was stopped and one went back; a rollback by hand, and one that never began. */
const eventful = reportOf(
  [
    ...Array.from({ length: 18 }, (_, index) => measuredRelease(index + 1, { endedAt: march(10, index / 6 + 1) })),
    measuredRelease(19, { state: 'rolled_back' }),
    measuredRelease(20, { state: 'failed', startedAt: null, failure }),
    measuredRelease(21, { kind: 'rollback', fromSeq: 18, seq: 17 }),
    measuredRelease(22, { kind: 'restore' }),
    measuredRelease(23, { state: 'superseded', startedAt: null }),
  ],
  { 'v1.1.0': march(1), 'v1.2.0': march(9, 1200), 'v1.3.0': march(6), 'v1.4.0': march(20) },
);

test('an eventful month as a table', () =>
  expect(`${metricsTable(eventful, plainStyle)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'golden/metrics.txt'),
  ));

test('a period in which nothing happened says why there is no value, and never 0 % or 100 %', () => {
  const text = metricsTable(reportOf([]), plainStyle);
  expect(text.split('\n').slice(2)).toEqual([
    'metric           value  target   verdict  rests on',
    'success rate     -      > 95 %   -        no release ended in the period',
    'time to publish  -      < 5 min  -        no release succeeded in the period',
    'rollback rate    -      < 5 %    -        no release ended in the period, and none was rolled back',
    'approval wait    -      < 4 h    -        no release asked for approvals',
    'lead time        -      -        -        no version reached production for the first time in the period',
    'versions         0      -        -        released for the first time',
    'emergencies      0      -        -        releases without gates; 1 review open now',
    'deployments      0      -        -        releases that succeeded',
  ]);
});

test('what the figures are about stands above them', () => {
  const headOf = (changes: object): string | undefined =>
    metricsTable({ ...reportOf([]), ...changes }, plainStyle).split('\n')[0];
  const span = '2026-03-01 00:00:00Z to 2026-04-01 00:00:00Z';
  expect(headOf({})).toBe(`${span}: all releases.`);
  expect(headOf({ period: { ...reportOf([]).period, is_default: true } })).toBe(
    `The last 30 days, ${span}: all releases.`,
  );
  expect(headOf({ targets: ['eu', 'us'] })).toBe(`${span}: releases to eu, us.`);
  expect(headOf({ environment: 'production' })).toBe(`${span}: releases into the environment production.`);
  expect(headOf({ targets: ['eu'], environment: 'production' })).toBe(
    `${span}: releases to eu into the environment production.`,
  );
});

test('colours say nothing that words do not', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that colour a text.
  const bare = metricsTable(eventful, createStyle(true)).replaceAll(/\u001b\[\d+m/g, '');
  expect(bare).toBe(metricsTable(eventful, plainStyle));
});

test('percentages never round up to all, or down to none', () => {
  expect([0, 0.0001, 0.5, 0.9999, 1].map(percentage)).toEqual(['0.0 %', '0.1 %', '50.0 %', '99.9 %', '100.0 %']);
});

test('long times are told in the unit in which they are short', () => {
  const [minute, hour] = [60_000, 3_600_000];
  expect([400, 72_000, 90 * minute, 26.5 * hour, 100 * hour].map(longDuration)).toEqual([
    ...['0.4 s', '72 s', '90 min', '26.5 h', '4.2 days'],
  ]);
});
