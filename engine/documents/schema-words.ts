import type { ErrorObject } from 'ajv/dist/2020.js';
import { type DiagnosticCode, problem, type SourceRange } from '../diagnostics/index.ts';
import { formatPath, isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import { closest } from './closest.ts';
import type { ParsedDocument } from './document.ts';
import type { SchemaProblem, Violation } from './schema-problem.ts';

const typeWords: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
};

const wordOf = (value: unknown): string => {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  return typeWords[typeof value] ?? typeof value;
};

const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const nameOf = (path: StructuralPath): string => (path.length === 0 ? 'The document' : `\`${formatPath(path)}\``);

/** A parameter of an Ajv error: each keyword has its own. */
const parameter = (error: ErrorObject, name: string): unknown => (error.params as Record<string, unknown>)[name];

/** The alternatives of a schema, references followed. */
const openedSchema = (root: JsonObject, schema: JsonValue | undefined): readonly JsonObject[] => {
  if (!isJsonObject(schema)) return [];
  const name = typeof schema.$ref === 'string' ? schema.$ref.replace('#/$defs/', '') : undefined;
  const definitions = root.$defs;
  if (name !== undefined && isJsonObject(definitions)) return openedSchema(root, definitions[name]);
  return Array.isArray(schema.anyOf) ? schema.anyOf.flatMap((one: JsonValue) => openedSchema(root, one)) : [schema];
};

/** The alternatives of the schema that describes the value at a path, references followed. */
const schemasAt = (root: JsonObject, path: StructuralPath): readonly JsonObject[] => {
  const opened = (schema: JsonValue | undefined) => openedSchema(root, schema);
  let current = opened(root);
  for (const step of path) {
    current = current.flatMap((schema) => {
      const properties = schema.properties;
      if (typeof step === 'number') return opened(schema.items);
      const named = isJsonObject(properties) && Object.hasOwn(properties, step) ? properties[step] : undefined;
      return opened(named ?? schema.additionalProperties);
    });
  }
  return current;
};

const keysAt = (root: JsonObject, path: StructuralPath): readonly string[] =>
  schemasAt(root, path).flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : []));

/** What lies one step below a place, by the words for the step: a key, `NAME` for any, `[]` for an entry of a list. */
const below = (root: JsonObject, schema: JsonObject): readonly (readonly [step: string, schema: JsonObject])[] => {
  const opened = (step: string, inner: JsonValue | undefined) =>
    isJsonObject(inner) && inner.unavailable !== true
      ? openedSchema(root, inner).map((one) => [step, one] as const)
      : [];
  const { properties, additionalProperties, items } = schema;
  return [
    ...(isJsonObject(properties) ? Object.entries(properties).flatMap(([key, inner]) => opened(`.${key}`, inner)) : []),
    ...opened('.NAME', additionalProperties),
    ...opened('[]', items),
  ];
};

/** No configuration is deeper, and no schema that refers to itself is followed for ever. */
const deepestHome = 6;

/** The nearest places, seen from where the key stands, at which it would be known. */
const homesOf = (root: JsonObject, parent: StructuralPath, key: string): readonly string[] => {
  for (let depth = parent.length; depth >= 0; depth -= 1) {
    const start = parent.slice(0, depth);
    let level = schemasAt(root, start).map((schema) => [formatPath(start), schema] as const);
    for (let deep = 0; deep < deepestHome && level.length > 0; deep += 1) {
      level = level.flatMap(([place, schema]) =>
        below(root, schema).map(([step, inner]) => [`${place}${step}`.replace(/^\./, ''), inner] as const),
      );
      const homes = level.filter(([, { properties }]) => {
        const found = isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
        return isJsonObject(found) && found.unavailable !== true;
      });
      if (homes.length > 0) return [...new Set(homes.map(([place]) => place))];
    }
  }
  return [];
};

