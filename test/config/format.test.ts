import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { formatYaml, parseYaml } from '../../engine/documents/index.ts';
import { run } from '../cli/run.ts';
import { codesOf, valueIn } from '../support/project.ts';
import { temporaryDirectory } from '../support/servers.ts';

const format = async (text: string): Promise<string> => valueIn(await formatYaml({ filename: 'm3forge.yaml', text }));

const untidy = `# head

version:   1
project: 'x'   # the name
include: [ a.yaml,b.yaml ]



targets:
    dev:  # hello
        environment: dev
        version: { from: x } 
        smoke_tests:
        -   {name: a, run: 'test -n "$X"'}
        # tail
# end`;

const tidy = `# head

version: 1
project: "x" # the name
include: [a.yaml, b.yaml]

targets:
  dev: # hello
    environment: dev
    version: { from: x }
    smoke_tests:
      - { name: a, run: 'test -n "$X"' }
    # tail
# end
`;

test('indentation, empty lines and quotes become canonical; comments stay where they are', async () => {
  expect(await format(untidy)).toBe(tidy);
  expect(await format(tidy)).toBe(tidy);
});

test('texts of several lines, anchors and unusual values stay what they are', async () => {
  const text = `a: |-
  # no comment
    indented
b: >+
  folded

c: &shared { x: 0o17, y: "\\u00e9", z: ~ }
d: *shared
? long
: - 1
  -   - 2
`;
  const [before, after] = [
    await parseYaml({ filename: 'x', text }),
    await parseYaml({ filename: 'x', text: await format(text) }),
  ];
  expect(valueIn(after).value).toEqual(valueIn(before).value);
});

describe('whatever a configuration holds', () => {
  const word = fc.stringMatching(/^[a-zA-Z$#&*!|>%@'":{},[\]? -]{0,12}$/);
  const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.string({ maxLength: 6 }));
  const key = fc.stringMatching(/^[a-z_]{1,8}$/);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const documents = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 });
  const manners = fc.record({
    indent: fc.constantFrom(2, 3, 4, 8),
    collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
    defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const),
    lineWidth: fc.constantFrom(0, 20, 80),
  });
  /** Comments and empty lines between the entries of the document, and behind what stands on a line of its own. */
  const commented = (text: string, places: readonly number[]): string =>
    text
      .split(/^(?=[a-z_]+:)/m)
      .map((part, at) => {
        const place = places[at % places.length] ?? 0;
        if (place === 0) return part;
        return place === 1 ? `#${at} a comment\n${part}` : `\n\n#  ${at}: another\n\n${part}`;
      })
      .join('');

  test('formatting keeps every value and comment, and formatting again changes nothing', async () => {
    const places = fc.array(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(documents, manners, places, async (document, manner, where) => {
        const text = commented(stringify(document, manner), where);
        const parsed = await parseYaml({ filename: 'x', text });
        fc.pre(parsed.ok);
        const formatted = await format(text);
        expect(await format(formatted)).toBe(formatted);
        expect(valueIn(await parseYaml({ filename: 'x', text: formatted })).value).toEqual(valueIn(parsed).value);
        const comments = (one: string) => one.match(/^\s*#.*$/gm)?.map((line) => line.trim());
        expect(comments(formatted)).toEqual(comments(text));
      }),
      { numRuns: 60 },
    );
  });
});

test.each([
  ['changes a value', (text: string) => text.replace('1', '2'), 'change a value'],
  ['loses a comment', (text: string) => text.replace('# c', ''), 'lose or move a comment'],
  ['never comes to an end', (text: string) => `${text} `, 'come to no end'],
])('a formatter that %s is found out, and the file left as it is', async (_, wrong, words) => {
  const outcome = await formatYaml({ filename: 'f.yaml', text: 'a: 1 # c\n' }, (text) => Promise.resolve(wrong(text)));
  expect(codesOf(outcome.diagnostics)).toEqual(['format-unfaithful']);
  expect(outcome.diagnostics[0]?.detail).toContain(words);
});

describe('m3forge fmt', () => {
  const projectWith = (files: Readonly<Record<string, string>>): string => {
    const directory = temporaryDirectory();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return directory;
  };

  test('formats the configuration and what it includes, whatever it means', async () => {
    const cwd = projectWith({
      'm3forge.yaml': "include: ['teams.yaml']\nnonsense:   true\n",
      'teams.yaml': 'targets: {a: 1}\n',
    });
    chmodSync(join(cwd, 'teams.yaml'), 0o640);
    expect(await run(['fmt', '--check'], { cwd })).toEqual({
      exitCode: 2,
      stdout: 'm3forge.yaml\nteams.yaml\n',
      stderr: '',
    });
    expect(readFileSync(join(cwd, 'teams.yaml'), 'utf8')).toBe('targets: {a: 1}\n');
    expect(JSON.parse((await run(['fmt', '--json'], { cwd })).stdout)).toEqual([
      { file: 'm3forge.yaml', changed: true },
      { file: 'teams.yaml', changed: true },
    ]);
    expect(readFileSync(join(cwd, 'teams.yaml'), 'utf8')).toBe('targets: { a: 1 }\n');
    expect(statSync(join(cwd, 'teams.yaml')).mode & 0o777).toBe(0o640);
    expect(await run(['fmt', '--check'], { cwd })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test.each([
    ['what is no YAML', { 'm3forge.yaml': 'a: [1\n' }, 3, 'yaml-syntax'],
    ['a file that is missing', { 'm3forge.yaml': 'include: [no.yaml]\na:   1\n' }, 3, 'file-missing'],
    [
      'an included file that is no YAML',
      { 'm3forge.yaml': 'include: [b.yaml]\na:   1\n', 'b.yaml': '"' },
      3,
      'yaml-syntax',
    ],
    ['no configuration at all', {}, 1, 'config-not-found'],
  ])('refuses %s, and writes nothing', async (_, files, exitCode, code) => {
    const cwd = projectWith(files);
    const refused = await run(['fmt'], { cwd });
    expect({ exitCode: refused.exitCode, stdout: refused.stdout }).toEqual({ exitCode, stdout: '' });
    expect(refused.stderr).toContain(`[${code}]`);
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(cwd, name), 'utf8')).toBe(text);
  });

  test('a link is not followed, and a folder that takes no new file changes nothing', async () => {
    const cwd = projectWith({ 'real.yaml': 'a:   1\n' });
    symlinkSync('real.yaml', join(cwd, 'm3forge.yaml'));
    expect((await run(['fmt'], { cwd })).stderr).toContain('[file-is-symlink]');

    const long = `${'n'.repeat(250)}.yaml`;
    mkdirSync(join(cwd, 'sub'));
    writeFileSync(join(cwd, 'sub', long), 'a:   1\n');
    // A draft beside it would need a longer name than file systems take.
    const { exitCode, stderr } = await run(['fmt', '--config', `sub/${long}`], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[output-unwritable]');
    expect(readFileSync(join(cwd, 'sub', long), 'utf8')).toBe('a:   1\n');
  });
});
