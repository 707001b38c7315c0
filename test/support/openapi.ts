import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

type Json = Readonly<Record<string, unknown>>;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

interface Operation {
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, Json>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
}

const file = join(
  dirname(createRequire(import.meta.url).resolve('@octokit/openapi/package.json')),
  'generated/api.github.com.json',
);

let loaded: Document | undefined;

/** The published description of GitHub's REST API: 13 MB, read once. */
const openDocument = (): Document => {
  loaded ??= JSON.parse(readFileSync(file, 'utf8')) as Document;
  return loaded;
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a reference leads to. */
const resolved = (value: Json): Json => {
  if (typeof value.$ref !== 'string') return value;
  const [, , section = '', name = ''] = value.$ref.split('/');
  return resolved(openDocument().components[section]?.[name] ?? {});
};

const prefix = '#/components/schemas/';

/** OpenAPI 3.0 as JSON Schema: what may be null says so in its type. `needed` gets the names that are referred to. */
const asJsonSchema = (value: unknown, needed: (name: string) => void): unknown => {
  if (Array.isArray(value)) return value.map((item) => asJsonSchema(item, needed));
  if (!isObject(value)) return value;
  if (typeof value.$ref === 'string') {
    const name = value.$ref.slice(prefix.length);
    needed(name);
    return { $ref: `schema:${name}` };
  }
  const { nullable, example: _, discriminator: __, ...rest } = value;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, asJsonSchema(item, needed)]));
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
};

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
const known = new Set<string>();

const addSchema = (name: string): void => {
  if (known.has(name)) return;
  known.add(name);
  const schema = openDocument().components.schemas?.[name];
  if (!schema) throw new Error(`the document has no schema ${name}`);
  ajv.addSchema(asJsonSchema(schema, addSchema) as Json, `schema:${name}`);
};

const compiled = new Map<Json, ValidateFunction>();

const faultsOf = (schema: Json, value: unknown): string | undefined => {
  const validate = compiled.get(schema) ?? ajv.compile(asJsonSchema(schema, addSchema) as Json);
  compiled.set(schema, validate);
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
};

const contentOf = (part: Json | undefined): Json | undefined => {
  const content = part && (resolved(part).content as Json | undefined);
  return isObject(content?.['application/json']) ? (content['application/json'] as Json) : undefined;
};

const operationOf = (method: string, path: string): Operation => {
  const operation = openDocument().paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`GitHub has no ${method} ${path}`);
  return operation;
};

export interface SentRequest {
  readonly method: string;
  /** As the document has it, such as `/repos/{owner}/{repo}/pulls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** A number or a truth value of a query, as its schema has it. */
const typed = (text: string, schema: Json): unknown => {
  if (schema.type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  return schema.type === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : text;
};

/** What a request does not keep of the document: parameters that are not there, and a body of another form. */
export const requestFaults = ({ method, path, query, body }: SentRequest): readonly string[] => {
  const operation = operationOf(method, path);
  const parameters = (operation.parameters ?? []).map((one) => resolved(one) as unknown as Parameter);
  const asked = [...query].flatMap(([name, text]) => {
    const parameter = parameters.find((one) => one.in === 'query' && one.name === name);
    if (!parameter) return [`no parameter ${name}`];
    return faultsOf(parameter.schema, typed(text, resolved(parameter.schema))) ?? [];
  });
  const content = contentOf(operation.requestBody);
  const sent =
    body === undefined
      ? operation.requestBody?.required === true
        ? ['no body']
        : []
      : content
        ? (faultsOf(content.schema as Json, body) ?? [])
        : ['a body that nobody asks for'];
  const schema = content && resolved(content.schema as Json);
  const names = Object.keys((schema?.properties ?? {}) as Json);
  const foreign = isObject(body) && names.length > 0 ? Object.keys(body).filter((key) => !names.includes(key)) : [];
  return [...asked, ...[sent].flat(), ...foreign.map((key) => `no key ${key}`)].map(
    (one) => `${method} ${path}: ${one}`,
  );
};

/** What an answer does not keep of the document. */
export const responseFaults = (method: string, path: string, status: number, body: unknown): readonly string[] => {
  const response = operationOf(method, path).responses[String(status)];
  const told = `${method} ${path} → ${status}`;
  // A host that fails does not keep to its documents either.
  if (!response) return status >= 500 || status === 401 || status === 429 ? [] : [`${told}: not documented`];
  const content = contentOf(response);
  if (!content) return body === undefined ? [] : [`${told}: a body that is not documented`];
  const fault = faultsOf(content.schema as Json, body);
  return fault === undefined ? [] : [`${told}: ${fault}`];
};

/** The example that the document has of an answer: what is not overridden in it is as GitHub sends it. */
export const exampleOf = (name: string): Json => {
  const example = openDocument().components.examples?.[name]?.value;
  if (example === undefined) throw new Error(`the document has no example ${name}`);
  return structuredClone(Array.isArray(example) ? example[0] : example) as Json;
};
