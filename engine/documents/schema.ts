import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { Diagnostic, DiagnosticCode } from '../diagnostics/index.ts';
import {
  formatPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type StructuralPath,
  valueAt,
} from '../values/index.ts';
import { closest } from './closest.ts';
import type { ParsedDocument } from './document.ts';
import { mostProblems } from './findings.ts';
import type { SchemaProblem, Violation } from './schema-problem.ts';
import { SchemaWords } from './schema-words.ts';

export interface SchemaOptions {
  /** The code for what the schema knows but marks as `unavailable`, or as another value than the `available` ones. */
  readonly unavailableCode?: DiagnosticCode;
  /** The schema as a function, where the build has made one: what it accepts needs no schema to be compiled. */
  readonly accepts?: ((value: unknown) => boolean) | undefined;
}

const rootId = 'm3forge:root';

const compiled = new WeakMap<JsonObject, Promise<Ajv2020>>();

/** What is refused as a whole need not be described in detail: compiling it would only take time at every start. */
const shortened = (schema: JsonValue): JsonValue => {
  if (Array.isArray(schema)) return (schema as readonly JsonValue[]).map(shortened);
  if (!isJsonObject(schema)) return schema;
  if (schema.unavailable === true) return { ...(schema.type && { type: schema.type }), unavailable: true };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, shortened(value)]));
};

/** A validator of one schema, with the two keywords that say what is known but not available yet. */
const compile = async (schema: JsonObject): Promise<Ajv2020> => {
  const { Ajv2020: Validator } = await import('ajv/dist/2020.js');
  // Our schemas are generated; compiling the schema of schemas, to judge them once more, would cost every start 40 ms.
  const ajv = new Validator({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    validateSchema: false,
  });
  ajv.addKeyword({ keyword: 'unavailable', schemaType: 'boolean', validate: (is: boolean) => !is });
  ajv.addKeyword({
    keyword: 'available',
    schemaType: 'array',
    // What is not even known is the business of `enum` and `type`.
    validate: (available: readonly unknown[], data: unknown, parent?: object) => {
      const known = parent && 'enum' in parent && Array.isArray(parent.enum) ? parent.enum : [true, false];
      return available.includes(data) || !known.includes(data);
    },
  });
  // For editors only.
  ajv.addVocabulary(['markdownDescription', 'doNotSuggest', 'deprecationMessage']);
  const { $id: _id, ...body } = schema;
  ajv.addSchema(shortened(body) as JsonObject, rootId);
  return ajv;
};

const validatorOf = (schema: JsonObject): Promise<Ajv2020> => {
  const known = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, known);
  return known;
};

/** A JSON pointer as a path: an array's steps become numbers, which only the document can tell. */
const toPath = (pointer: string, root: JsonValue): StructuralPath => {
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const step = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(root, path)) ? Number(step) : step);
  }
  return path;
};

/** Ajv finds everything; of a hostile document that is a great deal, and each comparison below goes through all of it. */
const mostErrors = 500;

const startsWith = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

const typesOf = (schema: unknown, ajv: Ajv2020): readonly string[] => {
  if (!isJsonObject(schema)) return [];
  const reference = schema.$ref;
  if (typeof reference === 'string') return typesOf(ajv.getSchema(rootId + reference)?.schema, ajv);
  const type = schema.type;
  return typeof type === 'string' ? [type] : Array.isArray(type) ? type.filter((one) => typeof one === 'string') : [];
};

export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'number' ? 'number' : typeof value;

const accepts = (types: readonly string[], value: unknown): boolean =>
  types.includes(typeOf(value)) || (Number.isInteger(value) && types.includes('integer'));

