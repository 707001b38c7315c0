import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../engine/values/index.ts';
import { codes, complaints, node, studio } from './sample.ts';

/** What is said of one node with this definition in the place of the usual one. */
const ofDefinition = (definition: JsonObject) => complaints('workflow', studio([node(1, [], {}, { definition })]));

describe('the node itself', () => {
  test('an id that is no UUID, and none at all', async () => {
    expect(await complaints('workflow', studio([{ ...node(1, []), task_id: 'start' }]))).toEqual([
      'workflow-node-id 12: The `task_id` of node "step 1" (start) is no UUID, and the gateway stores it in a column that takes nothing else.',
    ]);
    const { task_id: _, ...anonymous } = node(1, []);
    expect(await complaints('workflow', studio([anonymous]))).toEqual([
      'workflow-node-id 11: Node "step 1" has no `task_id`.',
    ]);
  });

  test('a node type that no gateway knows; none means COMPUTE', async () => {
    const [complaint] = await complaints('workflow', studio([{ ...node(1, []), node_type: 'PROMPT' }]));
    expect(complaint).toContain('workflow-node-type 15: The `node_type` of node "step 1" (#1) is "PROMPT", not one of');
    const { node_type: _, ...untyped } = node(1, []);
    expect(await codes([untyped])).toEqual([]);
  });

  test('no definition', async () => {
    const { definition: _, ...empty } = node(1, []);
    expect(await complaints('workflow', studio([empty]))).toEqual([
      'workflow-node-definition 11: Node "step 1" (#1) has no `definition`, so the gateway does not know what to run.',
    ]);
  });

  test('dependencies that are no list, and a node that is no object', async () => {
    expect(await complaints('workflow', studio([{ ...node(1, []), dependencies: 'x' }, 7]))).toEqual([
      'workflow-field-invalid 14: `dependencies` of node "step 1" (#1) must be a list of node ids.',
      'workflow-field-invalid 22: Entry 2 of `nodes` is no object.',
    ]);
  });

  test('a label cannot command the terminal', async () => {
    const [complaint] = await complaints(
      'workflow',
      studio([{ ...node(1, []), task_id: 'x', query_str: '\u001b[2J' }]),
    );
    expect(complaint).toContain('node "\\u001b[2J" (x)');
  });
});

describe('methods and their fields', () => {
  test.each<[string, JsonObject, string]>([
    ['no method', {}, 'workflow-method-unknown 16: Node "step 1" (#1) has no `method`.'],
    [
      'a method of the studio that no gateway registers',
      { method: 'PROMPT' },
      'workflow-method-unknown 17: Node "step 1" (#1) has the method "PROMPT", which no gateway registers.',
    ],
    [
      'LLM without a model',
      { method: 'LLM', endpoint: 'extract' },
      'workflow-field-missing 16: Node "step 1" (#1) needs the field `model_name`.',
    ],
    [
      'an executor without an endpoint',
      { method: 'EXECUTOR_ENDPOINT' },
      'workflow-field-missing 16: Node "step 1" (#1) needs the field `endpoint`.',
    ],
    [
      'an empty endpoint',
      { method: 'PYTHON_FUNCTION', endpoint: '' },
      'workflow-field-invalid 18: `endpoint` of node "step 1" (#1) must not be empty.',
    ],
    [
      'an endpoint that names no executor',
      { method: 'EXECUTOR_ENDPOINT', endpoint: 'document/extract' },
      'workflow-endpoint 18: The endpoint "document/extract" of node "step 1" (#1) does not have the form executor://path.',
    ],
    [
      'parameters that are a list',
      { method: 'NOOP', params: [] },
      'workflow-field-invalid 18: `params` of node "step 1" (#1) must be an object, and is a list.',
    ],
    [
      'a merge strategy that does not exist',
      { method: 'MERGER_ENHANCED', merge_strategy: 'wait_most' },
      'workflow-field-invalid 18: `merge_strategy` of node "step 1" (#1) is "wait_most", not one of wait_all_active, wait_any, wait_n, wait_all_including_skipped.',
    ],
    [
      'a fraction of a branch',
      { method: 'MERGER_ENHANCED', min_required: 1.5 },
      'workflow-field-invalid 18: `min_required` of node "step 1" (#1) must be a whole number, and is 1.5.',
    ],
    [
      'a negative timeout',
      { method: 'MERGER_ENHANCED', timeout_seconds: -1 },
      'workflow-field-invalid 18: `timeout_seconds` of node "step 1" (#1) must be a number of at least 0, and is -1.',
    ],
    [
      'a number written as text',
      { method: 'MERGER_ENHANCED', timeout_seconds: '10' },
      'workflow-field-invalid 18: `timeout_seconds` of node "step 1" (#1) must be a number, and is text.',
    ],
  ])('%s', async (_, definition, expected) => {
    expect(await ofDefinition(definition)).toEqual([expected]);
  });

  test('null counts as absent', async () => {
    expect(await ofDefinition({ method: 'MERGER_ENHANCED', min_required: null, merge_function: null })).toEqual([]);
  });

  test.each(['HITL_ROUTER', 'RAG_SEARCH', 'RAG_DELETE', 'CONTEXT_CACHE'])('%s is only a warning', async (method) => {
    expect(await ofDefinition({ method })).toEqual([
      `warning workflow-method-unsupported 17: Node "step 1" (#1) uses ${method}: the gateway registers such a workflow, and fails when it is started.`,
    ]);
  });

  test.each([
    ['HITL_APPROVAL', 'title'],
    ['HITL_CORRECTION', 'title'],
    ['RAG_INGEST', 'source_id'],
  ])('%s needs its %s all the same', async (method, field) => {
    const said = await ofDefinition({ method, params: { [field]: 'x' } });
    expect(said.join('\n')).toContain(`workflow-field-missing 16: Node "step 1" (#1) needs the field \`${field}\`.`);
  });
});

