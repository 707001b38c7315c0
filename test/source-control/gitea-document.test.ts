import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Document, differences } from './gitea-document.ts';

/**
 * What the stand-in for Gitea keeps to is written down by hand, because no package has the document that Gitea publishes. With
 * one of any Gitea (`/swagger.v1.json`) this holds the two against each other; 1.25.3 has been:
 *
 *     M3FORGE_GITEA_DOCUMENT=swagger.v1.json npm run vitest -- test/source-control/gitea-document.test.ts
 */
const published = process.env.M3FORGE_GITEA_DOCUMENT;

test.skipIf(published === undefined)(
  'what Gitea publishes is what its stand-in keeps to (skipped without M3FORGE_GITEA_DOCUMENT)',
  () => {
    const ours = parse(readFileSync(join(import.meta.dirname, '../support/gitea.openapi.yaml'), 'utf8')) as Document;
    const theirs = JSON.parse(readFileSync(published ?? '', 'utf8')) as Document;
    expect(differences(ours, theirs)).toEqual([]);
  },
);

/** In the words of OpenAPI 3.0, as we write it down. */
const ours = `
paths:
  /things:
    get:
      parameters:
        - { name: state, in: query, schema: { type: string, enum: [open, closed] } }
        - { name: limit, in: query, schema: { type: integer } }
      responses:
        "200": { content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Thing" } } } } }
        "404": { content: { application/json: { schema: { $ref: "#/components/schemas/Fault" } } } }
    post:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/NewThing" } } } }
      responses:
        "201": { content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
        "204": {}
components:
  schemas:
    Thing:
      type: object
      properties:
        id: { type: integer }
        state: { $ref: "#/components/schemas/State" }
        tags: { type: array, items: { type: string, enum: [old, new] } }
        made: { type: string, format: date-time }
        owner: { type: object }
    NewThing: { type: object, required: [name, kind], properties: { name: { type: string }, kind: { type: string } } }
    Fault: { type: object, properties: { message: { type: string } } }
    State: { type: string, enum: [open, closed] }
`;

/** The same in the words of Swagger 2.0, as Gitea publishes it, where it is more and less than ours in what does not count. */
const theirs = `
paths:
  /things:
    get:
      parameters:
        - { name: state, in: query, type: string, enum: [open, closed, all] }
        - { name: limit, in: query, type: integer, format: int64 }
        - { name: sort, in: query, type: string }
      responses: { "200": { $ref: "#/responses/ThingList" }, "404": { $ref: "#/responses/notFound" } }
    post:
      parameters: [{ name: body, in: body, schema: { $ref: "#/definitions/NewThing" } }]
      responses: { "201": { $ref: "#/responses/Thing" }, "204": { $ref: "#/responses/empty" }, "423": {} }
  /others: {}
responses:
  Thing: { schema: { $ref: "#/definitions/Thing" } }
  ThingList: { schema: { type: array, items: { $ref: "#/definitions/Thing" } }, headers: {} }
  empty: { description: nothing }
  notFound: { headers: { message: { type: string } } }
definitions:
  Thing:
    type: object
    properties:
      id: { type: integer, format: int64 }
      state: { type: string, enum: [open, closed, gone] }
      tags: { type: array, items: { type: string, enum: [new, old] } }
      made: { type: string, format: date-time }
      owner: { $ref: "#/definitions/Owner" }
  NewThing: { type: object, required: [kind, name], properties: { name: { type: string }, kind: { type: string } } }
  Fault: { type: object, properties: { message: { type: string } } }
  Owner: { type: object, properties: { id: { type: integer } } }
  State: { type: string }
`;

/** What is told where one text of the published document is another one. */
const differ = (from: string, to: string): readonly string[] => {
  const parts = theirs.split(from);
  if (parts.length !== 2) throw new Error(`"${from}" stands there ${parts.length - 1} times`);
  return differences(parse(ours) as Document, parse(parts.join(to)) as Document);
};

test('two documents that say the same in other words do not differ', () => {
  expect(differences(parse(ours) as Document, parse(theirs) as Document)).toEqual([]);
});

