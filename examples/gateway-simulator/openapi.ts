import type { Route } from './routes.ts';

/** How `POST /api/planners` is declared: as stock 4.0.0 has it, or as it would be once it is mended. */
export type PlannerApi = 'form' | 'query' | 'body';

const text = { type: 'string' };
const orNull = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });

const validationError = {
  description: 'Validation Error',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/HTTPValidationError' } } },
};

const operation = ({ operationId, parameters = [], body, status = 200, secured, validated, tags }: Route): object => ({
  ...(tags && { tags }),
  operationId,
  ...(parameters.length > 0 && { parameters }),
  ...(body && { requestBody: body }),
  responses: {
    [status]: { description: 'Successful Response', content: { 'application/json': { schema: {} } } },
    ...(validated && { 422: validationError }),
  },
  ...(secured && { security: [{ TokenBearer: [] }] }),
});

const plan = { additionalProperties: true, type: 'object', title: 'Plan' };
const tags = orNull({ items: {}, type: 'array' });

const bodies: Readonly<
  Record<PlannerApi, { readonly type: string; readonly properties: object; readonly required: string[] }>
> = {
  form: { type: 'multipart/form-data', properties: { plan, tags }, required: ['plan'] },
  query: { type: 'application/json', properties: { plan, tags }, required: ['plan'] },
  body: {
    type: 'application/json',
    properties: { name: text, plan, description: orNull(text), version: text, tags, category: orNull(text) },
    required: ['name', 'plan'],
  },
};

const bodyName = 'Body_register_planner_api_planners_post';

export const plannerBody = (api: PlannerApi): object => ({
  required: true,
  content: { [bodies[api].type]: { schema: { $ref: `#/components/schemas/${bodyName}` } } },
});

/** The document that a gateway makes of its routes. Descriptions are left out: they are prose, and nothing reads them. */
export const openApiOf = (routes: readonly Route[], version: string, api: PlannerApi): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes.filter(({ hidden }) => !hidden)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  const { properties, required } = bodies[api];
  return {
    openapi: '3.1.0',
    info: { title: 'My Jina Service', version },
    paths,
    components: {
      schemas: {
        [bodyName]: { properties, type: 'object', required, title: bodyName },
        HTTPValidationError: {
          properties: { detail: { items: { $ref: '#/components/schemas/ValidationError' }, type: 'array' } },
          type: 'object',
        },
        ValidationError: {
          properties: { loc: { items: { anyOf: [text, { type: 'integer' }] }, type: 'array' }, msg: text, type: text },
          type: 'object',
          required: ['loc', 'msg', 'type'],
        },
      },
      securitySchemes: { TokenBearer: { type: 'http', scheme: 'bearer' } },
    },
  };
};
