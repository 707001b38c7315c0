/**
 * What a gateway's registry accepts, as data: node types, methods with their fields, operators. A field is checked when
 * it is present and not null; `required` fields must be both.
 */

/** What a field may hold. `min` and `max` are inclusive. */
export type FieldRule = { readonly required?: true } & (
  | { readonly type: 'text'; readonly oneOf?: readonly string[] }
  | { readonly type: 'number' | 'integer'; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean' | 'object' }
  | { readonly type: 'list'; readonly of?: 'text' | 'object'; readonly notEmpty?: true }
);

export type FieldRules = Readonly<Record<string, FieldRule>>;

export interface Method {
  readonly fields: FieldRules;
  /** False where the registry takes the method but the gateway fails when such a workflow is submitted. */
  readonly runs: boolean;
}

export const nodeTypes: ReadonlySet<string> = new Set([
  'EXTRACTOR',
  'SEGMENTER',
  'COMPUTE',
  'MERGER',
  'BRANCH',
  'SWITCH',
  'GUARDRAIL',
]);

/** What a definition of any method may have. */
const everywhere: FieldRules = { endpoint: { type: 'text' }, params: { type: 'object' } };
const title: FieldRules = { title: { type: 'text', required: true } };
const paths: FieldRules = { paths: { type: 'list', of: 'object', notEmpty: true, required: true } };

const evaluationModes = ['first_match', 'all_match', 'priority_match'];
const mergeStrategies = ['wait_all_active', 'wait_any', 'wait_n', 'wait_all_including_skipped'];

/** The fields that only mean something to a method that merges: elsewhere they are dropped without a word. */
export const mergeFields: FieldRules = {
  merge_strategy: { type: 'text', oneOf: mergeStrategies },
  min_required: { type: 'integer', min: 0 },
  timeout_seconds: { type: 'number', min: 0 },
  merge_function: { type: 'text' },
};

const runnable = (fields: FieldRules): Method => ({ fields: { ...everywhere, ...fields }, runs: true });
const registeredOnly = (fields: FieldRules): Method => ({ fields: { ...everywhere, ...fields }, runs: false });

export const methods: ReadonlyMap<string, Method> = new Map([
  ['NOOP', runnable({})],
  ['EXECUTOR_ENDPOINT', runnable({ endpoint: { type: 'text', required: true } })],
  ['PYTHON_FUNCTION', runnable({ endpoint: { type: 'text', required: true } })],
  ['LLM', runnable({ model_name: { type: 'text', required: true } })],
  [
    'BRANCH',
    runnable({
      ...paths,
      default_path_id: { type: 'text' },
      evaluation_mode: { type: 'text', oneOf: evaluationModes },
    }),
  ],
  [
    'PYTHON_BRANCH',
    registeredOnly({
      ...paths,
      branch_function: { type: 'text', required: true },
      function_timeout: { type: 'number', min: 0 },
      default_path_id: { type: 'text' },
      evaluation_mode: { type: 'text', oneOf: evaluationModes },
    }),
  ],
  [
    'SWITCH',
    runnable({
      switch_field: { type: 'text', required: true },
      cases: { type: 'object', required: true },
      default_case: { type: 'list', of: 'text' },
    }),
  ],
  ['MERGER_ENHANCED', runnable(mergeFields)],
  [
    'GUARDRAIL',
    runnable({
      ...paths,
      input_source: { type: 'text' },
      context_source: { type: 'text' },
      query_source: { type: 'text' },
      metrics: { type: 'list', of: 'object' },
      aggregation_mode: { type: 'text', oneOf: ['all', 'any', 'weighted_average'] },
      pass_threshold: { type: 'number', min: 0, max: 1 },
      fail_fast: { type: 'boolean' },
      include_feedback: { type: 'boolean' },
      evaluation_timeout: { type: 'number', min: 1, max: 300 },
    }),
  ],
  ['HITL_APPROVAL', registeredOnly(title)],
  ['HITL_CORRECTION', registeredOnly(title)],
  ['HITL_ROUTER', registeredOnly({})],
  ['RAG_INGEST', registeredOnly({ source_id: { type: 'text', required: true } })],
  ['RAG_SEARCH', registeredOnly({})],
  ['RAG_DELETE', registeredOnly({})],
  ['CONTEXT_CACHE', registeredOnly({})],
]);

/** One entry of `definition.paths`. */
export const pathFields: FieldRules = {
  path_id: { type: 'text', required: true },
  target_node_ids: { type: 'list', of: 'text', required: true },
  condition: { type: 'object' },
  condition_function: { type: 'text' },
  priority: { type: 'number' },
};

/** One entry of a guardrail's `metrics`. */
export const metricFields: FieldRules = {
  type: {
    type: 'text',
    required: true,
    oneOf: [
      'faithfulness',
      'relevance',
      'json_schema',
      'regex_match',
      'length_check',
      'contains_keywords',
      'llm_judge',
      'executor',
    ],
  },
  name: { type: 'text' },
  weight: { type: 'number', min: 0, max: 10 },
  threshold: { type: 'number', min: 0, max: 1 },
  params: { type: 'object' },
};

/** A condition that combines others. */
export const conditionGroupFields: FieldRules = {
  conditions: { type: 'list', of: 'object', notEmpty: true, required: true },
  combinator: { type: 'text', oneOf: ['AND', 'OR'] },
};

/** A condition that looks at one value. */
export const conditionFields: FieldRules = {
  jsonpath: { type: 'text', required: true },
  operator: { type: 'text', required: true },
};

export const operators: ReadonlySet<string> = new Set(
  '== != > < >= <= in not_in contains not_contains matches exists not_exists is_empty is_not_empty'.split(' '),
);

/** The methods whose fields name the nodes they lead to. */
export const controlMethods: ReadonlySet<string> = new Set(['BRANCH', 'PYTHON_BRANCH', 'SWITCH', 'GUARDRAIL']);
