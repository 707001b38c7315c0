import { describe, expect, test } from 'vitest';
import { levels, lowestOfLevel, openToProviders, packages } from './layers.ts';
import { engine, program, providers, readSource, type SourceFile } from './source.ts';

const levelOf = (folder: string): number => levels.findIndex((level) => level.includes(folder));

/** `engine/plan/x/y.ts` is in the folder `plan`; `engine/main.ts` is in none. */
const folderOf = (path: string): string | undefined => /^(?:engine|providers)\/([^/]+)\//.exec(path)?.[1];

/** Where everything is wired: for the command line, for programs, and the list of providers that both use. */
const wiring: readonly string[] = ['engine/main.ts', 'engine/library.ts', 'engine/built-in.ts'];

const isMain = (path: string): boolean => wiring.includes(path);

const wrongLevel = (file: SourceFile): readonly string[] =>
  file.imports.flatMap((imported) => {
    const from = folderOf(file.path);
    const to = folderOf(imported);
    if (isMain(file.path) || from === undefined || !imported.startsWith('engine/')) return [];
    if (to === undefined) return [`${file.path} imports ${imported}`];
    if (from === to || levelOf(to) < levelOf(from) || lowestOfLevel[from]?.includes(to)) return [];
    return [`${file.path} imports ${imported}`];
  });

const besideIndex = (file: SourceFile): readonly string[] =>
  file.imports
    .filter((imported) => /^(?:engine|providers)\//.test(imported) && folderOf(imported) !== undefined)
    .filter((imported) => imported.split('/').slice(0, 2).join('/') !== file.path.split('/').slice(0, 2).join('/'))
    .filter((imported) => !/^(?:engine|providers)\/[^/]+\/index\.ts$/.test(imported))
    .map((imported) => `${file.path} imports ${imported}`);

const strayPackages = (file: SourceFile): readonly string[] =>
  file.imports
    .filter((imported) => {
      const home = packages[imported];
      return home !== undefined && file.path.startsWith('engine/') && folderOf(file.path) !== home;
    })
    .map((imported) => `${file.path} imports ${imported}, whose place is engine/${packages[imported]}`);

const providerImports = (file: SourceFile): readonly string[] =>
  file.imports
    .filter((imported) => {
      if (imported.startsWith('engine/')) return !openToProviders.includes(folderOf(imported) ?? '');
      return imported.startsWith('providers/') && folderOf(imported) !== folderOf(file.path);
    })
    .map((imported) => `${file.path} imports ${imported}`);

const cyclesAmong = (files: readonly SourceFile[]): readonly string[] => {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (way.includes(path) || done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
};

test('every folder of engine/ has a level', () => {
  const unknown = engine.map(({ path }) => folderOf(path)).filter((folder) => folder && levelOf(folder) < 0);
  expect([...new Set(unknown)], 'a folder without a level in layers.ts may import anything unnoticed').toEqual([]);
});

test('a folder imports folders of lower levels only, type imports included', () => {
  expect(engine.flatMap(wrongLevel), 'what points upwards, or sideways, cannot be understood without the rest').toEqual(
    [],
  );
});

test('another folder is imported through its index.ts', () => {
  const why = 'what index.ts does not export is free to change; import the promise, not the insides';
  expect(program.flatMap(besideIndex), why).toEqual([]);
});

test('no file imports itself by way of others, type imports included', () => {
  const why = 'files in a cycle can only be read, tested and changed together: they are one file in pieces';
  expect(cyclesAmong(program), why).toEqual([]);
});

test('each package is imported in its own folder', () => {
  const why = 'a package that one folder hides can be replaced, and is loaded only where it is needed';
  expect(engine.flatMap(strayPackages), why).toEqual([]);
});

test('providers import what is open to them, and never one another', () => {
  const why = 'a provider must work for a third party too, who has the contract and nothing else';
  expect(providers.flatMap(providerImports), why).toEqual([]);
});

test('only the wiring names the providers', () => {
  const found = engine.filter(
    ({ path, imports }) => !isMain(path) && imports.some((to) => to.startsWith('providers/')),
  );
  expect(
    found.map(({ path }) => path),
    'the engine knows what a provider can do, never which one it is',
  ).toEqual([]);
});

test('import() of a computed name stands in engine/provider only', () => {
  const found = program.filter(({ path, importsComputed }) => importsComputed && folderOf(path) !== 'provider');
  expect(
    found.map(({ path }) => path),
    'the bundler cannot follow a computed name, and whoever sets the name decides what runs',
  ).toEqual([]);
});

describe('the rules see', () => {
  const plan = (text: string): SourceFile => readSource('engine/plan/x.ts', text);

  test('an import from above, also of a type, and also a lazy one', () => {
    expect(wrongLevel(plan("import type { A } from '../apply/index.ts';"))).toHaveLength(1);
    expect(wrongLevel(plan("type A = import('../apply/index.ts').A;"))).toHaveLength(1);
    expect(wrongLevel(plan("const a = await import('../apply/index.ts');"))).toHaveLength(1);
    expect(wrongLevel(plan("export * from '../apply/index.ts';"))).toHaveLength(1);
    expect(wrongLevel(plan("import { a } from '../main.ts';"))).toHaveLength(1);
    expect(wrongLevel(plan("import { a } from '../state/index.ts';"))).toEqual([]);
  });

  test('a neighbour on the same level, unless it is the lowest there', () => {
    const documents = (to: string) => readSource('engine/documents/x.ts', `import { a } from '../${to}/index.ts';`);
    expect(wrongLevel(documents('http'))).toHaveLength(1);
    expect(wrongLevel(documents('values'))).toEqual([]);
    expect(wrongLevel(readSource('engine/values/x.ts', "import { a } from '../http/index.ts';"))).toHaveLength(1);
    expect(wrongLevel(readSource('engine/diagnostics/x.ts', "import '../system/index.ts';"))).toHaveLength(1);
  });

  test('an import past index.ts', () => {
    expect(besideIndex(plan("import { a } from '../state/open.ts';"))).toHaveLength(1);
    expect(besideIndex(plan("import { a } from './y.ts';"))).toEqual([]);
  });

  test('a package away from its folder', () => {
    expect(strayPackages(plan("import { parse } from 'yaml';"))).toHaveLength(1);
    expect(strayPackages(plan("import { x } from '@electric-sql/pglite/live';"))).toHaveLength(1);
  });

  test('a provider that imports another, or the state', () => {
    const provider = (text: string) => providerImports(readSource('providers/a/index.ts', text));
    expect(provider("import { b } from '../b/index.ts';")).toHaveLength(1);
    expect(provider("import { s } from '../../engine/state/index.ts';")).toHaveLength(1);
    expect(provider("import { s } from '../../engine/http/index.ts';")).toEqual([]);
  });

  test('a cycle', () => {
    const a = readSource('engine/plan/a.ts', "import type { B } from './b.ts';");
    const b = readSource('engine/plan/b.ts', "import { a } from './a.ts';");
    expect(cyclesAmong([a, b])).toEqual(['engine/plan/a.ts → engine/plan/b.ts → engine/plan/a.ts']);
  });
});
