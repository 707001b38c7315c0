import { lstatSync } from 'node:fs';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { guardText, type ParsedDocument, parseYaml, readTextFile } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { type ConfigTexts, largestConfig } from './include.ts';
import type { Home } from './normalise.ts';

export interface ConfigLocation {
  /** Where to begin; the working directory where it is not given. */
  readonly directory?: string;
  /** The file itself, relative to the directory; otherwise `m3forge.yaml` is looked for upwards. */
  readonly file?: string;
  /** Leaves `m3forge.lock` unread: whoever writes it anew need not be able to read it. */
  readonly withoutPins?: boolean;
  /** Where the files are read in the place of the disk, such as in a commit; undefined for one that is not there. */
  readonly read?: (path: string) => Promise<Uint8Array | undefined>;
}

/** A configuration that is there, not read yet. */
export interface FoundConfig extends ConfigTexts {
  readonly home: Home;
  /** The name of the file in its directory. */
  readonly name: string;
}

const usualName = 'm3forge.yaml';

/**
 * A link that leads nowhere is there as well, and so is what cannot be looked at: what is wrong with it is said when it is read.
 * Asked at once, because the first question that is not waits for four threads to be started.
 */
const exists = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOTDIR';
  }
};

/** The nearest `m3forge.yaml` in the directory or above it. */
const findUpwards = (directory: string): string | undefined => {
  for (let here = directory; ; here = dirname(here)) {
    if (exists(join(here, usualName))) return join(here, usualName);
    if (dirname(here) === here) return undefined;
  }
};

/** Reads from the disk, or from where the location says. */
const textIn =
  (directory: string, read: ConfigLocation['read']): ConfigTexts['text'] =>
  async (path, filename) => {
    const options = { maxBytes: largestConfig, filename };
    if (!read) return readTextFile(directory, path, options);
    const bytes = await read(posix.normalize(path));
    if (bytes) return guardText(bytes, filename, options);
    return failure([problem('file-missing', { detail: `There is no file ${filename}.` })]);
  };

/** Finds the configuration, or says where it was looked for. */
export const findConfig = async (system: System, location: ConfigLocation): Promise<Outcome<FoundConfig>> => {
  const start = resolve(system.cwd(), location.directory ?? '.');
  const path = location.file ? resolve(start, location.file) : findUpwards(start);
  if (path !== undefined && (location.read || exists(path))) {
    const directory = dirname(path);
    const nameOf = (file: string): string => relative(system.cwd(), join(directory, file)).split(sep).join('/');
    const text = textIn(directory, location.read);
    return success({ home: { file: nameOf(basename(path)), directory }, name: basename(path), nameOf, text });
  }
  const detail = location.file
    ? `There is no file ${location.file}.`
    : `There is no ${usualName} in ${start} or any directory above it.`;
  return failure([problem('config-not-found', { detail, hint: 'Go to the project, or name the file with --config.' })]);
};

/** Reads the file itself, without what it includes. */
export const readMain = async ({ home, name, text }: FoundConfig): Promise<Outcome<ParsedDocument>> => {
  const main = await text(name, home.file);
  return main.ok ? parseYaml(main.value) : main;
};
