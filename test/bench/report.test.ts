import { expect, test } from 'vitest';
import { chartOf } from './chart.ts';
import type { Taken } from './process.ts';
import { withPart } from './publish.ts';
import { completed, figuresOf, goalsOf, markdownOf, type Row, reportOf } from './report.ts';

const megabyte = 1024 ** 2;
const taken = (wallMs: number, more: Partial<Taken> = {}): Taken => ({
  ...{ wallMs, cpuMs: wallMs / 2, peakBytes: 90 * megabyte, isCut: false },
  ...more,
});

const row = (size: number, by: string, measure: string, ...walls: readonly number[]): Row => ({
  ...{ size, by, measure },
  runs: walls.map((wall) => taken(wall)),
});

const rows: readonly Row[] = [
  row(10, 'server', 'apply of one change', 300, 310, 320),
  row(10, 'server', 'no-op plan', 250),
  row(10, 'floor', 'node -e 0', 30, 40, 31),
  row(1000, 'server', 'no-op plan', 260),
  { size: 1000, by: 'terraform', measure: 'no-op plan', runs: [taken(60_000, { isCut: true })] },
  row(10_000, 'server', 'apply of one change', 420, 400, 410),
  row(10_000, 'server', 'no-op plan', 380),
];

test('each goal whose parts were measured is told with the ratio of the medians', () => {
  expect(goalsOf(rows).split('\n')).toEqual([
    '| what | measured | goal | |',
    '|---|---|---|---|',
    '| no-op plan of 1000: terraform against m3forge | more than 230.8 times | at least 10 times | met |',
    '| apply of one change in 10,000 against one in 10 | 1.3 times | at most 1.3 times | not met |',
    '| plan of 10 against bare node | 8.1 times | at most 8 times | not met |',
    '| no-op plan of 10,000 | 0.38 s and 90 MB | at most 0.6 s and 200 MB | met |',
  ]);
});

test('what was measured again stands where it stood in the earlier run, and what is new after that', () => {
  const again = row(10, 'server', 'no-op plan', 240);
  const added = row(10, 'server', 'drift', 200);
  expect(completed([added, again], rows)).toEqual([...rows.map((one) => (one === rows[1] ? again : one)), added]);
});

test('every figure has its spread, and says so where a command was ended', () => {
  const figures = figuresOf(rows).split('\n');
  expect(figures).toContain('### 10,000 workflows');
  expect(figures).toContain('| 10000 | apply of one change | server | 0.41 (0.40–0.42) | 0.20 | 90 |');
  expect(figures).toContain('| 1000 | no-op plan | terraform | more than 60.0 | 30.0 | 90 |');
});

test('a run whose goals were not measured has figures alone', () => {
  const [first = row(10, 'server', 'x', 1)] = rows;
  const lines = markdownOf(reportOf([first], new Date('2026-01-02T00:00:00Z'))).split('\n');
  expect(lines[0]).toMatch(/^Measured on 2026-01-02 with Node v\d/);
  expect(lines[2]).toMatch(/^\| workflows \|/);
});

test('the chart has a line for what was measured at several sizes, and is empty for one size', () => {
  expect(chartOf(rows).match(/<polyline/g)).toHaveLength(3);
  expect(chartOf(rows)).toContain('m3forge: no-op plan');
  expect(chartOf(rows.filter(({ size }) => size === 10))).toBe('');
});

test('results stand between the lines that mark their place, and what is around them stays', () => {
  const page = 'a\n<!-- goals -->\nold\n<!-- /goals -->\nb\n';
  expect(withPart(page, 'goals', 'new')).toBe('a\n<!-- goals -->\n\nnew\n\n<!-- /goals -->\nb\n');
  expect(withPart(withPart(page, 'goals', 'new'), 'goals', 'new')).toBe(withPart(page, 'goals', 'new'));
  expect(() => withPart(page, 'figures', 'new')).toThrow('figures');
});
