import { arch, cpus, platform, totalmem } from 'node:os';
import type { Taken } from './process.ts';
import { medianOf, sorted } from './repeat.ts';

/** How one thing went at one size: several runs of whole processes. */
export interface Row {
  readonly size: number;
  /** `embedded`, `server`, or the name of a peer. */
  readonly by: string;
  readonly measure: string;
  readonly runs: readonly Taken[];
}

export interface Report {
  readonly format_version: '1.0';
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  readonly rows: readonly Row[];
}

const gigabyte = 1024 ** 3;

export const machineWords = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / gigabyte)} GB, ${platform()} ${arch()}`;

const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 100 ? 3 : ms < 9995 ? 2 : 1);

const spread = (runs: readonly Taken[]): string => {
  const values = runs.map(({ wallMs }) => wallMs);
  if (runs.some(({ isCut }) => isCut)) return `more than ${seconds(Math.max(...values))}`;
  const [least = 0, most = 0] = [sorted(values)[0], sorted(values).at(-1)];
  return values.length === 1 ? seconds(least) : `${seconds(medianOf(values))} (${seconds(least)}–${seconds(most)})`;
};

const megabytes = (bytes: number): string => (bytes === 0 ? '-' : `${Math.round(bytes / 1024 ** 2)}`);

export const lineOf = ({ size, by, measure, runs }: Row): readonly string[] => [
  String(size),
  measure,
  by,
  spread(runs),
  seconds(medianOf(runs.map(({ cpuMs }) => cpuMs))),
  megabytes(Math.max(...runs.map(({ peakBytes }) => peakBytes))),
];

const heads = ['workflows', 'measure', 'by', 'wall s: median (min–max)', 'CPU s', 'peak MB'];

/** The table as Markdown, for people and for docs/performance.md. */
const tableOf = (rows: readonly Row[]): string => {
  const lines = [heads, heads.map(() => '---'), ...rows.map(lineOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

/** The median of a measure; undefined where it was not measured. */
export const medianIn = (rows: readonly Row[], size: number, by: string, measure: string): number | undefined => {
  const row = rows.find((one) => one.size === size && one.by === by && one.measure === measure);
  return row && medianOf(row.runs.map(({ wallMs }) => wallMs));
};

type Measured = readonly [size: number, by: string, measure: string];

interface Ratio {
  readonly what: string;
  readonly of: Measured;
  /** What is taken away from it, such as the start of the program. */
  readonly without?: Measured;
  /** What it is held against: the sum of these. */
  readonly to: readonly Measured[];
  /** Whether the ratio is to be at least, or at most, the goal. */
  readonly goal: readonly ['least' | 'most', number];
}

/** What one thing may take at most. */
interface Limit {
  readonly what: string;
  readonly of: Measured;
  readonly seconds: number;
  readonly megabytes: number;
}

const limits: readonly Limit[] = [
  { what: 'no-op plan of 10,000', of: [10_000, 'server', 'no-op plan'], seconds: 0.6, megabytes: 200 },
  { what: 'no-op plan of 100,000', of: [100_000, 'server', 'no-op plan'], seconds: 3, megabytes: 400 },
];

/** What is aimed at, each as a ratio within one run on one machine. */
const goals: readonly Ratio[] = [
  ...([1000, 3000] as const).flatMap((size): readonly Ratio[] => [
    {
      what: `no-op plan of ${size}: terraform against m3forge`,
      of: [size, 'terraform', 'no-op plan'],
      to: [[size, 'server', 'no-op plan']],
      goal: ['least', size === 1000 ? 10 : 40],
    },
    {
      what: `first apply of ${size}: terraform against m3forge`,
      of: [size, 'terraform', 'first apply'],
      to: [[size, 'server', 'first apply']],
      goal: ['least', size === 1000 ? 30 : 100],
    },
  ]),
  {
    what: 'first apply of 10,000: alchemy against m3forge',
    of: [10_000, 'alchemy', 'first apply'],
    to: [[10_000, 'server', 'first apply']],
    goal: ['least', 3],
  },
  ...(
    [
      ['in a clone', 'git diff --stat, one file of a clone'],
      ['of two commits', 'git diff --stat, one file'],
    ] as const
  ).map(
    ([ofWhat, measure]): Ratio => ({
      what: `preview of one file among 10,000, beyond the start of m3forge, against git diff --stat ${ofWhat}`,
      of: [10_000, 'server', 'preview of one file'],
      without: [10_000, 'server', '--version'],
      to: [[10_000, 'floor', measure]],
      goal: ['most', 3],
    }),
  ),
  {
    what: 'preview of one file among 10,000, against git diff --stat of two commits and the start of m3forge',
    of: [10_000, 'server', 'preview of one file'],
    to: [
      [10_000, 'floor', 'git diff --stat, one file'],
      [10_000, 'server', '--version'],
    ],
    goal: ['most', 3],
  },
  {
    what: 'first apply of 10,000 against psql \\copy of the same rows',
    of: [10_000, 'server', 'first apply'],
    to: [[10_000, 'floor', 'psql \\copy of all']],
    goal: ['most', 3],
  },
  {
    what: 'apply of one change in 10,000 against one in 10',
    of: [10_000, 'server', 'apply of one change'],
    to: [[10, 'server', 'apply of one change']],
    goal: ['most', 1.3],
  },
  {
    what: 'rollback among 100,000 against 10',
    of: [100_000, 'server', 'rollback'],
    to: [[10, 'server', 'rollback']],
    goal: ['most', 1.2],
  },
  {
    what: '--version against bare node',
    of: [10, 'server', '--version'],
    to: [[10, 'floor', 'node -e 0']],
    goal: ['most', 2],
  },
  {
    what: 'plan of 10 against bare node',
    of: [10, 'server', 'no-op plan'],
    to: [[10, 'floor', 'node -e 0']],
    goal: ['most', 8],
  },
];

const verdict = (isMet: boolean): string => (isMet ? 'met' : 'not met');

/** Whether it was ended before its time: it would have taken longer. */
const isCutIn = (rows: readonly Row[], [size, by, measure]: Measured): boolean =>
  rows.some(
    (row) => row.size === size && row.by === by && row.measure === measure && row.runs.some(({ isCut }) => isCut),
  );

/** Each goal with what was measured; those whose parts were not measured in this run are left out. */
const goalLines = (rows: readonly Row[]): readonly string[] => [
  ...goals.flatMap(({ what, of, without, to, goal: [bound, limit] }) => {
    const median = (one: Measured): number => medianIn(rows, ...one) ?? Number.NaN;
    const left = median(of) - (without ? median(without) : 0);
    const ratio = left / to.map(median).reduce((sum, part) => sum + part, 0);
    if (!Number.isFinite(ratio)) return [];
    const isMet = bound === 'least' ? ratio >= limit : ratio <= limit;
    const more = isCutIn(rows, of) ? 'more than ' : '';
    return [`| ${what} | ${more}${ratio.toFixed(1)} times | at ${bound} ${limit} times | ${verdict(isMet)} |`];
  }),
  ...limits.flatMap(({ what, of: [size, by, measure], seconds: most, megabytes: mostMegabytes }) => {
    const row = rows.find((one) => one.size === size && one.by === by && one.measure === measure);
    if (!row) return [];
    const ms = medianOf(row.runs.map(({ wallMs }) => wallMs));
    const bytes = Math.max(...row.runs.map(({ peakBytes }) => peakBytes));
    const isMet = ms <= most * 1000 && bytes <= mostMegabytes * 1024 ** 2;
    const goal = `at most ${most} s and ${mostMegabytes} MB`;
    return [`| ${what} | ${seconds(ms)} s and ${megabytes(bytes)} MB | ${goal} | ${verdict(isMet)} |`];
  }),
];

/** What an earlier run has measured, with these rows in the places of those that were measured again, and after them what is new. */
export const completed = (rows: readonly Row[], earlier: readonly Row[]): readonly Row[] => {
  const keyOf = ({ size, by, measure }: Row): string => JSON.stringify([size, by, measure]);
  const measured = new Map(rows.map((row) => [keyOf(row), row]));
  const known = new Set(earlier.map(keyOf));
  return [...earlier.map((row) => measured.get(keyOf(row)) ?? row), ...rows.filter((row) => !known.has(keyOf(row)))];
};

export const reportOf = (rows: readonly Row[], date: Date): Report => ({
  format_version: '1.0',
  date: date.toISOString(),
  node: process.version,
  machine: machineWords(),
  rows: rows.toSorted((one, other) => one.size - other.size),
});

/** When, with what and where it was measured, in one line. */
export const whereOf = ({ date, node, machine }: Report): string =>
  `Measured on ${date.slice(0, 10)} with Node ${node} on ${machine}.`;

/** The goals as a table; empty where none of them was measured. */
export const goalsOf = (rows: readonly Row[]): string => {
  const lines = goalLines(rows);
  return lines.length === 0 ? '' : ['| what | measured | goal | |', '|---|---|---|---|', ...lines].join('\n');
};

/** All figures, a table for each size. */
export const figuresOf = (rows: readonly Row[]): string =>
  [...Map.groupBy(rows, ({ size }) => size)]
    .map(([size, some]) => `### ${size.toLocaleString('en')} workflows\n\n${tableOf(some)}`)
    .join('\n\n');

/** What people read at the end of a run. */
export const markdownOf = (report: Report): string =>
  [whereOf(report), goalsOf(report.rows), tableOf(report.rows), '']
    .filter((part, index) => part || index > 2)
    .join('\n\n');
