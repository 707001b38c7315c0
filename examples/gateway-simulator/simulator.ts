import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDeployments, type Deployments } from './deployments.ts';
import type { PlannerApi } from './openapi.ts';
import { createPlanners, type JsonRecord, type Planners } from './planners.ts';
import { type Answer, type Route, routesOf } from './routes.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';

/** A workflow as a place shows it: its name and the whole document. */
export interface PlacedWorkflow {
  readonly name: string;
  readonly plan: JsonRecord;
}

export interface SimulatorOptions {
  /** 0 for any free port. */
  readonly port?: number;
  /** What `/status` says. */
  readonly version?: string;
  /** Executors that serve from the start. */
  readonly executors?: readonly string[];
  /** Tokens that are accepted: 58 characters that begin with `mas_` or `mau_`. */
  readonly keys?: readonly string[];
  /** How publishing is declared; stock 4.0.0 has `form`, which never works. */
  readonly plannerApi?: PlannerApi;
  /** How long one level of a plan takes. */
  readonly jobMs?: number;
  /**
   * What a loader beside the gateway reads from a place at each `POST /m3forge/reload`. No stock gateway has this route:
   * it stands for code of your own in the gateway's process.
   */
  readonly load?: () => Promise<readonly PlacedWorkflow[]>;
  /** Called with each request before it is answered, as `GET /status`. */
  readonly onRequest?: (line: string) => void;
}

/** A running simulator, and what its owner may do to it. */
export interface Simulator extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly planners: Planners;
  readonly deployments: Deployments;
  readonly scheduler: Scheduler;
  readonly close: () => Promise<void>;
}

const mostBytes = 16 * 1024 * 1024;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** The values of `{…}` in a path, or undefined where it is another path. */
const matched = (pattern: string, path: string): Record<string, string> | undefined => {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== value) return undefined;
    if (name !== undefined && value === '') return undefined;
    if (name !== undefined) values[name] = decodeURIComponent(value);
  }
  return values;
};

/** What FastAPI says of a parameter that is not there. */
const validation = ({ parameters = [] }: Route, given: Readonly<Record<string, string>>): Answer | undefined => {
  const detail = parameters
    .filter(({ name, required }) => required && given[name] === undefined)
    .map(({ name, in: place }) => ({ type: 'missing', loc: [place, name], msg: 'Field required', input: null }));
  return detail.length > 0 ? { status: 422, value: { detail } } : undefined;
};

const tokenOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];

const answerTo = async (routes: readonly Route[], request: IncomingMessage): Promise<Answer> => {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const found = routes.flatMap((route) => {
    const values = matched(route.path, url.pathname);
    return values ? [{ route, values }] : [];
  });
  if (found.length === 0) return { status: 404, value: { detail: 'Not Found' } };
  const hit = found.find(({ route }) => route.method === request.method);
  if (!hit) return { status: 405, value: { detail: 'Method Not Allowed' } };
  const parameters = { ...Object.fromEntries(url.searchParams), ...hit.values };
  const body = await bodyOf(request);
  const answer =
    validation(hit.route, parameters) ?? (await hit.route.answer({ parameters, body, token: tokenOf(request) }));
  return { status: hit.route.status ?? 200, ...answer };
};

const respond = async (routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> => {
  let answer: Answer;
  try {
    answer = await answerTo(routes, request);
  } catch (error) {
    const detail = (error as Error).message;
    answer = { status: 500, value: { status: 'error', message: 'Internal server error', detail } };
  }
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.value));
};

/** Registers what a place shows, as code in the gateway's process can: only the route for it is broken. */
const reloadRoute = (planners: Planners, load: NonNullable<SimulatorOptions['load']>, reloaded: () => void): Route => ({
  method: 'POST',
  path: '/m3forge/reload',
  operationId: 'reload',
  hidden: true,
  answer: async () => {
    const workflows = await load();
    for (const { name, source_type: source } of planners.list()) if (source === 'json') planners.unregister(name);
    const taken = workflows.filter(({ name, plan }) => planners.register({ name }, plan));
    reloaded();
    return { value: { status: 'OK', result: { loaded: taken.length, refused: workflows.length - taken.length } } };
  },
});

/** Lets an executor live or die, now or at the next reload, for whoever tries out what m3forge does then. */
const createControl = (deployments: Deployments) => {
  const pending = new Map<string, string>();
  const route = (path: string, set: (name: string, status: string) => void): Route => ({
    method: 'POST',
    path: `${path}/{name}/{status}`,
    operationId: 'control',
    hidden: true,
    answer: ({ parameters: { name = '', status = '' } }) => {
      set(name, status);
      return { value: { status: 'OK', result: { [name]: status } } };
    },
  });
  return {
    routes: [
      route('/simulator/executors', deployments.set),
      route('/simulator/at-reload', (name, status) => void pending.set(name, status)),
    ],
    reloaded: (): void => {
      for (const [name, status] of pending) deployments.set(name, status);
      pending.clear();
    },
  };
};

const isFormed = (key: string): boolean => key.length === 58 && /^ma[su]_/.test(key);

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** Starts a simulator of a Marie-AI 4.0.0 gateway on the loopback interface. It is no gateway: it runs nothing. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { version = '4.0.0', executors = [], keys = [], plannerApi = 'form', jobMs = 20, load } = options;
  const malformed = keys.filter((key) => !isFormed(key));
  if (malformed.length > 0) throw new Error('a key has 58 characters and begins with mas_ or mau_');
  const planners = createPlanners();
  const deployments = createDeployments();
  for (const name of executors) deployments.set(name, 'SERVING');
  const scheduler = createScheduler(planners, deployments, jobMs);
  const isKey = (key: string): boolean => keys.includes(key);
  const control = createControl(deployments);
  const routes: readonly Route[] = [
    ...routesOf({ version, plannerApi, planners, deployments, scheduler, isKey, startedAt: Date.now() }),
    ...control.routes,
    ...(load ? [reloadRoute(planners, load, control.reloaded)] : []),
  ];
  const server = createServer((request, response) => {
    options.onRequest?.(`${request.method} ${request.url}`);
    void respond(routes, request, response);
  });
  const port = await listen(server, options.port ?? 0);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    planners,
    deployments,
    scheduler,
    close,
    [Symbol.asyncDispose]: close,
  };
};
