/** What a gateway's registry of planners does, wrongs included. It lives in memory and is gone at a restart. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonRecord = { readonly [key: string]: Json };

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface PlannerRecord {
  readonly planner_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly version: string;
  readonly tags: readonly string[];
  readonly category: string | null;
  readonly source_type: 'code' | 'json' | 'wheel';
  readonly source_module: string | null;
  readonly plan_definition: JsonRecord | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Registration {
  readonly name: string;
  readonly version?: string;
  readonly description?: string | null;
  readonly tags?: readonly string[];
  readonly category?: string | null;
}

/** The methods that the registry takes. Not all of them run. */
const methods: ReadonlySet<string> = new Set([
  ...['BRANCH', 'CONTEXT_CACHE', 'EXECUTOR_ENDPOINT', 'GUARDRAIL', 'HITL_APPROVAL', 'HITL_CORRECTION', 'HITL_ROUTER'],
  ...['LLM', 'MERGER_ENHANCED', 'NOOP', 'PYTHON_BRANCH', 'PYTHON_FUNCTION', 'RAG_DELETE', 'RAG_INGEST', 'RAG_SEARCH'],
  'SWITCH',
]);

const nodeTypes: ReadonlySet<string> = new Set([
  ...['EXTRACTOR', 'SEGMENTER', 'COMPUTE', 'MERGER', 'BRANCH', 'SWITCH', 'GUARDRAIL'],
]);

/** Fields without which the registry refuses a definition; what else may be wrong it does not look at. */
const required: Readonly<Record<string, readonly string[]>> = {
  EXECUTOR_ENDPOINT: ['endpoint'],
  PYTHON_FUNCTION: ['endpoint'],
  LLM: ['model_name'],
  BRANCH: ['paths'],
  PYTHON_BRANCH: ['paths', 'branch_function'],
  SWITCH: ['switch_field', 'cases'],
  GUARDRAIL: ['paths'],
  HITL_APPROVAL: ['title'],
  HITL_CORRECTION: ['title'],
  RAG_INGEST: ['source_id'],
};

const isDefinition = (value: Json | undefined): boolean => {
  if (value === undefined || value === null) return true;
  if (!isRecord(value) || typeof value.method !== 'string' || !methods.has(value.method)) return false;
  return (required[value.method] ?? []).every((field) => value[field] !== undefined && value[field] !== null);
};

const isNode = (value: Json): boolean =>
  isRecord(value) &&
  typeof value.task_id === 'string' &&
  typeof value.query_str === 'string' &&
  (value.dependencies === undefined || Array.isArray(value.dependencies)) &&
  (value.node_type === undefined || (typeof value.node_type === 'string' && nodeTypes.has(value.node_type))) &&
  isDefinition(value.definition);

/** Cycles, empty plans, two roots, ids that are no UUID: all of that is taken, and fails when it is to run. */
const isPlan = (plan: Json): plan is JsonRecord =>
  isRecord(plan) && Array.isArray(plan.nodes) && (plan.nodes as readonly Json[]).every(isNode);

/** ISO 8601 without a zone, as Python writes a naive time. */
const naiveNow = (): string => new Date().toISOString().replace('Z', '000');

export interface Planners {
  readonly list: () => readonly PlannerRecord[];
  readonly get: (id: string) => PlannerRecord | undefined;
  /** False where the name is taken or the plan is not one. There is no update. */
  readonly register: (registration: Registration, plan: Json) => boolean;
  /** A planner that is code: it shows no definition, and gives each run ids of its own. */
  readonly registerCode: (name: string, plan: JsonRecord) => void;
  /** The plan behind a planner, for the scheduler. */
  readonly planOf: (name: string) => { readonly plan: JsonRecord; readonly freshIds: boolean } | undefined;
  /** Removes any planner, whoever put it there. */
  readonly unregister: (id: string) => boolean;
}

export const createPlanners = (): Planners => {
  const records = new Map<string, PlannerRecord>();
  const code = new Map<string, JsonRecord>();
  const add = (name: string, parts: Partial<PlannerRecord>): void => {
    const now = naiveNow();
    records.set(name, {
      planner_id: name,
      name,
      description: null,
      version: '1.0.0',
      tags: [],
      category: null,
      source_type: 'json',
      source_module: null,
      plan_definition: null,
      created_at: now,
      updated_at: now,
      ...parts,
    });
  };
  return {
    list: () => [...records.values()],
    get: (id) => records.get(id),
    register: ({ name, version = '1.0.0', description = null, tags = [], category = null }, plan) => {
      if (records.has(name) || !isPlan(plan)) return false;
      add(name, { version, description, tags, category, plan_definition: plan });
      return true;
    },
    registerCode: (name, plan) => {
      code.set(name, plan);
      add(name, { source_type: 'code', source_module: `planners.${name}` });
    },
    planOf: (name) => {
      const written = code.get(name);
      if (written) return { plan: written, freshIds: true };
      const plan = records.get(name)?.plan_definition;
      return plan ? { plan, freshIds: false } : undefined;
    },
    unregister: (id) => {
      code.delete(id);
      return records.delete(id);
    },
  };
};
