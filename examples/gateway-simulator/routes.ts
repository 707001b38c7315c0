import type { Deployments } from './deployments.ts';
import { invoke, Unforeseen } from './invoke.ts';
import { openApiOf, type PlannerApi, plannerBody } from './openapi.ts';
import { isRecord, type Json, type Planners } from './planners.ts';
import { type Scheduler, workStates } from './scheduler.ts';

/** A request, once its route is known and its parameters are there. */
export interface Asked {
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the header; undefined where there is none. */
  readonly token: string | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly value: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required: boolean;
  readonly schema: object;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: object;
  /** Of success; 200 where it is not given. */
  readonly status?: number;
  readonly secured?: boolean;
  /** Whether a request can fail validation, and the document says so. */
  readonly validated?: boolean;
  readonly tags?: readonly string[];
  /** Not in the gateway's own document. */
  readonly hidden?: boolean;
  readonly answer: (asked: Asked) => Answer | Promise<Answer>;
}

/** Everything that the routes speak for. */
export interface Gateway {
  readonly version: string;
  readonly plannerApi: PlannerApi;
  readonly planners: Planners;
  readonly deployments: Deployments;
  readonly scheduler: Scheduler;
  readonly isKey: (key: string) => boolean;
  readonly startedAt: number;
}

const text = { type: 'string' };
const orNull = { anyOf: [{ type: 'string' }, { type: 'null' }] };
const query = (name: string, schema: object = text, required = true): Parameter => ({
  ...{ name, in: 'query', required },
  schema,
});
const inPath = (name: string): Parameter => ({ name, in: 'path', required: true, schema: text });

const ok = (result: unknown): Answer => ({ value: { status: 'OK', result } });

/** The name that FastAPI makes of a function, its path and its method. */
const named = (fn: string, route: Omit<Route, 'operationId'>): Route => ({
  ...route,
  operationId: `${fn}${route.path.replaceAll(/[^a-zA-Z0-9]/g, '_')}_${route.method.toLowerCase()}`,
});

const get = (path: string, fn: string, answer: Route['answer'], more: Partial<Route> = {}): Route =>
  named(fn, { method: 'GET', path, answer, ...more });

const statusOf = ({ version, startedAt }: Gateway): object => ({
  jina: null,
  // Every value is text; this is the only place where a gateway says its version.
  marie: {
    marie: version,
    docarray: '0.40.0',
    python: '3.12.0',
    platform: 'Linux',
    uptime: new Date(startedAt).toISOString(),
    internal: 'False',
  },
  envs: {},
});

/** Routes of the base application, which the gateway's own document leaves out. */
const baseRoutes = (gateway: Gateway): readonly Route[] => [
  get('/', 'health', () => ({ value: {} }), { hidden: true }),
  get('/status', 'status', () => ({ value: statusOf(gateway) }), { hidden: true }),
  get('/dry_run', 'flow_health', () => ({ value: { code: 0, description: '', exception: null } }), { hidden: true }),
];

/** `state` is a column of an enum without `skipped`: whoever asks for it, or for all, gets nothing and no error. */
const jobsIn = ({ scheduler }: Gateway, states: readonly string[]): Answer => {
  const unknown = states.filter((state) => !(workStates as readonly string[]).includes(state.toLowerCase()));
  if (unknown.length > 0) {
    const message = `Invalid state(s): ${unknown.join(', ')}`;
    return { value: { status: 'error', message, code: 'INVALID_STATE' } };
  }
  if (states.some((state) => state.toLowerCase() === 'skipped')) return ok({});
  return ok(Object.assign({}, ...states.map((state) => scheduler.inState(state.toLowerCase()))));
};

const jobRoutes = (gateway: Gateway): readonly Route[] => [
  get('/job/submit', 'job_submit', () => ({ value: { result: gateway.scheduler.submit('extract', {}) } }), {
    parameters: [query('text')],
    validated: true,
  }),
  get('/api/jobs', 'list_jobs_handler', () => jobsIn(gateway, workStates)),
  get('/api/jobs/{state}', 'list_jobs_handler', ({ parameters: { state = '' } }) => jobsIn(gateway, [state])),
  get('/api/jobsXX/{job_id}', 'get_job_info', ({ parameters: { job_id: id = '' } }) => {
    const job = gateway.scheduler.get(id);
    return job ? ok(job) : { value: { status: 'error', result: 'Job not found' } };
  }),
  // Neither does anything.
  get('/api/jobs/{job_id}/stop', 'stop_job', () => ok('Job stopped')),
  named('delete_job', { method: 'DELETE', path: '/api/jobs/{job_id}', answer: () => ok('Job deleted') }),
];

const invokeRoute = ({ scheduler, isKey }: Gateway): Route =>
  named('invoke_command', {
    method: 'POST',
    path: '/api/v1/invoke',
    secured: true,
    answer: ({ body, token }) => {
      const refused = (message: string): Answer => ({ status: 401, value: { status: 'error', message } });
      if (token === undefined) return refused('Not authenticated');
      if (!isKey(token)) return refused('Invalid token or expired token.');
      const payload = parse(body);
      if (!isRecord(payload)) return { status: 400, value: { status: 'error', message: 'Invalid JSON payload' } };
      try {
        return { value: { header: {}, parameters: invoke(payload.parameters, scheduler, isKey), data: null } };
      } catch (error) {
        if (!(error instanceof Unforeseen)) throw error;
        return { status: 500, value: { status: 'error', message: `Processing error: ${error.message}` } };
      }
    },
  });

export const parse = (body: string): Json | undefined => {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
};

