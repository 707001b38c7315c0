import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'rolldown';
import { bundleModules, bundleProgram, root } from '../build/bundle.ts';
import type { Plant } from './plant.ts';
import { plants } from './plants.ts';

const count = (text: string, piece: string): number => text.split(piece).length - 1;

/** The source with every plant of this file in it. A piece that is not there, or there twice, fails the build. */
const plantInto = (file: string, source: string, all: readonly Plant[]): string => {
  let text = source;
  for (const { name, edits } of all) {
    for (const { original, planted } of edits.filter((edit) => edit.file === file)) {
      if (count(text, original) !== 1) throw new Error(`the plant ${name} does not find its place in ${file}`);
      const isPlanted = `(globalThis.process.env.CHAOS_PLANT === '${name}')`;
      text = text.replace(original, () => planted.replaceAll('PLANTED', isPlanted));
    }
  }
  return text;
};

/** Plants all bugs, each behind its switch, into the files of a build; those that no build has met yet stay in `files`. */
export const planting = () => {
  const planted = new Set(plants.flatMap(({ edits }) => edits.map(({ file }) => file)));
  const files = new Set(planted);
  const plugin: Plugin = {
    name: 'plants',
    transform: {
      order: 'pre',
      handler: (source, id) => {
        const file = relative(root, id);
        files.delete(file);
        return planted.has(file) ? { code: plantInto(file, source, plants) } : undefined;
      },
    },
  };
  return { files, plugin };
};

/** Builds the program with all plants into `directory`, and returns the file to run. */
export const buildPlanted = async (directory: string): Promise<string> => {
  const { files, plugin } = planting();
  const output = [...(await bundleModules([plugin])), ...(await bundleProgram([plugin]))];
  if (files.size > 0) throw new Error(`no part of the program: ${[...files].join(', ')}`);
  for (const part of output) {
    const file = join(directory, part.fileName);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, part.type === 'chunk' ? part.code : part.source);
  }
  return join(directory, 'main.js');
};