describe('what m3forge writes into a plan at a gateway', () => {
  const mark = { place: 'p', digest: 'a', plan: 'b' };

  test.each([
    ['the studio', studio([], { planDefinition: { nodes: [node(1, [])], m3forge: mark } })],
    ['a registry', { name: 'invoices', plan_definition: { nodes: [node(1, [])], m3forge: mark } }],
    ['a plan alone', { name: 'invoices', nodes: [node(1, [])], m3forge: mark }],
  ] as const)('is a warning with its line in a file of %s', async (_, document) => {
    const line = JSON.stringify(document, null, 2).split('"m3forge"')[0]?.split('\n').length;
    expect(await complaints('workflow', document)).toEqual([
      `warning workflow-mark ${line}: The plan carries \`m3forge\`, by which m3forge knows at a gateway what it put there. Here it is passed over.`,
    ]);
  });
});

describe('settings that the gateway drops without a word', () => {
  test('a merge strategy on a node that was written as NOOP', async () => {
    const [complaint, ...others] = await ofDefinition({ method: 'NOOP', merge_strategy: 'wait_any', min_required: 2 });
    expect(complaint).toBe(
      'warning workflow-field-ignored 18: Node "step 1" (#1) sets `merge_strategy`, `min_required`, which the method NOOP drops.',
    );
    expect(others).toEqual([]);
  });

  test('`strategy`, as guides write it', async () => {
    const merger = node(1, [], { method: 'MERGER_ENHANCED', strategy: 'wait_all' }, { node_type: 'MERGER' });
    expect(await codes([merger])).toEqual(['workflow-field-ignored']);
  });

  test('a plain NOOP that joins branches is in order', async () => {
    expect(await codes([node(1, [], { method: 'NOOP' }, { node_type: 'MERGER' })])).toEqual([]);
  });
});

test('check_node_schemas: false silences all of it, and nothing else', async () => {
  const nodes = [
    node(1, [], { method: 'TELEPORT' }),
    { ...node(2, [1]), task_id: 'x' },
    node(3, [9], { endpoint: 'y' }),
  ];
  expect(await codes(nodes, { checkNodeSchemas: false })).toEqual(['workflow-dependency-unknown']);
});

test('a mistake in every node is told twenty times, and then counted', async () => {
  const nodes = Array.from({ length: 3000 }, (_, index) =>
    node(index + 1, index === 0 ? [] : [index], { method: 'X' }),
  );
  const said = await complaints('workflow', studio(nodes));
  expect(said).toHaveLength(20);
  expect(said.at(-1)).toMatch(/There are 2980 more like it\.$/);
});
