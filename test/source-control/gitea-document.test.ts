import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

/**
 * What the stand-in for Gitea keeps to is written down by hand, because no package has the document that Gitea publishes. With
 * one of any Gitea (`/swagger.v1.json`) this holds the two against each other; 1.25.3 has been:
 *
 *     M3FORGE_GITEA_DOCUMENT=swagger.v1.json npm run vitest -- test/source-control/gitea-document.test.ts
 */
const published = process.env.M3FORGE_GITEA_DOCUMENT;

/** As far as both kinds of a document are read: Swagger 2.0 has the schema where OpenAPI 3.0 has the content. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly schema?: Schema;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Parameter extends Schema {
  readonly name: string;
  readonly in: string;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Schema;
  readonly responses: Readonly<Record<string, Schema>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly components?: { readonly schemas: Readonly<Record<string, Schema>> };
}

const nameIn = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1);

/** Formats of numbers are not told apart, and what we do not look into is any object. */
const told = (schema: Schema, isLookedInto: (name: string) => boolean): string => {
  const name = nameIn(schema);
  if (name !== undefined) return isLookedInto(name) ? name : 'object';
  const of = schema.items ? ` of ${told(schema.items, isLookedInto)}` : '';
  return `${schema.type}${schema.type === 'string' && schema.format ? ` ${schema.format}` : ''}${of}`;
};

const bodyOf = (part: Schema | undefined): Schema | undefined =>
  part?.content?.['application/json']?.schema ?? part?.schema;

/** Everything that we have and they have not, or have otherwise, and fields that they alone have. States are a choice with us, and a text with some Gitea. */
const differences = (ours: Document, theirs: Document): readonly string[] => {
  const [schemas, definitions] = [ours.components?.schemas ?? {}, theirs.definitions ?? {}];
  const tell = (schema: Schema): string => {
    const name = nameIn(schema);
    const isText = schemas[name ?? '']?.enum !== undefined || definitions[name ?? '']?.type === 'string';
    return isText ? 'string' : told(schema, (one) => one in schemas);
  };
  const compared = (where: string, one: Schema | undefined, other: Schema | undefined): readonly string[] => {
    const [mine, yours] = [one && tell(one), other && tell(other)];
    return mine === yours ? [] : [`${where}: ${mine ?? 'nothing'} here, ${yours ?? 'nothing'} there`];
  };
  const ofOperations = Object.entries(ours.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const there = theirs.paths[path]?.[method];
      if (!there) return [`${method} ${path} is not there`];
      const body = there.parameters?.find((one) => one.in === 'body');
      const queries = (operation.parameters ?? []).flatMap(({ name, schema }) =>
        compared(
          `${method} ${path}?${name}`,
          schema,
          there.parameters?.find((one) => one.name === name),
        ),
      );
      const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      return [
        ...queries,
        ...compared(`${method} ${path}`, bodyOf(operation.requestBody), bodyOf(body)),
        ...answers.flatMap(([status]) => (status in there.responses ? [] : [`${method} ${path} → ${status}: nothing`])),
      ];
    }),
  );
  const ofSchemas = Object.entries(schemas).flatMap(([name, { properties = {}, required, enum: choices }]) => {
    const there = definitions[name];
    if (!there) return choices ? [] : [`${name} is not there`];
    const names = [...new Set([...Object.keys(properties), ...Object.keys(there.properties ?? {})])];
    return [
      ...names.flatMap((key) => compared(`${name}.${key}`, properties[key], there.properties?.[key])),
      ...(String(required) === String(there.required) ? [] : [`${name} requires ${there.required}`]),
    ];
  });
  return [...ofOperations, ...ofSchemas];
};

test.skipIf(published === undefined)(
  'what Gitea publishes is what its stand-in keeps to (skipped without M3FORGE_GITEA_DOCUMENT)',
  () => {
    const ours = parse(readFileSync(join(import.meta.dirname, '../support/gitea.openapi.yaml'), 'utf8')) as Document;
    const theirs = JSON.parse(readFileSync(published ?? '', 'utf8')) as Document;
    expect(differences(ours, theirs)).toEqual([]);
  },
);
