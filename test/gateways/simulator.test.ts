import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../engine/values/index.ts';
import { workflowFile } from '../support/workflows.ts';
import { startGateway, token } from './estate.ts';

/** The description that a real 4.0.0 gateway gives of itself, where it lies beside this repository. */
const published = join(import.meta.dirname, '../../../shared/reference/marie-gateway-openapi.json');

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: unknown;
}

interface Document {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly securitySchemes: unknown };
}

const resolved = ({ components }: Document, schema: Schema): Schema =>
  schema.$ref ? (components.schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}) : schema;

const shapeOf = (schema: Schema): unknown => ({
  type: schema.type,
  default: schema.default,
  anyOf: schema.anyOf?.map(({ type }) => type),
});

const bodyOf = (document: Document, { requestBody }: Operation): unknown =>
  requestBody && {
    required: requestBody.required ?? false,
    content: Object.entries(requestBody.content).map(([type, { schema }]) => {
      const { properties = {}, required, ...rest } = resolved(document, schema);
      return [type, Object.entries(properties).map(([name, one]) => [name, shapeOf(one)]), required, shapeOf(rest)];
    }),
  };

/** Everything of a description that a program could go by: titles and sentences are left out. */
const factsOf = (document: Document): unknown => ({
  version: document.info.version,
  title: document.info.title,
  security: document.components.securitySchemes,
  operations: Object.fromEntries(
    Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]): [string, unknown] => [
          `${method} ${path}`,
          {
            operationId: operation.operationId,
            parameters: (operation.parameters ?? []).map(({ name, in: place, required, schema }) => [
              ...[name, place, required],
              shapeOf(schema),
            ]),
            body: bodyOf(document, operation),
            responses: Object.keys(operation.responses).sort(),
            security: operation.security ?? null,
          },
        ]),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
});

const describeItself = async (url: string): Promise<Document> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as Document;

/** Of the facts of a real 4.0.0 gateway's description. */
const factsDigest = 'a85ca31a2ac429b32c2651f21a25ce14ac118f8f1ebbb07947b7b75aedaedf30';

const digestOfFacts = (document: Document): string => digestOf(JSON.parse(JSON.stringify(factsOf(document))));

test('the simulator describes itself as a real gateway does', async () => {
  await using gateway = await startGateway();
  expect(digestOfFacts(await describeItself(gateway.url))).toBe(factsDigest);
});

test.skipIf(!existsSync(published))(
  'fact by fact, and the digest is that of the real one (skipped without ../shared)',
  async () => {
    await using gateway = await startGateway();
    const real = JSON.parse(readFileSync(published, 'utf8')) as Document;
    expect(factsOf(await describeItself(gateway.url))).toEqual(factsOf(real));
    expect(digestOfFacts(real)).toBe(factsDigest);
  },
);

/** A request for each route, as its description says it is made; what changes nothing that matters. */
const exampleOf = (path: string, method: string, { parameters = [] }: Operation): string => {
  const values: Readonly<Record<string, string>> = { state: 'completed', text: 'x', timeout_seconds: '1' };
  const asked = parameters.filter(({ in: place, required }) => place === 'query' && required);
  const query = new URLSearchParams(asked.map(({ name }): [string, string] => [name, values[name] ?? 'x'])).toString();
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x');
  return `${method.toUpperCase()} ${filled}${query === '' ? '' : `?${query}`}`;
};

