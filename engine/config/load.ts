import { lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Diagnostic, failure, type Outcome, outcomeOf, problem, success } from '../diagnostics/index.ts';
import {
  findSchemaProblems,
  type ParsedDocument,
  parseYaml,
  readTextFile,
  type SchemaProblem,
  withoutCredentials,
} from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { type JsonObject, type JsonValue, type StructuralPath, valueAt } from '../values/index.ts';
import type { Config } from './config.ts';
import type { ConfigFile } from './file.ts';
import { largestConfig, mergeDocuments, readIncluded } from './include.ts';
import { lockFileName, type ProviderPins, readPins } from './lock-file.ts';
import { type Home, normalise } from './normalise.ts';
import { checkRules } from './rules.ts';

export interface ConfigLocation {
  /** Where to begin; the working directory where it is not given. */
  readonly directory?: string;
  /** The file itself, relative to the directory; otherwise `m3forge.yaml` is looked for upwards. */
  readonly file?: string;
  /** Leaves `m3forge.lock` unread: whoever writes it anew need not be able to read it. */
  readonly withoutPins?: boolean;
}

const noPins: ProviderPins = new Map();

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

/** The document without what its schema refuses, so that the rules can judge the rest in the same run. */
const without = (value: JsonValue, wrong: readonly StructuralPath[]): JsonValue => {
  if (wrong.some((path) => path.length === 0)) return null;
  if (value === null || typeof value !== 'object' || wrong.length === 0) return value;
  const inside = (step: string | number) => wrong.flatMap(([first, ...rest]) => (first === step ? [rest] : []));
  // A list keeps the place of what is taken out of it, because positions go by the index.
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item, index) => without(item, inside(index)));
  const kept = Object.entries(value).filter(([key]) => !inside(key).some((path) => path.length === 0));
  return Object.fromEntries(kept.map(([key, item]) => [key, without(item, inside(key))]));
};

const schemaProblems = async (document: ParsedDocument): Promise<readonly SchemaProblem[]> => {
  const { default: schema } = await import('../../schemas/m3forge.schema.json', { with: { type: 'json' } });
  return findSchemaProblems(schema as JsonObject, document, { unavailableCode: 'config-not-available' });
};

const inOrderOfPosition = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  [...diagnostics].sort((a, b) => {
    if (!a.range || !b.range || a.range.filename !== b.range.filename) return 0;
    return a.range.start.byte - b.range.start.byte;
  });

/** What the schema says of `version` is true of any number; of this one there is more to say. */
const explained =
  (document: ParsedDocument) =>
  ({ path, diagnostic }: SchemaProblem): Diagnostic => {
    const version = path.length === 1 && path[0] === 'version' ? valueAt(document.value, path) : undefined;
    if (typeof version !== 'number' || version < 2 || !Number.isInteger(version)) return diagnostic;
    return {
      ...diagnostic,
      detail: 'This m3forge reads version 1; a newer one wrote this file.',
      hint: `Install the m3forge that reads version ${version}, or go by the \`version: 1\` that this one knows.`,
    };
  };

/** Whatever value a complaint quotes, it does not quote the password in it. */
const withoutPasswords = (diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  detail: withoutCredentials(diagnostic.detail),
});

/** Judges a document as a whole: what its schema refuses and what the rules refuse about the rest. */
const configOf = async (
  document: ParsedDocument,
  { lockFile, ...home }: Home & { readonly lockFile: string | undefined },
  before: readonly Diagnostic[],
): Promise<Outcome<Config>> => {
  const problems = await schemaProblems(document);
  const sound = (without(
    document.value,
    problems.map(({ path }) => path),
  ) ?? {}) as unknown as ConfigFile;
  // Only who uses providers of others has a lock file.
  const isPinned = sound.providers !== undefined && lockFile !== undefined;
  const pins = isPinned ? await readPins(home.directory, lockFile) : success(noPins);
  const config = normalise(sound, home, pins.ok ? pins.value : noPins, document.locate);
  const rules = checkRules({ config, written: sound, document });
  const diagnostics = [...before, ...problems.map(explained(document)), ...rules, ...pins.diagnostics].map(
    withoutPasswords,
  );
  return outcomeOf(config, inOrderOfPosition(diagnostics));
};

const notFound = (directory: string, file: string | undefined): Diagnostic =>
  problem('config-not-found', {
    detail: file ? `There is no file ${file}.` : `There is no ${usualName} in ${directory} or any directory above it.`,
    hint: 'Go to the project, or name the file with --config.',
  });

/**
 * Reads `m3forge.yaml` and what it includes. All problems of the configuration come back at once; the configuration
 * only where none of them is an error.
 */
export const loadConfig = async (system: System, location: ConfigLocation): Promise<Outcome<Config>> => {
  const start = resolve(system.cwd(), location.directory ?? '.');
  const path = location.file ? resolve(start, location.file) : await findUpwards(start);
  if (path === undefined || !(await exists(path))) return failure([notFound(start, location.file)]);
  const directory = dirname(path);
  const nameOf = (file: string): string => relative(system.cwd(), join(directory, file)).split(sep).join('/');
  const home: Home = { file: nameOf(basename(path)), directory };
  const text = await readTextFile(directory, basename(path), { maxBytes: largestConfig, filename: home.file });
  if (!text.ok) return text;
  const main = await parseYaml(text.value);
  if (!main.ok) return main;
  const included = await readIncluded(main.value, directory, nameOf);
  // Without a part of it, the rest would only be full of names that lead nowhere.
  if (included.diagnostics.length > 0) return failure(included.diagnostics);
  const { document, diagnostics } = mergeDocuments(main.value, included.documents);
  return configOf(
    document,
    { ...home, lockFile: location.withoutPins ? undefined : nameOf(lockFileName) },
    diagnostics,
  );
};