const infrastructureRoutes = ({ deployments, scheduler, startedAt }: Gateway): readonly Route[] => [
  get('/check', 'get_health', () => ({ value: { result: 'ok' } }), { parameters: [query('text')], validated: true }),
  get('/api/debug', 'get_debug_info', () =>
    ok({
      scheduler_info: { running: true, known_queues: ['extract'], active_dags_count: 0 },
      timing_info: { start_time: new Date(startedAt).toISOString() },
      counters: scheduler.counts(),
    }),
  ),
  named('reset_active_dags', {
    method: 'POST',
    path: '/api/debug/reset-dags',
    answer: () => ok({ success: true }),
  }),
  get('/api/deployments', 'get_deployments', () => ok(deployments.deployments())),
  get('/api/deployment-nodes', 'get_deployment_nodes', () => ok(deployments.nodes())),
  get('/api/deployment-status', 'get_deployment_status', () => ok(deployments.reports())),
  get('/api/capacity', 'get_capacity', () => ok(deployments.capacity())),
];

const queryPlanners = { tags: ['Query Planners'] };

const missing = (...loc: readonly string[]): object => ({ type: 'missing', loc, msg: 'Field required', input: null });

/** Stock: whatever is sent, the plan is not found in it, because a form cannot hold one. */
const registerPlanner = ({ plannerApi, planners }: Gateway, { parameters, body }: Asked): Answer => {
  if (plannerApi === 'form') return { status: 422, value: { detail: [missing('body', 'plan')] } };
  const sent = parse(body);
  const fields = plannerApi === 'body' && isRecord(sent) ? sent : parameters;
  const plan = isRecord(sent) ? sent.plan : undefined;
  if (!isRecord(plan)) return { status: 422, value: { detail: [missing('body', 'plan')] } };
  if (typeof fields.name !== 'string') return { status: 422, value: { detail: [missing('body', 'name')] } };
  const { name, version, description, category } = fields;
  const tags = isRecord(sent) && Array.isArray(sent.tags) ? sent.tags.filter((tag) => typeof tag === 'string') : [];
  const details = {
    ...(typeof version === 'string' && { version }),
    ...(typeof description === 'string' && { description }),
    ...(typeof category === 'string' && { category }),
    tags,
  };
  if (!planners.register({ name, ...details }, plan)) {
    return { status: 400, value: { success: false, error: `Failed to register planner '${name}'` } };
  }
  const message = `Planner '${name}' registered successfully`;
  return { status: 201, value: { success: true, message, planner: planners.get(name) } };
};

const plannerRoutes = (gateway: Gateway): readonly Route[] => {
  const { planners, plannerApi } = gateway;
  const one = { parameters: [inPath('planner_id')], validated: true, ...queryPlanners };
  const asked = [
    query('name'),
    query('description', orNull, false),
    query('version', { type: 'string', default: '1.0.0' }, false),
    query('category', orNull, false),
  ];
  return [
    get(
      '/api/planners',
      'list_planners',
      () => {
        const list = planners.list();
        return { value: { planners: list, total: list.length } };
      },
      queryPlanners,
    ),
    named('register_planner', {
      method: 'POST',
      path: '/api/planners',
      ...(plannerApi !== 'body' && { parameters: asked }),
      body: plannerBody(plannerApi),
      status: 201,
      validated: true,
      ...queryPlanners,
      answer: (request) => registerPlanner(gateway, request),
    }),
    get(
      '/api/planners/{planner_id}',
      'get_planner',
      ({ parameters: { planner_id: id = '' } }) => {
        const planner = planners.get(id);
        return planner ? { value: planner } : { status: 404, value: { error: `Planner with ID '${id}' not found` } };
      },
      one,
    ),
    named('unregister_planner', {
      ...{ method: 'DELETE', path: '/api/planners/{planner_id}', ...one },
      answer: ({ parameters: { planner_id: id = '' } }) =>
        planners.unregister(id)
          ? { value: { success: true, message: 'Planner unregistered successfully' } }
          : { status: 404, value: { success: false, error: `Planner with ID '${id}' not found` } },
    }),
  ];
};

const wasm = { tags: ['Wasm Compilation'] };
const noWasm = 'marie-wasm package not installed';

const wasmRoutes = (): readonly Route[] => [
  named('compile_node', {
    method: 'POST',
    path: '/api/nodes/{node_id}/compile',
    parameters: [
      ...[inPath('node_id'), query('code'), query('language')],
      query('timeout_seconds', { type: 'integer', default: 120 }, false),
    ],
    body: {
      content: {
        'application/json': {
          schema: { anyOf: [{ type: 'object', additionalProperties: { type: 'string' } }, { type: 'null' }] },
        },
      },
    },
    validated: true,
    ...wasm,
    answer: () => ({ status: 501, value: { success: false, error: noWasm } }),
  }),
  get('/api/wasm/languages', 'list_wasm_languages', () => ({ value: { languages: [], error: noWasm } }), wasm),
  get('/api/wasm/status', 'get_wasm_status', () => ({ value: { available: false, error: noWasm } }), wasm),
];

/** Every route, in the order in which the gateway tries them. */
export const routesOf = (gateway: Gateway): readonly Route[] => {
  const routes = [
    ...baseRoutes(gateway),
    ...jobRoutes(gateway),
    invokeRoute(gateway),
    ...infrastructureRoutes(gateway),
    ...plannerRoutes(gateway),
    ...wasmRoutes(),
  ];
  const document = openApiOf(routes, gateway.version, gateway.plannerApi);
  return [...routes, get('/openapi.json', 'openapi', () => ({ value: document }), { hidden: true })];
};