const send = async (url: string, line: string, headers: Record<string, string> = {}): Promise<number> => {
  const [method = 'GET', path = '/'] = line.split(' ');
  const body = method === 'POST' ? { body: '{}' } : {};
  return (
    await fetch(`${url}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...body })
  ).status;
};

test('each route answers, and one with a query parameter too few is told so as FastAPI does', async () => {
  await using gateway = await startGateway();
  const { paths } = await describeItself(gateway.url);
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const line = exampleOf(path, method, operation);
      const status = await send(gateway.url, line, { authorization: `Bearer ${token}` });
      // Without the package for it, a compilation is 501; what nobody has is 404; a form takes nothing.
      const expected = [...Object.keys(operation.responses).map(Number), 404, 501];
      expect(expected, line).toContain(status);
      if (line.includes('?')) expect(await send(gateway.url, line.replace(/\?.*/, '')), line).toBe(422);
    }
  }
  expect(await send(gateway.url, 'GET /health')).toBe(404);
  expect(await send(gateway.url, 'DELETE /api/capacity')).toBe(405);
});

describe('the warts of a stock gateway', () => {
  const post = async (url: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
    return { status: answer.status, value: await answer.json() };
  };
  const bearer = { authorization: `Bearer ${token}` };

  test('no form of a request publishes a planner', async () => {
    await using gateway = await startGateway();
    const plan = JSON.parse(workflowFile('w')).planDefinition;
    for (const [path, body] of [
      ['/api/planners?name=w', { plan }],
      ['/api/planners?name=w', plan],
      ['/api/planners?name=w', { name: 'w', plan, tags: [] }],
    ] as const) {
      expect(await post(gateway.url, path, body)).toMatchObject({ status: 422 });
    }
    expect(await post(gateway.url, '/api/planners', { plan })).toEqual({
      status: 422,
      value: { detail: [{ type: 'missing', loc: ['query', 'name'], msg: 'Field required', input: null }] },
    });
  });

  test.each([
    ['no header', {}, {}, 401, { status: 'error', message: 'Not authenticated' }],
    [
      'a wrong key',
      { authorization: 'Bearer x' },
      {},
      401,
      { status: 'error', message: 'Invalid token or expired token.' },
    ],
    ['no envelope', bearer, {}, 200, { parameters: { error: 'Invalid request, missing invoke_action' } }],
    [
      'the key beside it',
      bearer,
      { parameters: { api_key: token, invoke_action: {} } },
      200,
      { parameters: { error: 'Invalid request, missing api_key' } },
    ],
    [
      'an unknown command',
      bearer,
      { parameters: { invoke_action: { api_key: token, command: 'x' } } },
      200,
      { parameters: { status: 'error' } },
    ],
    [
      'no metadata',
      bearer,
      { parameters: { invoke_action: { api_key: token, command: 'job', action: 'submit' } } },
      500,
      { status: 'error' },
    ],
  ])('an invocation with %s', async (_, headers, body, status, value) => {
    await using gateway = await startGateway();
    expect(await post(gateway.url, '/api/v1/invoke', body, headers)).toMatchObject({ status, value });
  });

  test('asked for all jobs, or those that were skipped, it lists none and says OK; an unknown state is an error with 200', async () => {
    await using gateway = await startGateway();
    const ask = async (path: string) => (await fetch(`${gateway.url}${path}`)).json();
    expect(await ask('/api/jobs')).toEqual({ status: 'OK', result: {} });
    expect(await ask('/api/jobs/SKIPPED')).toEqual({ status: 'OK', result: {} });
    expect(await ask('/api/jobs/done')).toEqual({
      status: 'error',
      message: 'Invalid state(s): done',
      code: 'INVALID_STATE',
    });
    expect(await ask('/api/jobs/x/stop')).toEqual({ status: 'OK', result: 'Job stopped' });
  });

  test('a definition runs once: the second time its jobs are there already, and nobody hears of it', async () => {
    await using gateway = await startGateway({ jobMs: 0 });
    gateway.planners.register({ name: 'w' }, JSON.parse(workflowFile('w')).planDefinition);
    const runs = [
      gateway.scheduler.submit('q', { metadata: { planner: 'w' } }),
      gateway.scheduler.submit('q', { metadata: { planner: 'w' } }),
    ];
    await Promise.resolve();
    const jobs = Object.values(gateway.scheduler.inState('completed'));
    expect(jobs.map(({ dag_id: dag }) => dag)).toEqual([runs[0], runs[0]]);
    expect(gateway.scheduler.log()).toEqual([]);
  });
});
