import { type OutputAsset, type OutputChunk, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { root } from './bundle.ts';

/** What programs and authors of providers import, each with its types. */
const entries = { library: 'engine/library.ts', 'provider-kit': 'engine/provider/kit/entry.ts' } as const;

/** Modules of Node and packages; a declaration that needs one of a package would need its types installed, too. */
const external = /^(?!engine\/)[a-z@][^:]*$/;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** One file of declarations for each entry, with everything in it that its promises are made of. */
export const bundleTypes = async (): Promise<readonly (OutputChunk | OutputAsset)[]> => {
  const written: (OutputChunk | OutputAsset)[] = [];
  for (const [name, file] of Object.entries(entries)) {
    const build = await rolldown({
      ...{ cwd: root, input: { [name]: file }, platform: 'node', external: [external], logLevel: 'silent' },
      plugins: dts({ emitDtsOnly: true, generator: 'tsgo', tsconfig: 'tsconfig.json', logger: silent }),
    });
    const { output } = await build.generate({ format: 'esm' });
    written.push(...output);
    await build.close();
  }
  return written;
};
