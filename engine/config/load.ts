import { type Diagnostic, failure, type Outcome, outcomeOf, success } from '../diagnostics/index.ts';
import {
  findSchemaProblems,
  loadYaml,
  type ParsedDocument,
  type SchemaProblem,
  withoutCredentials,
} from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { type JsonObject, type JsonValue, type StructuralPath, valueAt } from '../values/index.ts';
import type { Config } from './config.ts';
import type { ConfigFile } from './file.ts';
import { type ConfigLocation, findConfig, readMain } from './find.ts';
import { mergeDocuments, readIncluded } from './include.ts';
import { lockFileName, type ProviderPins, readPins } from './lock-file.ts';
import { type Home, normalise } from './normalise.ts';
import { checkRules } from './rules.ts';
import { policyProblems } from './rules-gates.ts';
import { canonicalShapes } from './shapes.ts';

const noPins: ProviderPins = new Map();

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

/** The JSON Schema of `m3forge.yaml`. */
export const configSchema = async (): Promise<JsonObject> => {
  const { default: schema } = await import('../../schemas/m3forge.schema.json', { with: { type: 'json' } });
  return schema as JsonObject;
};

const schemaProblems = async (document: ParsedDocument): Promise<readonly SchemaProblem[]> => {
  const { accepts } = await loadAccepts();
  return findSchemaProblems(configSchema, document, { unavailableCode: 'config-not-available', accepts });
};

const loadAccepts = () => import('../../schemas/m3forge-accepts.ts');

/** Loads the code that reading a configuration takes, for whoever waits for something else meanwhile. */
export const prepareToLoad = async (): Promise<void> => {
  await Promise.all([loadAccepts(), loadYaml()]);
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
  const subject = { config, written: sound, document };
  const found = [...checkRules(subject), ...(await policyProblems(subject)), ...pins.diagnostics];
  const diagnostics = [...before, ...problems.map(explained(document)), ...found].map(withoutPasswords);
  return outcomeOf(config, inOrderOfPosition(diagnostics));
};

/**
 * Reads `m3forge.yaml` and what it includes. All problems of the configuration come back at once; the configuration
 * only where none of them is an error.
 */
export const loadConfig = async (system: System, location: ConfigLocation): Promise<Outcome<Config>> => {
  const found = await findConfig(system, location);
  if (!found.ok) return found;
  const { home, nameOf } = found.value;
  const main = await readMain(found.value);
  if (!main.ok) return main;
  const included = await readIncluded(main.value, found.value);
  // Without a part of it, the rest would only be full of names that lead nowhere.
  if (included.diagnostics.length > 0) return failure(included.diagnostics);
  const [first, ...others] = [main.value, ...included.documents].map(canonicalShapes);
  if (!first) throw new Error('a configuration without a document');
  const { document, diagnostics } = mergeDocuments(
    first.document,
    others.map((other) => other.document),
  );
  return configOf(document, { ...home, lockFile: location.withoutPins ? undefined : nameOf(lockFileName) }, [
    ...[first, ...others].flatMap((one) => one.diagnostics),
    ...diagnostics,
  ]);
};
