/** A text that is made to hurt: what it does to a parser, how to make one of about so many bytes, and what becomes of it. */
export interface Bomb {
  readonly name: string;
  readonly parser: 'yaml' | 'json' | 'configuration';
  readonly text: (bytes: number) => string;
  /** The code of the first problem, or `value` where it is accepted. */
  readonly verdict: string;
}

/** About so many bytes of one piece, repeated. */
export const filled = (piece: string, bytes: number): string => piece.repeat(Math.ceil(bytes / piece.length));

/** About so many bytes of lines, each made from its number. */
export const numbered = (bytes: number, line: (index: number) => string, between = '\n'): string => {
  const count = Math.ceil(bytes / (line(100).length + between.length));
  return Array.from({ length: count }, (_, index) => line(index)).join(between);
};

/** Lines that go one column deeper each, as many as come to so many bytes. */
const staircase = (bytes: number, line: string): string =>
  Array.from({ length: Math.ceil(Math.sqrt(2 * bytes)) }, (_, depth) => ' '.repeat(depth) + line).join('\n');

const letters = [...'abcdefghi'];
const laughs = letters.map((name, index) => {
  const item = index === 0 ? 'x' : `*${letters[index - 1]}`;
  return `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
});

const yaml = (name: string, verdict: string, text: Bomb['text']): Bomb => ({ name, parser: 'yaml', verdict, text });

const depth: readonly Bomb[] = [
  yaml('brackets that close', 'document-too-deep', (n) => filled('[', n / 2) + filled(']', n / 2)),
  yaml('brackets that do not', 'document-too-deep', (n) => filled('[', n)),
  yaml('brackets hidden in quotes', 'document-too-deep', (n) => filled('["]",', n)),
  yaml('flow mappings', 'document-too-deep', (n) => filled('{a: ', n)),
  yaml('keys in brackets', 'document-too-deep', (n) => `[${filled('a: ', n)}]`),
  yaml('keys in brackets, a comma in between', 'document-too-deep', (n) => `[${filled('a: [,] ', n + 2000)}]`),
  yaml('explicit keys in brackets', 'document-too-deep', (n) => `[${filled('? ', n)}]`),
  yaml('compact sequences', 'document-too-deep', (n) => `${filled('- ', n)}a`),
  yaml('compact keys', 'document-too-deep', (n) => filled('? ', n)),
  yaml('compact values', 'document-too-deep', (n) => filled(': ', n)),
  yaml('keys on one line', 'document-too-deep', (n) => filled('a: ', n)),
  yaml('indented mappings', 'document-too-deep', (n) => staircase(n + 6000, 'a:')),
  yaml('indented sequences', 'document-too-deep', (n) => staircase(n + 6000, '-')),
  yaml('block and flow by turns', 'document-too-deep', (n) => filled('- {a: [', n)),
  yaml('sixty levels, again and again', 'value', (n) => filled(`- ${'['.repeat(60)}${']'.repeat(60)}\n`, n)),
  yaml('thirty mappings, again and again', 'value', (n) => filled(`- ${'{a: '.repeat(30)}${'}'.repeat(30)}\n`, n)),
];

const references: readonly Bomb[] = [
  yaml('a billion laughs', 'yaml-too-many-aliases', () => laughs.join('\n')),
  yaml('many aliases', 'yaml-too-many-aliases', (n) => `a: &a x\nb: [${filled('*a, ', n)}]`),
  yaml('an alias of what it stands in', 'yaml-not-supported', () => 'a: &a [*a]'),
  yaml('an anchor given again and again', 'value', (n) => filled('- &a x\n', n)),
  yaml('anchors, one upon the other', 'yaml-syntax', (n) => filled('&a ', n)),
  yaml('a wide value that is named a hundred times', 'yaml-too-many-aliases', (n) => {
    const wide = `a: &a [${filled('1,', n)}]`;
    return `${wide}\nb: [${'*a, '.repeat(99)}]`;
  }),
  yaml('merge keys', 'yaml-not-supported', (n) => filled('<<: {}\n', n)),
  yaml('merge keys with aliases', 'yaml-not-supported', (n) => `a: &a {}\n${filled('<<: [*a]\n', Math.min(n, 800))}`),
  yaml('tags of the core schema', 'value', (n) => filled('- !!str x\n', n)),
  yaml('tags, one upon the other', 'yaml-syntax', (n) => filled('!!str ', n)),
  yaml('an ordered map', 'yaml-not-supported', (n) => `!!omap\n${numbered(n, (i) => `- k${i}: 1`)}`),
  yaml('a set', 'yaml-not-supported', (n) => `!!set\n${numbered(n, (i) => `? k${i}`)}`),
  yaml('binary', 'yaml-not-supported', (n) => `!!binary ${filled('QUJD', n)}`),
  yaml('a tag that runs code elsewhere', 'yaml-not-supported', () => '!!js/function "function () {}"'),
  yaml('marks of tags alone', 'yaml-not-supported', (n) => filled('!', n)),
];

const width: readonly Bomb[] = [
  yaml('many keys', 'value', (n) => numbered(n, (i) => `key${i}: 1`)),
  yaml('many keys on one line', 'value', (n) => `{${numbered(n, (i) => `key${i}: 1`, ', ')}}`),
  yaml('one key, again and again', 'document-duplicate-key', (n) => filled('a: 1\n', n)),
  yaml('one key in two spellings of Unicode', 'document-duplicate-key', (n) => filled('\u00e9: 1\ne\u0301: 1\n', n)),
  yaml('keys without a name', 'yaml-not-supported', (n) => filled(':\n', n)),
  yaml('keys that are lists', 'yaml-not-supported', (n) => `{${filled('[]: 1,', n)}}`),
  yaml('keys that prototypes have', 'document-forbidden-key', (n) => `{${filled('__proto__: {a: 1},', n)}}`),
  yaml('long keys', 'value', (n) => numbered(n, (i) => `${'k'.repeat(900)}${i}: 1`)),
  yaml('empty entries', 'value', (n) => filled('-\n', n)),
  yaml('empty mappings', 'value', (n) => filled('- {}\n', n)),
  yaml('commas alone', 'yaml-syntax', (n) => `[${filled(',', n)}]`),
  yaml('closing brackets alone', 'yaml-syntax', (n) => filled(']', n)),
  yaml('closing braces alone', 'yaml-syntax', (n) => filled('}', n)),
  yaml('quotes alone', 'yaml-syntax', (n) => filled('"', n)),
  yaml('quotes that never close', 'yaml-syntax', (n) => filled('- "\n', n)),
  yaml('mappings side by side', 'yaml-syntax', (n) => filled(`${'{a: '.repeat(30)}${'}'.repeat(30)}\n`, n)),
  yaml('documents', 'yaml-not-supported', (n) => filled('--- a\n', n)),
  yaml('directives', 'value', (n) => `${filled('%YAML 1.2\n', n)}---\na: 1`),
  yaml('tag directives', 'yaml-not-supported', (n) => `${filled('%TAG !e! tag:e:\n', n)}---\na: 1`),
];

const length: readonly Bomb[] = [
  yaml('one long word', 'value', (n) => `a: ${filled('x', n)}`),
  yaml('one long text in quotes', 'value', (n) => `a: "${filled('x ', n)}"`),
  yaml('one long text of escapes', 'value', (n) => `a: "${filled('\\u0041', n)}"`),
  yaml('a text of quotes that never closes', 'yaml-syntax', (n) => `a: "${filled('\\"', n)}`),
  yaml('a folded text', 'value', (n) => `a: >\n${filled('  x\n\n', n)}`),
  yaml('a folded text that goes in and out', 'value', (n) => `a: >\n  x\n${filled('   x\n  y\n', n)}`),
  yaml('a text of many lines', 'value', (n) => `a: "${filled('x\n  ', n)}"`),
  yaml('a comment', 'document-empty', (n) => `# ${filled('x', n)}`),
  yaml('comments', 'value', (n) => `${filled('#\n', n)}a: 1`),
  yaml('empty lines', 'value', (n) => `${filled('\n', n)}a: 1`),
  yaml('empty lines in a text', 'value', (n) => `a: |\n${filled('\n', n)}`),
  yaml('spaces', 'value', (n) => `a: x${filled(' ', n)}y`),
  yaml('tabs', 'yaml-syntax', (n) => `a:\n${filled('\t', n)}b: 1`),
  yaml('line breaks of Windows', 'value', (n) => `a: 1${filled('\r\n', n)}`),
  yaml('carriage returns', 'value', (n) => filled('\r', n)),
  yaml('control characters', 'text-control-character', (n) => filled('\u0007', n)),
  yaml('marks of byte order', 'value', (n) => `a: ${filled('\ufeff', n / 3)}`),
  yaml('a number of many digits', 'document-inexact-number', (n) => `a: ${filled('9', n)}`),
  yaml('a fraction of many digits', 'document-inexact-number', (n) => `a: 0.${filled('1', n)}`),
  yaml('an exponent of many digits', 'document-inexact-number', (n) => `a: 1e${filled('9', n)}`),
  yaml('a hexadecimal number of many digits', 'document-inexact-number', (n) => `a: 0x${filled('f', n)}`),
  yaml('words with dashes before an error', 'yaml-syntax', (n) => `a: ${filled('x-', n)} }: [`),
  yaml('addresses before an error', 'yaml-syntax', (n) => `a: ${filled('a://', n)}: ]: [`),
  yaml('passwords before an error', 'yaml-syntax', (n) => `a: "${filled('password: x ', n)}" }`),
];

export const yamlBombs: readonly Bomb[] = [...depth, ...references, ...width, ...length];
