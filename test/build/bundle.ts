import { join } from 'node:path';
import { type OutputAsset, type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { acceptsPlugin } from './accepts.ts';
import { groupingOf } from './grouping.ts';

export const root = join(import.meta.dirname, '../..');

/** Where all parts but the entries lie, with a hash in their names. */
export const chunks = 'chunks';

/** PGlite and the pool of threads read files from beside themselves; pg-native is an optional part of `pg` that is not installed. */
const external = ['@electric-sql/pglite', /^@electric-sql\/pglite\//, 'pg-native', 'tinypool'];

const programEntries = {
  main: 'test/build/launcher.ts',
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

/** The program in one file per lazily loaded part; a test may bundle another entry beside it, or put plugins in. */
export const bundleProgram = async (
  plugins: readonly Plugin[] = [],
  entries: Readonly<Record<string, string>> = programEntries,
): Promise<readonly (OutputChunk | OutputAsset)[]> => {
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
    format: 'esm',
    charset: 'ascii',
    codeSplitting: { groups: [{ name: grouping.nameOf, debugName: 'loaded together' }] },
    entryFileNames: '[name].js',
    chunkFileNames: `${chunks}/[name]-[hash].js`,
  });
  await build.close();
  return output;
};
