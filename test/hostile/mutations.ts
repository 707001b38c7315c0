import { type Kind, originals } from './originals.ts';

/** Numbers from 0 to 1 that a seed determines. */
export type Chance = () => number;

export const chanceOf = (seed: number): Chance => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const below = (chance: Chance, bound: number): number => Math.floor(chance() * bound);

export const oneOf = <T>(chance: Chance, items: readonly [T, ...T[]]): T =>
  items[below(chance, items.length)] ?? items[0];

/** Pieces that mean something to a parser, to JavaScript, to a schema or to a database. */
const pieces = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '- ',
    '? ',
    '|',
    '>',
    '&a ',
    '*a',
    '!!str ',
    '!x ',
    '<<: *dev',
    '---\n',
    '...\n',
    '#',
  ],
  ...[
    '"',
    "'",
    '\\',
    '\n',
    '\r\n',
    '\t',
    '  ',
    '\u0000',
    '\u0007',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\ud800',
    '😀',
    'e\u0301',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', '~', 'true', 'no', '.inf', '.nan'],
  ...[
    '0',
    '-0',
    '1e999',
    '9007199254740993',
    '0x1f',
    '0o14',
    '12:30',
    '2024-01-01',
    '1_000',
    '100%',
    '%41',
    '~0~1',
    '/',
  ],
  ...[
    '\u0024{env.X}',
    '${',
    '}',
    '\u0024{environment.url}',
    '../..',
    '/etc/passwd',
    'C:\\',
    '**/*',
    '[',
    '@(a|b)',
    '(a+)+',
    '^1',
    '>=1 <2',
  ],
  ...[
    'latest',
    'v1.0.0',
    'from',
    'environment',
    'dependencies',
    'nodes',
    'task_id',
    'name',
    'version',
    'include',
    'url',
    'gateways',
    'secret',
    'weight',
    'check',
    'invoke',
    's3',
    'npm:x',
  ],
] as const;

const keysAndWords = /[A-Za-z_][\w-]*/g;

type Mutation = (text: string, chance: Chance, other: string) => string;

const spanOf = (text: string, chance: Chance, longest: number): readonly [start: number, end: number] => {
  const start = below(chance, text.length + 1);
  return [start, Math.min(text.length, start + below(chance, longest))];
};

const put = (text: string, start: number, end: number, middle: string): string =>
  text.slice(0, start) + middle + text.slice(end);

const mutateLines = (text: string, change: (lines: string[]) => void): string => {
  const lines = text.split('\n');
  change(lines);
  return lines.join('\n');
};

const mutations: readonly [Mutation, ...Mutation[]] = [
  (text, chance) => put(text, ...spanOf(text, chance, 30), ''),
  (text, chance) => put(text, ...spanOf(text, chance, 3), oneOf(chance, pieces)),
  (text, chance) => put(text, ...spanOf(text, chance, 1), oneOf(chance, pieces).repeat(1 + below(chance, 80))),
  (text, chance) => {
    const [start, end] = spanOf(text, chance, 60);
    return put(text, end, end, text.slice(start, end));
  },
  // A word is replaced by another of the file, so that keys stand where they do not belong.
  (text, chance) => {
    const words = [...text.matchAll(keysAndWords)];
    const [from, to] = [words[below(chance, words.length)], words[below(chance, words.length)]];
    return from && to ? put(text, from.index, from.index + from[0].length, to[0]) : text;
  },
  // A value is replaced by another kind of value.
  (text, chance) =>
    text.replace(/(:\s*)("[^"]*"|[\w.-]+)/g, (whole, colon: string) =>
      chance() < 0.08
        ? colon + oneOf(chance, ['[]', '{}', 'null', '1', '"x"', 'true', '{a: 1}', '[1]', '-1.5'])
        : whole,
    ),
  (text, chance) => mutateLines(text, (lines) => lines.splice(below(chance, lines.length), 1 + below(chance, 4))),
  (text, chance) =>
    mutateLines(text, (lines) => {
      const at = below(chance, lines.length);
      lines[at] = ' '.repeat(below(chance, 6)) + (lines[at] ?? '').trimStart();
    }),
  (text, chance) =>
    mutateLines(text, (lines) => {
      lines.splice(below(chance, lines.length), 0, lines[below(chance, lines.length)] ?? '');
    }),
  (text, chance, other) => put(text, ...spanOf(text, chance, 40), other.slice(...spanOf(other, chance, 120))),
  (text, chance) => text.slice(0, below(chance, text.length)),
];

/** One text of a kind, made from a real one by a few changes. */
export const mutate = (kind: Kind, chance: Chance, kept: readonly string[] = []): string => {
  const sources: readonly [string, ...string[]] = [...originals[kind], ...kept];
  // The corpus is many small texts; what has one of everything is to be met as often.
  let text = oneOf(chance, chance() < 0.5 ? originals[kind] : sources);
  const changes = 1 + below(chance, 5);
  for (let change = 0; change < changes; change += 1)
    text = oneOf(chance, mutations)(text, chance, oneOf(chance, sources));
  return text;
};