/** Where an unknown key was probably meant to stand. */
const hintForKey = (root: JsonObject, parent: StructuralPath, key: string): string | undefined => {
  const known = keysAt(root, parent);
  for (let depth = parent.length - 1; depth >= 0; depth -= 1) {
    const above = parent.slice(0, depth);
    if (keysAt(root, above).includes(key)) {
      return `\`${key}\` belongs ${depth === parent.length - 1 ? 'one level up' : 'further up'}, ${
        above.length === 0 ? 'at the top of the file' : `directly in ${nameOf(above)}`
      }.`;
    }
  }
  const below = known.find((child) => keysAt(root, [...parent, child]).includes(key));
  if (below !== undefined) return `\`${key}\` belongs one level down, in ${nameOf([...parent, below])}.`;
  const near = closest(key, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  const homes = homesOf(root, parent, key);
  return homes.length === 0 ? undefined : `\`${key}\` belongs into ${either(homes.map((home) => `\`${home}\``))}.`;
};

const limitWords = (error: ErrorObject): string => {
  const limit = String(parameter(error, 'limit'));
  switch (error.keyword) {
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return limit === '1' ? 'must not be empty' : `must have at least ${limit} entries or characters`;
    case 'pattern':
      return `does not have the form ${String(parameter(error, 'pattern'))}`;
    default:
      return error.message ?? 'is not accepted';
  }
};

/** Says violations of one schema as diagnostics that a person understands without knowing what a schema is. */
export class SchemaWords {
  readonly #root: JsonObject;
  readonly #document: ParsedDocument;
  readonly #unavailableCode: DiagnosticCode;

  constructor(root: JsonObject, document: ParsedDocument, unavailableCode: DiagnosticCode) {
    this.#root = root;
    this.#document = document;
    this.#unavailableCode = unavailableCode;
  }

  say({ error, path }: Violation): SchemaProblem {
    switch (error.keyword) {
      case 'additionalProperties':
        return this.#unknownKey(error, path);
      case 'required':
        return this.#missingKey(error, path);
      case 'type':
      case 'anyOf':
        return this.#wrongType(error, path);
      case 'enum':
      case 'const':
        return this.#notOneOf(error, path);
      case 'available':
      case 'unavailable':
        return this.#unavailable(error, path);
      default: {
        const detail = `${nameOf(path)} ${limitWords(error)}.`;
        return { path, diagnostic: problem('schema-invalid-value', { detail, range: this.#at(path, 'value') }) };
      }
    }
  }

  /** That there is more than what was listed up to here. */
  more(range: SourceRange | undefined): SchemaProblem {
    const detail = 'There is more that the schema does not allow; it is listed when this is mended.';
    return { path: [], diagnostic: problem('schema-invalid-value', { detail, range }) };
  }

  #at(path: StructuralPath, part: 'key' | 'value'): SourceRange {
    return this.#document.locate(path, part);
  }

  #unknownKey(error: ErrorObject, parent: StructuralPath): SchemaProblem {
    const key = String(parameter(error, 'additionalProperty'));
    const path = [...parent, key];
    const where = parent.length === 0 ? '' : ` in ${nameOf(parent)}`;
    const parts = { detail: `There is no key \`${key}\`${where}.`, range: this.#at(path, 'key') };
    const hint = hintForKey(this.#root, parent, key);
    return { path, diagnostic: problem('schema-unknown-key', { ...parts, hint }) };
  }

  #missingKey(error: ErrorObject, parent: StructuralPath): SchemaProblem {
    const key = String(parameter(error, 'missingProperty'));
    const detail = `${nameOf(parent)} needs the key \`${key}\`.`;
    const { start, ...rest } = this.#at(parent, parent.length === 0 ? 'value' : 'key');
    const range = parent.length === 0 ? { ...rest, start, end: start } : { ...rest, start };
    return { path: [...parent, key], diagnostic: problem('schema-missing-key', { detail, range }) };
  }

  #wrongType(error: ErrorObject, path: StructuralPath): SchemaProblem {
    const types = [parameter(error, 'type')].flat().map(String);
    const expected = either(types.map((type) => typeWords[type] ?? type));
    const detail = `${nameOf(path)} must be ${expected}, not ${wordOf(error.data)}.`;
    const isUnquoted = types.includes('string') && /^(number|boolean)$/.test(typeof error.data);
    const hint = isUnquoted ? 'Put it into quotes.' : undefined;
    return { path, diagnostic: problem('schema-wrong-type', { detail, range: this.#at(path, 'value'), hint }) };
  }

  #notOneOf(error: ErrorObject, path: StructuralPath): SchemaProblem {
    const allowed = [parameter(error, 'allowedValues') ?? parameter(error, 'allowedValue')].flat().map(String);
    const near = typeof error.data === 'string' ? closest(error.data, allowed) : undefined;
    const detail = `${nameOf(path)} must be ${either(allowed)}.`;
    const hint = near === undefined ? undefined : `Did you mean \`${near}\`?`;
    return { path, diagnostic: problem('schema-not-one-of', { detail, range: this.#at(path, 'value'), hint }) };
  }

  /** A list that is not available may stand where a mapping is. */
  #insteadOf(error: ErrorObject, path: StructuralPath): string {
    const isList = Array.isArray(error.data) && error.parentSchema?.type === 'array';
    const isMapping = schemasAt(this.#root, path).some(({ type, unavailable }) => type === 'object' && !unavailable);
    return isList && isMapping ? 'Write it as a mapping: names as keys.' : 'Remove it until then.';
  }

  #unavailable(error: ErrorObject, path: StructuralPath): SchemaProblem {
    const values = error.keyword === 'available' && Array.isArray(error.schema) ? error.schema.map(String) : [];
    const what = values.length > 0 ? `\`${formatPath(path)}: ${String(error.data)}\`` : nameOf(path);
    const hint = values.length > 0 ? `Available now: ${either(values)}.` : this.#insteadOf(error, path);
    const range = this.#at(path, values.length > 0 ? 'value' : 'key');
    const detail = `${what} is known, but not available yet.`;
    return { path, diagnostic: problem(this.#unavailableCode, { detail, range, hint }) };
  }
}
