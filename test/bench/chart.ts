import { medianIn, type Row } from './report.ts';

// One line for each measure, the size of the estate to the right and the time upwards, both by powers of ten.

const [width, height, left, top, right, bottom] = [760, 420, 64, 24, 190, 48] as const;

const lines: readonly (readonly [by: string, measure: string, colour: string, dashes: string])[] = [
  ['server', 'no-op plan', '#1a7f37', ''],
  ['server', 'apply of one change', '#0969da', ''],
  ['server', 'first apply', '#8250df', ''],
  ['terraform', 'no-op plan', '#9a6700', '6 4'],
  ['terraform', 'first apply', '#cf222e', '6 4'],
  ['alchemy', 'first apply', '#bf3989', '2 3'],
];

const scale = (
  value: number,
  [least, most]: readonly [number, number],
  [from, to]: readonly [number, number],
): number => from + ((Math.log10(value) - Math.log10(least)) / (Math.log10(most) - Math.log10(least))) * (to - from);

const powersBetween = (least: number, most: number): readonly number[] =>
  Array.from({ length: Math.round(Math.log10(most / least)) + 1 }, (_, index) => least * 10 ** index);

/** An SVG that reads on light and dark pages; empty where there are fewer than two sizes. */
export const chartOf = (rows: readonly Row[]): string => {
  const sizes = [...new Set(rows.map(({ size }) => size))].toSorted((one, other) => one - other);
  const [least, most] = [sizes[0] ?? 1, sizes.at(-1) ?? 1];
  if (least === most) return '';
  const times: readonly [number, number] = [0.1, 1000];
  const x = (size: number): number => scale(size, [least, most], [left, width - right]);
  const y = (ms: number): number => scale(Math.max(ms / 1000, times[0]), times, [height - bottom, top]);
  const grid = powersBetween(times[0], times[1]).map(
    (value) =>
      `<line x1="${left}" x2="${width - right}" y1="${y(value * 1000)}" y2="${y(value * 1000)}" stroke="#8886"/><text x="${left - 8}" y="${y(value * 1000) + 4}" text-anchor="end">${value} s</text>`,
  );
  const ticks = powersBetween(least, most).map(
    (size) =>
      `<text x="${x(size)}" y="${height - bottom + 20}" text-anchor="middle">${size.toLocaleString('en')}</text>`,
  );
  const drawn = lines.flatMap(([by, measure, colour, dashes]) => {
    const points = sizes.flatMap((size) => {
      const ms = medianIn(rows, size, by, measure);
      return ms === undefined ? [] : [{ size, ms }];
    });
    const last = points.at(-1);
    if (!last) return [];
    const path = points.map(({ size, ms }) => `${x(size).toFixed(1)},${y(ms).toFixed(1)}`).join(' ');
    const name = `${by === 'server' ? 'm3forge' : by}: ${measure}`;
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>`,
      ...points.map(
        ({ size, ms }) => `<circle cx="${x(size).toFixed(1)}" cy="${y(ms).toFixed(1)}" r="3" fill="${colour}"/>`,
      ),
      // Beside the end of the line, and above it where other lines go on.
      `<text x="${x(last.size) + 8}" y="${y(last.ms) + (last.size === most ? 4 : -8)}" fill="${colour}">${name}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#888">`,
    '<title>Time against the size of the estate</title>',
    ...grid,
    ...ticks,
    `<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">workflows</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
};
