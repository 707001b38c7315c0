/** As far as both kinds of a document are read: Swagger 2.0 has the schema where OpenAPI 3.0 has the content. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** A body: what is sent, or what is answered. */
interface Part {
  readonly $ref?: string;
  readonly schema?: Schema;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** Swagger 2.0 has what a schema says beside the name of a parameter. */
interface Parameter extends Schema {
  readonly name: string;
  readonly in: string;
  readonly schema?: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Part;
  readonly responses: Readonly<Record<string, Part>>;
}

type Named<T> = Readonly<Record<string, T>>;

export interface Document {
  readonly paths: Named<Named<Operation>>;
  /** Of Swagger 2.0. */
  readonly definitions?: Named<Schema>;
  readonly responses?: Named<Part>;
  /** Of OpenAPI 3.0. */
  readonly components?: { readonly schemas?: Named<Schema>; readonly responses?: Named<Part> };
}

const schemasOf = ({ definitions, components }: Document): Named<Schema> => definitions ?? components?.schemas ?? {};
const responsesOf = ({ responses, components }: Document): Named<Part> => responses ?? components?.responses ?? {};

const nameIn = ({ $ref }: { readonly $ref?: string }): string => $ref?.split('/').at(-1) ?? '';

/** What a part says itself, or what it refers to says. */
const bodyOf = (document: Document, part: Part | undefined): Schema | undefined => {
  const meant = part?.$ref === undefined ? part : responsesOf(document)[nameIn(part)];
  return meant?.content?.['application/json']?.schema ?? meant?.schema;
};

/** What two documents say of the same thing. */
interface Pair {
  readonly ours: Document;
  readonly theirs: Document;
}

type Compare = (where: string, mine: Schema | undefined, yours: Schema | undefined) => readonly string[];

/**
 * In words, by which two schemas are compared. Formats of numbers are not told apart, what we do not look into is any object,
 * and a choice of texts with a name of its own is a text: some Gitea write it out where it is used.
 */
const told = (pair: Pair, schema: Schema): string => {
  const { ours, theirs } = pair;
  const name = nameIn(schema);
  if (name !== '') {
    const isText = [ours, theirs].some((document) => schemasOf(document)[name]?.type === 'string');
    return isText ? 'string' : name in schemasOf(ours) ? name : 'object';
  }
  const of = schema.items ? ` of ${told(pair, schema.items)}` : '';
  return `${schema.type}${schema.type === 'string' && schema.format ? ` ${schema.format}` : ''}${of}`;
};

/** What may stand there, where that is a choice. */
const choicesIn = (document: Document, schema: Schema): readonly string[] | undefined =>
  schema.items ? choicesIn(document, schema.items) : (schema.enum ?? schemasOf(document)[nameIn(schema)]?.enum);

/** Of the same form, and with no choice that they have not. They may know more of them, or not say which there are. */
const comparing =
  (pair: Pair): Compare =>
  (where, mine, yours) => {
    const [left, right] = [mine && told(pair, mine), yours && told(pair, yours)];
    if (left !== right) return [`${where}: ${left ?? 'nothing'} here, ${right ?? 'nothing'} there`];
    const known = yours && choicesIn(pair.theirs, yours);
    const own = (mine && choicesIn(pair.ours, mine))?.filter((one) => known?.includes(one) === false) ?? [];
    return own.length === 0 ? [] : [`${where}: ${own.join(', ')} here alone`];
  };

const ofParameters = (compare: Compare, where: string, mine: Operation, yours: Operation): readonly string[] =>
  (mine.parameters ?? []).flatMap((one) => {
    const named = (yours.parameters ?? []).filter(({ name }) => name === one.name);
    const other = named.find((each) => each.in === one.in);
    const place = named[0]?.in;
    if (!other && place !== undefined) return [`${where} ${one.name}: in ${one.in} here, in ${place} there`];
    return compare(`${where} ${one.name}`, one.schema, other);
  });

/** Of successes alone: a refusal is described there by its headers, or as empty, and sent with a body all the same. */
const ofAnswers = (pair: Pair, where: string, mine: Operation, yours: Operation): readonly string[] => {
  const statuses = [...new Set([...Object.keys(mine.responses), ...Object.keys(yours.responses)])];
  return statuses
    .filter((status) => status.startsWith('2'))
    .flatMap((status) => {
      const [left, right] = [mine.responses[status], yours.responses[status]];
      if (!left || !right) return [`${where} ${status}: ${left ? 'here' : 'there'} alone`];
      return comparing(pair)(`${where} ${status}`, bodyOf(pair.ours, left), bodyOf(pair.theirs, right));
    });
};

const ofOperation = (pair: Pair, path: string, method: string, mine: Operation): readonly string[] => {
  const where = `${method} ${path}`;
  const yours = pair.theirs.paths[path]?.[method];
  if (!yours) return [`${where} is not there`];
  const compare = comparing(pair);
  const body = yours.parameters?.find((one) => one.in === 'body');
  return [
    ...ofParameters(compare, where, mine, yours),
    ...compare(`${where} body`, bodyOf(pair.ours, mine.requestBody), body?.schema),
    ...ofAnswers(pair, where, mine, yours),
  ];
};

const namesIn = ({ required = [] }: Schema): string => required.toSorted().join(', ') || 'nothing';

const ofSchema = (pair: Pair, name: string, mine: Schema): readonly string[] => {
  const yours = schemasOf(pair.theirs)[name];
  // A choice with a name of its own here may be written out there.
  if (!yours) return mine.enum ? [] : [`${name} is not there`];
  const [left, right] = [mine.properties ?? {}, yours.properties ?? {}];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const compare = comparing(pair);
  return [
    ...compare(name, mine, yours),
    ...keys.flatMap((key) => compare(`${name}.${key}`, left[key], right[key])),
    ...(namesIn(mine) === namesIn(yours) ? [] : [`${name} requires ${namesIn(mine)} here, ${namesIn(yours)} there`]),
  ];
};

/**
 * What we have written down of an API and its own document has not, or has otherwise: requests, parameters, bodies, answers of
 * success, and the fields of everything that is sent, where also those count that they alone have. Pure.
 */
export const differences = (ours: Document, theirs: Document): readonly string[] => {
  const pair = { ours, theirs };
  return [
    ...Object.entries(ours.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => ofOperation(pair, path, method, operation)),
    ),
    ...Object.entries(schemasOf(ours)).flatMap(([name, schema]) => ofSchema(pair, name, schema)),
  ];
};