test.each<readonly [string, string, string]>([
  ['a choice that is not said', ', enum: [open, closed, gone]', ''],
  ['a choice under a name', '{ type: string, enum: [open, closed, gone] }', '{ $ref: "#/definitions/State" }'],
  ['another refusal', '"404": { $ref: "#/responses/notFound" }', '"404": { $ref: "#/responses/Thing" }'],
])('%s is no difference', (_, from, to) => {
  expect(differ(from, to)).toEqual([]);
});

test.each<readonly [string, string, string, string]>([
  ['a missing path', '/things:', '/thing:', 'get /things is not there'],
  ['a missing method', '    post:', '    put:', 'post /things is not there'],
  ['another place', 'state, in: query', 'state, in: header', 'get /things state: in query here, in header there'],
  ['a missing parameter', 'name: limit', 'name: most', 'get /things limit: integer here, nothing there'],
  [
    'a parameter of another type',
    'in: query, type: integer, format: int64',
    'in: query, type: string',
    'get /things limit: integer here, string there',
  ],
  ['another choice of a parameter', '[open, closed, all]', '[open, all]', 'get /things state: closed here alone'],
  [
    'another body',
    'in: body, schema: { $ref: "#/definitions/NewThing" }',
    'in: body, schema: { $ref: "#/definitions/Thing" }',
    'post /things body: NewThing here, Thing there',
  ],
  ['a missing body', 'in: body', 'in: query', 'post /things body: NewThing here, nothing there'],
  ['a missing success', '"204": { $ref: "#/responses/empty" }, ', '', 'post /things 204: here alone'],
  ['a further success', '"423": {}', '"202": {}', 'post /things 202: there alone'],
  [
    'an answer for a list',
    'ThingList: { schema: { type: array, items: { $ref: "#/definitions/Thing" } }',
    'ThingList: { schema: { $ref: "#/definitions/Thing" }',
    'get /things 200: array of Thing here, Thing there',
  ],
  [
    'a list of others',
    'items: { $ref: "#/definitions/Thing" }',
    'items: { $ref: "#/definitions/Fault" }',
    'get /things 200: array of Thing here, array of Fault there',
  ],
  [
    'another answer',
    '"201": { $ref: "#/responses/Thing" }',
    '"201": { $ref: "#/responses/ThingList" }',
    'post /things 201: Thing here, array of Thing there',
  ],
  [
    'an answer that is empty',
    '"201": { $ref: "#/responses/Thing" }',
    '"201": { $ref: "#/responses/empty" }',
    'post /things 201: Thing here, nothing there',
  ],
  [
    'an answer that is not',
    '"204": { $ref: "#/responses/empty" }',
    '"204": { $ref: "#/responses/Thing" }',
    'post /things 204: nothing here, Thing there',
  ],
  ['another choice under a name', '[open, closed, gone]', '[open, gone]', 'Thing.state: closed here alone'],
  ['another choice in a list', '[new, old]', '[new]', 'Thing.tags: old here alone'],
  [
    'a property of another type',
    'id: { type: integer, format: int64 }',
    'id: { type: string }',
    'Thing.id: integer here, string there',
  ],
  [
    'a property of another format',
    'made: { type: string, format: date-time }',
    'made: { type: string }',
    'Thing.made: string date-time here, string there',
  ],
  [
    'a missing property',
    '      made: { type: string, format: date-time }\n',
    '',
    'Thing.made: string date-time here, nothing there',
  ],
  [
    'an extra property',
    '      made:',
    '      size: { type: integer }\n      made:',
    'Thing.size: nothing here, integer there',
  ],
  ['an object that is a list', 'Fault: { type: object', 'Fault: { type: array', 'Fault: object here, array there'],
  ['another need', 'required: [kind, name]', 'required: [name]', 'NewThing requires kind, name here, name there'],
  [
    'a choice of its own',
    'State: { type: string }',
    'State: { type: string, enum: [open] }',
    'State: closed here alone',
  ],
  ['a missing schema', 'Fault: { type', 'Trouble: { type', 'Fault is not there'],
])('%s is told', (_, from, to, expected) => {
  expect(differ(from, to)).toContain(expected);
});
