import { randomUUID } from 'node:crypto';
import type { Deployments } from './deployments.ts';
import { isRecord, type Json, type JsonRecord, type Planners } from './planners.ts';

/** One job: a node of a plan that somebody submitted. */
interface Job {
  readonly id: string;
  readonly name: string;
  readonly dagId: string;
  readonly level: number;
  readonly data: JsonRecord;
  readonly submittedAt: number;
  /** Undefined where the scheduler does the work itself. */
  readonly executor: string | undefined;
  state: JobState;
}

type JobState = 'created' | 'active' | 'completed' | 'failed';

export const workStates = [
  ...['created', 'retry', 'active', 'completed', 'skipped', 'expired', 'cancelled', 'failed'],
] as const;

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What the mapper knows. The registry takes more, and the gateway then fails at it. */
const runnable: ReadonlySet<string> = new Set([
  ...['NOOP', 'EXECUTOR_ENDPOINT', 'PYTHON_FUNCTION', 'LLM', 'BRANCH', 'SWITCH', 'MERGER_ENHANCED', 'GUARDRAIL'],
]);

const control: ReadonlySet<string> = new Set(['noop', 'branch', 'switch', 'merger', 'guardrail']);

interface Node {
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly definition: JsonRecord;
}

/** The nodes of a plan, or an error as the gateway writes into its log, where nobody reads it. */
const nodesOf = (plan: JsonRecord): readonly Node[] => {
  const nodes = (plan.nodes as readonly JsonRecord[]).map((node): Node => {
    if (!isRecord(node.definition)) throw new Error("'NoneType' object has no attribute 'method'");
    return {
      id: String(node.task_id),
      dependencies: ((node.dependencies ?? []) as readonly Json[]).map(String),
      definition: node.definition,
    };
  });
  const roots = nodes.filter(({ dependencies }) => dependencies.length === 0);
  if (roots.length !== 1) throw new Error(`Query plan must have exactly one root node, found ${roots.length}`);
  return nodes;
};

/** How far each node is from the root; what is not reached lies on a cycle or waits for nobody. */
const levelsOf = (nodes: readonly Node[]): ReadonlyMap<string, number> => {
  const levels = new Map<string, number>();
  for (let level = 0; levels.size < nodes.length; level += 1) {
    const ready = nodes.filter(
      ({ id, dependencies }) => !levels.has(id) && dependencies.every((one) => levels.has(one)),
    );
    if (ready.length === 0 || new Set(nodes.map(({ id }) => id)).size !== nodes.length) {
      throw new Error('The QueryPlan graph has a cycle and cannot be topologically sorted.');
    }
    for (const { id } of ready) levels.set(id, level);
  }
  return levels;
};

const executorOf = ({ definition }: Node): string | undefined => {
  const method = String(definition.method);
  if (!runnable.has(method)) throw new Error(`Unsupported method type: ${method}`);
  const name = /^([^:/]+):\/\//.exec(String(definition.endpoint ?? ''))?.[1];
  if (method === 'NOOP' || name === undefined || control.has(name)) return undefined;
  return ['EXECUTOR_ENDPOINT', 'PYTHON_FUNCTION', 'LLM', 'MERGER_ENHANCED'].includes(method) ? name : undefined;
};

export interface Scheduler {
  /** Answers with an id before anything is planned. */
  readonly submit: (queue: string, data: JsonRecord) => string;
  readonly inState: (state: string) => Readonly<Record<string, JsonRecord>>;
  readonly get: (id: string) => JsonRecord | undefined;
  /** What went wrong after a submission was answered. */
  readonly log: () => readonly string[];
  readonly counts: () => JsonRecord;
}

const record = (job: Job): JsonRecord => ({
  id: job.id,
  dag_id: job.dagId,
  name: job.name,
  priority: 0,
  data: job.data,
  state: job.state,
  retry_limit: 2,
  retry_delay: 2,
  retry_backoff: true,
  start_after: new Date(job.submittedAt).toISOString(),
  expire_in_seconds: 0,
  keep_until: new Date(job.submittedAt + 2 * 86_400_000).toISOString(),
  policy: null,
  dependencies: null,
  job_level: job.level,
  soft_sla: null,
  hard_sla: null,
});

/** The jobs of one submission, or an error that nobody but the log hears of. */
const jobsOf = (planners: Planners, queue: string, data: JsonRecord, dagId: string): readonly Job[] => {
  const metadata = isRecord(data.metadata) ? data.metadata : {};
  const name = String(metadata.planner ?? queue);
  const known = planners.planOf(name);
  if (!known) throw new Error(`Invalid query planner: ${name}`);
  const nodes = nodesOf(known.plan);
  const levels = levelsOf(nodes);
  const rows = nodes.map(
    (node): Job => ({
      id: known.freshIds ? randomUUID() : node.id,
      name: queue,
      dagId,
      level: levels.get(node.id) ?? 0,
      data,
      submittedAt: Date.now(),
      executor: executorOf(node),
      state: 'created',
    }),
  );
  if (rows.some(({ id }) => !uuid.test(id))) throw new Error('invalid input syntax for type uuid');
  return rows;
};

/** Each level of a plan takes `jobMs`; a job fails where its executor does not serve when its turn comes. */
export const createScheduler = (planners: Planners, deployments: Deployments, jobMs: number): Scheduler => {
  const jobs = new Map<string, Job>();
  const cache = new Map<string, JsonRecord>();
  const lines: string[] = [];
  let submissions = 0;

  const settle = (job: Job, now: number): void => {
    if (job.state === 'completed' || job.state === 'failed') return;
    const blocked = [...jobs.values()].some(
      (other) => other.dagId === job.dagId && other.level < job.level && other.state === 'failed',
    );
    const due = job.submittedAt + job.level * jobMs;
    if (blocked || now < due) return;
    if (job.executor !== undefined && !deployments.isServing(job.executor)) job.state = 'failed';
    else job.state = now < due + jobMs ? 'active' : 'completed';
  };

  const settleAll = (): void => {
    const now = Date.now();
    for (const job of [...jobs.values()].sort((a, b) => a.level - b.level)) settle(job, now);
  };

  return {
    submit: (queue, data) => {
      const dagId = randomUUID();
      submissions += 1;
      queueMicrotask(() => {
        try {
          // ON CONFLICT DO NOTHING: a definition whose ids ran before inserts nothing, and nobody hears of it.
          for (const row of jobsOf(planners, queue, data, dagId)) {
            const key = row.id.toLowerCase();
            if (!jobs.has(key)) jobs.set(key, row);
          }
        } catch (error) {
          lines.push(`Error processing job submission ${dagId}: ${(error as Error).message}`);
        }
      });
      return dagId;
    },
    inState: (state) => {
      settleAll();
      const found = [...jobs.values()].filter((job) => job.state === state);
      return Object.fromEntries(found.map((job) => [job.id, record(job)]));
    },
    get: (id) => {
      settleAll();
      // The gateway answers from a cache that it never refreshes.
      const job = jobs.get(id.toLowerCase());
      const known = cache.get(id) ?? (job && record(job));
      if (known) cache.set(id, known);
      return known;
    },
    log: () => lines,
    counts: () => ({ fetch_counter: 0, submission_count: submissions, pending_requests: 0 }),
  };
};
