import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bannedNames, defaultExports, maxFileLines, maxFunctionLines, oversize, topLevel } from './layers.ts';
import { engine, everything, pathsBelow, program, readSource, root, type SourceFile } from './source.ts';

const worldOutside = (file: SourceFile): readonly string[] => {
  const isHome = file.path.startsWith('engine/system/') || file.path === 'engine/main.ts';
  return file.worldly
    .filter((use) => !isHome || (use.endsWith('process.exit') && file.path !== 'engine/main.ts'))
    .map((use) => `${file.path} uses ${use}`);
};

const tooLong = (file: SourceFile): readonly string[] => [
  ...(file.lines > maxFileLines && !oversize[file.path] ? [`${file.path} has ${file.lines} lines`] : []),
  ...file.functions
    .filter(({ name, lines }) => lines > maxFunctionLines && !oversize[`${file.path}:${name}`])
    .map(({ name, lines }) => `${file.path}: ${name} has ${lines} lines`),
];

/** A name is banned where its noun is: `string-utils` says no more than `utils`, but `shared-place` says what it is. */
const isBanned = (path: string): boolean =>
  path.split('/').some((part) => bannedNames.includes((part.split('.')[0] ?? '').split('-').at(-1) ?? ''));

const opening = (text: string): string => /^\/\*\*\n([\s\S]*?)\*\//.exec(text)?.[1] ?? '';

test('the outside world is in engine/system only', () => {
  const why =
    'what reads the clock or the environment by itself cannot be tested, and cannot be trusted to repeat itself';
  expect(program.flatMap(worldOutside), why).toEqual([]);
});

test(`files have at most ${maxFileLines} lines, functions at most ${maxFunctionLines}`, () => {
  const why = 'what does not fit on a few screens is read by nobody; split it, or name it in layers.ts with a reason';
  expect(everything.flatMap(tooLong), why).toEqual([]);
});

test('no name says nothing', () => {
  const paths = ['launcher', 'engine', 'providers', 'schemas', 'examples', 'test', 'docs'].flatMap(pathsBelow);
  expect(paths.filter(isBanned), `${bannedNames.join(', ')}: such a name collects whatever has no place`).toEqual([]);
});

test('file names are in kebab case', () => {
  const names = everything.map(({ path }) => path);
  const odd = names.filter((path) => !/\/[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|config|d))?\.ts$/.test(path));
  expect(odd, 'one spelling, so that a name is found without guessing, on every file system').toEqual([]);
});

test('nothing is exported by default', () => {
  const found = everything.filter(({ path, hasDefaultExport }) => hasDefaultExport && !defaultExports[path]);
  expect(
    found.map(({ path }) => path),
    'a default export has another name in each file that imports it, and cannot be searched for',
  ).toEqual([]);
});

test('every folder of engine/ and providers/ opens with what it is for', () => {
  const folders = new Set(program.map(({ path }) => path.split('/').slice(0, 2).join('/')));
  const silent = [...folders]
    .filter((folder) => !folder.endsWith('.ts'))
    .filter((folder) => {
      const index = program.find(({ path }) => path === `${folder}/index.ts`);
      return opening(index?.text ?? '').length < 120;
    });
  const why =
    'index.ts begins with the folder’s one job, what it promises and what it may not know: the first thing to read';
  expect(silent, why).toEqual([]);
});

test('the root holds what is named, and nothing else', () => {
  const strange = readdirSync(root).filter((name) => !topLevel.includes(name));
  expect(strange, 'the root is the table of contents; a new entry is a decision, made in layers.ts').toEqual([]);
});

test('every exception is still needed', () => {
  const paths = new Set(everything.map(({ path }) => path));
  const gone = [...Object.keys(oversize), ...Object.keys(defaultExports)].filter(
    (name) => !paths.has(name.split(':')[0] ?? ''),
  );
  expect(gone, 'an exception for a file that is gone would excuse the next one of that name').toEqual([]);
  expect(engine.length).toBeGreaterThan(0);
});

describe('the rules see', () => {
  const uses = (text: string) => worldOutside(readSource('engine/plan/x.ts', text));

  test('the clock, randomness and the process', () => {
    expect(uses('const a = Date.now();')).toHaveLength(1);
    expect(uses('const a = new Date();')).toHaveLength(1);
    expect(uses('const a = Math.random();')).toHaveLength(1);
    expect(uses("import { randomUUID } from 'node:crypto';")).toHaveLength(1);
    expect(uses('const a = process.env.HOME;').length).toBeGreaterThan(0);
    expect(uses('const a = new Date(text); const b = system.processes.run;')).toEqual([]);
    expect(worldOutside(readSource('engine/system/x.ts', 'process.exit(1);'))).toHaveLength(1);
    expect(worldOutside(readSource('engine/main.ts', 'process.exit(1);'))).toEqual([]);
  });

  test('a long function and a long file', () => {
    const body = 'a();\n'.repeat(maxFunctionLines);
    expect(tooLong(readSource('engine/plan/x.ts', `const long = () => {\n${body}};\n`))).toEqual([
      'engine/plan/x.ts: long has 72 lines',
    ]);
    expect(tooLong(readSource('engine/plan/x.ts', 'a();\n'.repeat(maxFileLines)))).toEqual([]);
    expect(tooLong(readSource('engine/plan/x.ts', 'a();\n'.repeat(maxFileLines + 1)))).toHaveLength(1);
  });

  test('a banned name, as the noun only', () => {
    expect(isBanned('engine/plan/string-utils.ts')).toBe(true);
    expect(isBanned('engine/common/x.ts')).toBe(true);
    expect(isBanned('engine/plan/shared-place.ts')).toBe(false);
    expect(isBanned('engine/database/library.ts')).toBe(false);
  });

  test('a default export', () => {
    expect(readSource('x.ts', 'export default 1;').hasDefaultExport).toBe(true);
    expect(readSource('x.ts', 'export default function a() {}').hasDefaultExport).toBe(true);
    expect(readSource('x.ts', 'export const a = 1;').hasDefaultExport).toBe(false);
  });
});
