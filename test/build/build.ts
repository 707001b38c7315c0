import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OutputAsset, OutputChunk } from 'rolldown';
import { writeEmbeddedTemplate } from '../../engine/database/index.ts';
import { bundleModules, bundleProgram, chunks, program, root } from './bundle.ts';
import { isFresh } from './freshness.ts';
import { bundleTypes } from './types.ts';

/**
 * Builds `dist/`: the program in one file per lazily loaded part, and the prepared embedded database.
 *
 *     node test/build/build.ts [--if-stale]
 */
const dist = join(root, 'dist');
const template = 'embedded-template.tar.gz';

/** A reader sees the old file or the new one, never half of one. */
const replaceFile = async (file: string, content: string | Uint8Array): Promise<void> => {
  const draft = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, content);
  await rename(draft, file);
};

/** What names all other files, which carry a hash in their names: written last, and only then do those of the old one go. */
const last = [`${program}/main.cjs`, 'main.js'];

const writeBundle = async (output: readonly (OutputChunk | OutputAsset)[]): Promise<void> => {
  const inOrder = output.toSorted((a, b) => last.indexOf(a.fileName) - last.indexOf(b.fileName));
  for (const part of inOrder) {
    await replaceFile(join(dist, part.fileName), part.type === 'chunk' ? part.code : part.source);
  }
  await chmod(join(dist, 'main.js'), 0o755);
  const written = new Set(output.map(({ fileName }) => fileName));
  for (const folder of [chunks, program]) {
    for (const name of await readdir(join(dist, folder))) {
      if (!written.has(`${folder}/${name}`)) await rm(join(dist, folder, name), { force: true });
    }
  }
  await rm(join(dist, 'compile-cache'), { recursive: true, force: true });
};

/**
 * `npx m3forge` runs what node_modules/.bin holds, but npm links no package's own program there. Naming it under "bin" in
 * package.json is not enough: npx then installs the repository into its cache first, which takes seconds and writes to the
 * home directory. With the link alone it starts at once, under the Node that "npm ci" has installed beside it.
 */
const linkProgram = async (): Promise<void> => {
  const link = join(root, 'node_modules/.bin/m3forge');
  await rm(link, { force: true });
  await symlink('../../dist/main.js', link);
};

if (process.argv.includes('--if-stale') && (await isFresh(root))) {
  process.stdout.write('dist is up to date\n');
} else {
  await writeEmbeddedTemplate(join(dist, template));
  if (!existsSync(join(root, 'engine/main.ts'))) {
    process.stdout.write('dist: the template alone, because there is no engine/main.ts\n');
    process.exit(0);
  }
  const output = [...(await bundleModules()), ...(await bundleTypes()), ...(await bundleProgram())];
  await writeBundle(output);
  await linkProgram();
  const bytes = output.reduce((sum, part) => sum + (part.type === 'chunk' ? part.code : part.source).length, 0);
  process.stdout.write(`dist: ${output.length} files, ${Math.round(bytes / 1024)} kB, and ${template}\n`);
}
