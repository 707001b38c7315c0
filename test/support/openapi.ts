import { Ajv, type ValidateFunction } from 'ajv';

type Json = Readonly<Record<string, unknown>>;

/** A description in the words of OpenAPI 3.0, of which this much is read. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>> | undefined>>;
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

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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

/** What a host publishes about its API. The document is read when it is needed first, and once. */
export class ApiDescription {
  readonly #host: string;
  readonly #read: () => OpenApiDocument;
  #document: OpenApiDocument | undefined;
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
  readonly #known = new Set<string>();
  readonly #compiled = new Map<Json, ValidateFunction>();

  constructor(host: string, read: () => OpenApiDocument) {
    this.#host = host;
    this.#read = read;
  }

  /** What a request does not keep of the document: parameters that are not there, and a body of another form. */
  requestFaults({ method, path, query, body }: SentRequest): readonly string[] {
    const operation = this.#operation(method, path);
    const faults = [...this.#queryFaults(operation, query), ...this.#bodyFaults(operation, body)];
    return faults.map((one) => `${method} ${path}: ${one}`);
  }

  /** What an answer does not keep of the document. */
  responseFaults(method: string, path: string, status: number, body: unknown): readonly string[] {
    const response = this.#operation(method, path).responses[String(status)];
    const told = `${method} ${path} → ${status}`;
    // A host that fails does not keep to its documents either.
    if (!response) return status >= 500 || status === 401 || status === 429 ? [] : [`${told}: not documented`];
    const content = this.#contentOf(response);
    if (!content) return body === undefined ? [] : [`${told}: a body that is not documented`];
    const fault = this.#faultsOf(content.schema as Json, body);
    return fault === undefined ? [] : [`${told}: ${fault}`];
  }

  /** The example that the document has of an answer: what is not overridden in it is as the host sends it. */
  exampleOf(name: string): Json {
    const example = this.#open().components.examples?.[name]?.value;
    if (example === undefined) throw new Error(`the document has no example ${name}`);
    return structuredClone(Array.isArray(example) ? example[0] : example) as Json;
  }

  #open(): OpenApiDocument {
    this.#document ??= this.#read();
    return this.#document;
  }

  #operation(method: string, path: string): Operation {
    const operation = this.#open().paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${this.#host} has no ${method} ${path}`);
    return operation;
  }

  #queryFaults({ parameters = [] }: Operation, query: URLSearchParams): readonly string[] {
    const known = parameters.map((one) => this.#resolved(one) as unknown as Parameter);
    return [...query].flatMap(([name, text]) => {
      const parameter = known.find((one) => one.in === 'query' && one.name === name);
      if (!parameter) return [`no parameter ${name}`];
      return this.#faultsOf(parameter.schema, typed(text, this.#resolved(parameter.schema))) ?? [];
    });
  }

  #bodyFaults({ requestBody }: Operation, body: unknown): readonly string[] {
    if (body === undefined) return requestBody?.required === true ? ['no body'] : [];
    const content = this.#contentOf(requestBody);
    if (!content) return ['a body that nobody asks for'];
    const names = Object.keys((this.#resolved(content.schema as Json).properties ?? {}) as Json);
    const foreign = isObject(body) && names.length > 0 ? Object.keys(body).filter((key) => !names.includes(key)) : [];
    return [this.#faultsOf(content.schema as Json, body) ?? [], foreign.map((key) => `no key ${key}`)].flat();
  }

  /** What a reference leads to. */
  #resolved(value: Json): Json {
    if (typeof value.$ref !== 'string') return value;
    const [, , section = '', name = ''] = value.$ref.split('/');
    return this.#resolved(this.#open().components[section]?.[name] ?? {});
  }

  #contentOf(part: Json | undefined): Json | undefined {
    const content = part && (this.#resolved(part).content as Json | undefined);
    return isObject(content?.['application/json']) ? (content['application/json'] as Json) : undefined;
  }

  #faultsOf(schema: Json, value: unknown): string | undefined {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(asJsonSchema(schema, this.#add) as Json);
    this.#compiled.set(schema, validate);
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors);
  }

  readonly #add = (name: string): void => {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    const schema = this.#open().components.schemas?.[name];
    if (!schema) throw new Error(`the document has no schema ${name}`);
    this.#ajv.addSchema(asJsonSchema(schema, this.#add) as Json, `schema:${name}`);
  };
}
