import { join } from 'node:path';
import { type OutputAsset, type OutputChunk, type OutputOptions, type Plugin, rolldown } from 'rolldown';
import { acceptsPlugin } from './accepts.ts';
import { groupingOf } from './grouping.ts';

export const root = join(import.meta.dirname, '../..');

/** Where the parts of the modules lie, with a hash in their names, and where those of the program do. */
export const chunks = 'chunks';
export const program = 'program';

/** PGlite and the pool of threads read files from beside themselves; pg-native is an optional part of `pg` that is not installed. */
const external = ['@electric-sql/pglite', /^@electric-sql\/pglite\//, 'pg-native', 'tinypool'];

const moduleEntries = {
  library: 'engine/library.ts',
  'blob-worker': 'engine/versions/blob-worker.ts',
  'provider-process': 'engine/provider/process/child.ts',
  'provider-kit': 'engine/provider/kit/entry.ts',
};

/** What a worker and a provider in a process of its own need, and then what commands have in common. */
const groups = {
  basis: ['engine/versions/blob-worker.ts', 'engine/provider/process/child.ts'],
  core: [
    'engine/cli/index.ts',
    'engine/cli/forge-command.ts',
    'engine/operations/index.ts',
    'engine/provider/index.ts',
  ],
};

type Output = readonly (OutputChunk | OutputAsset)[];
type Entries = Readonly<Record<string, string>>;

const bundle = async (entries: Entries, plugins: readonly Plugin[], written: OutputOptions): Promise<Output> => {
  const grouping = groupingOf(root, groups);
  const build = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external,
    plugins: [acceptsPlugin, grouping.plugin, ...plugins],
    moduleTypes: { '.sql': 'text' },
    // The ES modules of a package where it has both: jsonc-parser's other half requires its parts by computed names.
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node22.19' },
  });
  const { output } = await build.generate({
    charset: 'ascii',
    codeSplitting: { groups: [{ name: grouping.nameOf, debugName: 'loaded together' }] },
    ...written,
  });
  await build.close();
  return output;
};

/** What others import, and what is run in threads and processes of its own; a test may bundle something else like that. */
export const bundleModules = (plugins: readonly Plugin[] = [], entries: Entries = moduleEntries): Promise<Output> =>
  bundle(entries, plugins, {
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: `${chunks}/[name]-[hash].js`,
  });

/** The program that `main.js` loads, in one file per part that is loaded on demand; a test may put plugins in. */
export const bundleProgram = async (plugins: readonly Plugin[] = []): Promise<Output> => [
  ...(await bundle({ main: 'engine/main.ts' }, plugins, {
    format: 'cjs',
    exports: 'named',
    strict: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: `${program}/[name].cjs`,
    chunkFileNames: `${program}/[name]-[hash].cjs`,
  })),
  ...(await bundle({ main: 'launcher/index.ts' }, [], { format: 'esm', entryFileNames: '[name].js' })),
];
