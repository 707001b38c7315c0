import { lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { type ParsedDocument, parseYaml, readTextFile } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { largestConfig } from './include.ts';
import type { Home } from './normalise.ts';

export interface ConfigLocation {
  /** Where to begin; the working directory where it is not given. */
  readonly directory?: string;
  /** The file itself, relative to the directory; otherwise `m3forge.yaml` is looked for upwards. */
  readonly file?: string;
  /** Leaves `m3forge.lock` unread: whoever writes it anew need not be able to read it. */
  readonly withoutPins?: boolean;
}

/** A configuration that is there, not read yet. */
export interface FoundConfig {
  readonly home: Home;
  /** The name of the file in its directory. */
  readonly name: string;
  /** What a file beside it is called, for people: relative to the working directory. */
  readonly nameOf: (file: string) => string;
}

const usualName = 'm3forge.yaml';

/** A link that leads nowhere is there as well: what is wrong with it is said when it is read. */
const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );

/** The nearest `m3forge.yaml` in the directory or above it. */
const findUpwards = async (directory: string): Promise<string | undefined> => {
  for (let here = directory; ; here = dirname(here)) {
    if (await exists(join(here, usualName))) return join(here, usualName);
    if (dirname(here) === here) return undefined;
  }
};

/** Finds the configuration, or says where it was looked for. */
export const findConfig = async (system: System, location: ConfigLocation): Promise<Outcome<FoundConfig>> => {
  const start = resolve(system.cwd(), location.directory ?? '.');
  const path = location.file ? resolve(start, location.file) : await findUpwards(start);
  if (path !== undefined && (await exists(path))) {
    const directory = dirname(path);
    const nameOf = (file: string): string => relative(system.cwd(), join(directory, file)).split(sep).join('/');
    return success({ home: { file: nameOf(basename(path)), directory }, name: basename(path), nameOf });
  }
  const detail = location.file
    ? `There is no file ${location.file}.`
    : `There is no ${usualName} in ${start} or any directory above it.`;
  return failure([problem('config-not-found', { detail, hint: 'Go to the project, or name the file with --config.' })]);
};

/** Reads the file itself, without what it includes. */
export const readMain = async ({ home, name }: FoundConfig): Promise<Outcome<ParsedDocument>> => {
  const text = await readTextFile(home.directory, name, { maxBytes: largestConfig, filename: home.file });
  return text.ok ? parseYaml(text.value) : text;
};
