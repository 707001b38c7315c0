import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseYaml } from '../../engine/documents/index.ts';
import { configurationBombs, jsonBombs } from './more-bombs.ts';
import { yamlBombs } from './yaml-bombs.ts';

/**
 * Texts that are made to abort a parser, to fill the memory or to take for ever. They go off in processes of their own: an
 * abort cannot be caught, and would end this one. A hundred times at 4000 bytes, because some only strike at a repetition:
 * the library behind us once aborted at two kilobytes, a thousand levels deep. Then each as large as it hurts the most,
 * just below what is refused unread, and as large as a file may be: once, since what counts there is that a problem with
 * a position comes instead of an abort, and a hundred times would take minutes.
 */
const sizes = [
  { repeats: 100, bytes: 4000, bound: 250 },
  { repeats: 1, bytes: 150_000, bound: 1000 },
  { repeats: 1, bytes: 1_040_000, bound: 1000 },
] as const;

interface Share {
  readonly parsers: readonly string[];
  readonly times: number;
}

/**
 * Two processes at a time where it takes long: what each takes is measured by the time it has on a processor. What goes
 * through the parser of YAML is where a repetition once struck; the rest goes through it as well, and is repeated less.
 */
const sharesOf = (repeats: number): readonly Share[] =>
  repeats > 1
    ? [
        { parsers: ['yaml'], times: repeats },
        { parsers: ['json', 'configuration'], times: Math.ceil(repeats / 5) },
      ]
    : [{ parsers: [], times: repeats }];

interface Report {
  readonly bombs: readonly { readonly name: string; readonly verdicts: readonly string[]; readonly slowest: number }[];
  readonly grown: number;
  readonly polluted: readonly string[];
}

const bombs = [...yamlBombs, ...jsonBombs, ...configurationBombs];
const megabyte = 1_000_000;
/** What may become of a text that is too long, whatever is in it. */
const refusedUnread = ['yaml-too-many-pieces', 'file-too-large'];

test('there are more than forty of them, each with a name of its own', () => {
  expect(bombs.length).toBeGreaterThanOrEqual(100);
  expect(new Set(bombs.map(({ parser, name }) => `${parser}: ${name}`)).size).toBe(bombs.length);
});

const goOff = async (repeats: number, bytes: number, parsers: readonly string[]): Promise<Report> => {
  const script = join(import.meta.dirname, 'bomb-run.ts');
  // With so little memory to have, a process that wants more without bound does not survive.
  const memory = ['--max-old-space-size=192', '--max-semi-space-size=16'];
  const args = [...memory, script, `${repeats}`, `${bytes}`, ...parsers];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Report;
};

describe.each(sizes)('$repeats times in one process, of $bytes bytes', ({ repeats, bytes, bound }) => {
  let report: Report;

  beforeAll(async () => {
    const reports = await Promise.all(sharesOf(repeats).map(({ parsers, times }) => goOff(times, bytes, parsers)));
    report = {
      bombs: reports.flatMap((one) => one.bombs),
      grown: Math.max(...reports.map(({ grown }) => grown)),
      polluted: reports.flatMap(({ polluted }) => polluted),
    };
  });

  test('the process survives, and every bomb comes to the same end each time', () => {
    const ends = report.bombs.map(({ name, verdicts }, index) => {
      const expected = bombs[index]?.verdict ?? '';
      const isExpected = verdicts.every((verdict) => verdict === expected || refusedUnread.includes(verdict));
      return isExpected && verdicts.length === 1 ? [] : [`${name}: ${verdicts.join(', ')} in the place of ${expected}`];
    });
    expect(report.bombs).toHaveLength(bombs.length);
    expect(ends.flat()).toEqual([]);
  });

  // The slowest took 115 ms at 4000 bytes and 300 ms at 150 000 when this was written: there is room for slower machines.
  test(`none takes more than ${bound} ms`, () => {
    expect(report.bombs.filter(({ slowest }) => slowest > bound)).toEqual([]);
  });

  test('memory stays bounded, and no prototype is changed', () => {
    expect(report.grown).toBeLessThan((bytes < 10_000 ? 100 : 250) * megabyte);
    expect(report.polluted).toEqual([]);
  });
});

const accepts = async (text: string): Promise<boolean> => (await parseYaml({ filename: 'f.yaml', text })).ok;

test('a text that only looks like a bomb is accepted', async () => {
  const list = `list:\n${'  - {a: [1, {b: 2}]}\n'.repeat(100)}`;
  expect(await accepts(`prompt: |\n${'  [[[ {{{ - - - ? : "\n'.repeat(100)}${list}`)).toBe(true);
  expect(await accepts(Array.from({ length: 10_000 }, (_, index) => `key${index}: 1`).join('\n'))).toBe(true);
});

test('64 levels are accepted and 65 are not', async () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect([await accepts(nested(64)), await accepts(nested(66))]).toEqual([true, false]);
});