/** Runs one schema, and tells of a failed alternative only what the value was evidently meant to be. */
const violationsOf = (
  ajv: Ajv2020,
  pointer: string,
  value: unknown,
  base: string,
  document: JsonValue,
): readonly Violation[] => {
  const validate = ajv.getSchema(rootId + pointer);
  if (!validate || validate(value) === true) return [];
  const errors = (validate.errors ?? []).slice(0, mostErrors);
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf');
  const outermost = alternatives.filter(
    (one) => !alternatives.some((other) => other !== one && startsWith(one.instancePath, other.instancePath)),
  );
  // What stands beside the alternatives in the schema holds whichever of them was meant.
  const direct = errors.filter(
    (error) =>
      !alternatives.includes(error) &&
      outermost.every(
        (one) => !startsWith(error.instancePath, one.instancePath) || error.parentSchema === one.parentSchema,
      ),
  );
  const found = direct.map((error) => ({ error, path: toPath(base + error.instancePath, document) }));
  for (const error of outermost) {
    const branches: readonly unknown[] = Array.isArray(error.schema) ? error.schema : [];
    const fitting = branches.flatMap((branch, index) => (accepts(typesOf(branch, ajv), error.data) ? [index] : []));
    const at = base + error.instancePath;
    if (fitting.length === 1) {
      const branch = branches[fitting[0] ?? 0];
      const reference = isJsonObject(branch) ? branch.$ref : undefined;
      const next = typeof reference === 'string' ? reference : `${absolute(pointer, error.schemaPath)}/${fitting[0]}`;
      found.push(...violationsOf(ajv, next, error.data, at, document));
    } else {
      const types = [...new Set(branches.flatMap((branch) => typesOf(branch, ajv)))];
      found.push({ error: { ...error, params: { type: types } }, path: toPath(at, document) });
    }
  }
  return found;
};

/** Ajv names a place behind a reference from the root, and any other place from where validation began. */
const absolute = (pointer: string, schemaPath: string): string =>
  schemaPath.startsWith('#/$defs/') ? schemaPath : `${pointer === '' ? '#' : pointer}${schemaPath.slice(1)}`;

const samePrefix = (prefix: StructuralPath, path: StructuralPath): boolean =>
  prefix.length <= path.length && prefix.every((step, index) => step === path[index]);

/** A key that is missing only because it stands there misspelt. */
const isMisspelt = (violation: Violation, all: readonly Violation[]): boolean =>
  violation.error.keyword === 'required' &&
  all.some(
    ({ error, path }) =>
      error.keyword === 'additionalProperties' &&
      formatPath(path) === formatPath(violation.path) &&
      closest(String(error.params.additionalProperty), [String(violation.error.params.missingProperty)]) !== undefined,
  );

/** Nothing more is said about what is not available, about a value of the wrong type, or about a misspelt key. */
const withoutConsequences = (violations: readonly Violation[]): readonly Violation[] => {
  const unavailable = violations.filter(({ error }) => error.keyword === 'unavailable');
  const closing = violations.filter(({ error }) => error.keyword === 'unavailable' || error.keyword === 'type');
  const closedBy = (one: Violation, others: readonly Violation[]) =>
    others.some((other) => other !== one && samePrefix(other.path, one.path));
  return violations.filter(
    (one) =>
      !closedBy(one, unavailable) && (closing.includes(one) || !closedBy(one, closing)) && !isMisspelt(one, violations),
  );
};

/**
 * Everything about a document that its schema does not allow, one diagnostic for each mistake, with its path. Where there
 * is too much to list, the last one says so, and is about the document as a whole. A schema that is loaded on demand is
 * loaded where `accepts` does not accept.
 */
export const findSchemaProblems = async (
  schema: JsonObject | (() => Promise<JsonObject>),
  document: ParsedDocument,
  options: SchemaOptions = {},
): Promise<readonly SchemaProblem[]> => {
  if (options.accepts?.(document.value)) return [];
  const whole = typeof schema === 'function' ? await schema() : schema;
  const ajv = await validatorOf(whole);
  const violations = withoutConsequences(violationsOf(ajv, '', document.value, '', document.value));
  const words = new SchemaWords(whole, document, options.unavailableCode ?? 'schema-invalid-value');
  const said = violations.slice(0, mostProblems).map((violation) => words.say(violation));
  return violations.length > mostProblems ? [...said, words.more(said.at(-1)?.diagnostic.range)] : said;
};

/**
 * Everything about a document that its JSON Schema (2020-12, definitions under `$defs`) does not allow, one diagnostic
 * for each mistake.
 */
export const checkSchema = async (
  schema: JsonObject,
  document: ParsedDocument,
  options: SchemaOptions = {},
): Promise<readonly Diagnostic[]> =>
  (await findSchemaProblems(schema, document, options)).map(({ diagnostic }) => diagnostic);
