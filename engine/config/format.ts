import { join } from 'node:path';
import { type Diagnostic, failure, type Outcome, success } from '../diagnostics/index.ts';
import { formatYaml, readTextFile } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { type ConfigLocation, type FoundConfig, findConfig, readMain } from './find.ts';
import { includedPaths, largestConfig, readIncluded } from './include.ts';

/** A file of the configuration in its canonical form. */
export interface FormattedFile {
  /** Absolute. */
  readonly path: string;
  /** Relative to the working directory, for people. */
  readonly filename: string;
  readonly text: string;
  /** Whether it is written otherwise now. */
  readonly changed: boolean;
}

const formatFile = async ({ home, nameOf }: FoundConfig, file: string): Promise<Outcome<FormattedFile>> => {
  const filename = nameOf(file);
  const read = await readTextFile(home.directory, file, { maxBytes: largestConfig, filename });
  if (!read.ok) return read;
  const text = await formatYaml(read.value);
  if (!text.ok) return text;
  const changed = text.value !== read.value.text;
  return success({ path: join(home.directory, file), filename, text: text.value, changed });
};

/**
 * The configuration and each file that it includes, in canonical form; nothing is written. It must be YAML, and need not
 * be a configuration that means anything. Either all files come back or what is wrong with them.
 */
export const formatConfig = async (
  system: System,
  location: ConfigLocation,
): Promise<Outcome<readonly FormattedFile[]>> => {
  const found = await findConfig(system, location);
  if (!found.ok) return found;
  const main = await readMain(found.value);
  if (!main.ok) return main;
  const included = await readIncluded(main.value, found.value);
  if (included.diagnostics.length > 0) return failure(included.diagnostics);
  const files: FormattedFile[] = [];
  const problems: Diagnostic[] = [];
  for (const file of new Set([found.value.name, ...includedPaths(main.value)])) {
    const formatted = await formatFile(found.value, file);
    if (formatted.ok) files.push(formatted.value);
    else problems.push(...formatted.diagnostics);
  }
  return problems.length > 0 ? failure(problems) : success(files);
};
