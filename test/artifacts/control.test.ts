import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../engine/values/index.ts';
import { complaints, id, node, studio } from './sample.ts';

/** A control node, and the node that every one of its paths leads to. */
const ofControl = async (definition: JsonObject, nodeType = 'BRANCH') => {
  const nodes = [node(1, [], definition, { node_type: nodeType }), node(2, [1])];
  return (await complaints('workflow', studio(nodes))).map((text) => text.replace(/ \d+:/, ':'));
};

const path = (path_id: string, rest: JsonObject = {}): JsonObject => ({ path_id, target_node_ids: [id(2)], ...rest });
const branch = (paths: readonly JsonValue[], rest: JsonObject = {}) => ofControl({ method: 'BRANCH', paths, ...rest });
const guardrail = (rest: JsonObject) =>
  ofControl({ method: 'GUARDRAIL', paths: [path('pass'), path('fail')], ...rest }, 'GUARDRAIL');
const condition = (given: JsonObject) => branch([path('p', { condition: given })]);

describe('the paths of a branch', () => {
  test('there must be some', async () => {
    expect(await branch([])).toEqual(['workflow-field-invalid: `paths` of node "step 1" (#1) must not be empty.']);
  });

  test('each has an id of its own and targets', async () => {
    expect(await branch([path('p'), path('p'), { path_id: 'q' }, 'r'])).toEqual([
      'workflow-field-invalid: `paths` of node "step 1" (#1) must be a list of objects, and holds text.',
      'workflow-path-duplicate: Node "step 1" (#1) has two paths with the id "p".',
      'workflow-field-missing: Path 3 of node "step 1" (#1) needs the field `target_node_ids`.',
    ]);
  });

  test('the default path is one of them', async () => {
    expect(await branch([path('p')], { default_path_id: 'q' })).toEqual([
      'workflow-default-path-unknown: The default path "q" of node "step 1" (#1) is none of its paths.',
    ]);
  });

  test('the evaluation mode is known', async () => {
    const [complaint] = await branch([path('p')], { evaluation_mode: 'best_match' });
    expect(complaint).toContain('is "best_match", not one of first_match, all_match, priority_match');
  });

  test('PYTHON_BRANCH needs a function, and does not run yet', async () => {
    const said = await ofControl({ method: 'PYTHON_BRANCH', paths: [path('p')] });
    expect(said.map((text) => text.split(':')[0])).toEqual([
      'workflow-field-missing',
      'warning workflow-method-unsupported',
    ]);
  });
});

describe('conditions', () => {
  const good = { jsonpath: '$.a', operator: '==', value: 1 };

  test('one value, or a group of conditions', async () => {
    expect(await condition(good)).toEqual([]);
    expect(await condition({ conditions: [good, { conditions: [good] }], combinator: 'OR' })).toEqual([]);
  });

  test('the JSONPath starts with $ or @', async () => {
    expect(await condition({ ...good, jsonpath: 'metadata.type' })).toEqual([
      'workflow-jsonpath: The JSONPath "metadata.type" in path 1 of node "step 1" (#1) does not start with $ or @.',
    ]);
    expect(await condition({ ...good, jsonpath: '@.type' })).toEqual([]);
  });

  test('the operator is known', async () => {
    expect(await condition({ ...good, operator: 'eq' })).toEqual([
      'workflow-operator-unknown: Path 1 of node "step 1" (#1) uses the operator "eq".',
    ]);
  });

  test('both are required, deep inside a group as well', async () => {
    const said = await condition({ conditions: [{ conditions: [{}] }], combinator: 'XOR' });
    expect(said.sort()).toEqual([
      'workflow-field-invalid: `combinator` of path 1 of node "step 1" (#1) is "XOR", not one of AND, OR.',
      'workflow-field-missing: Path 1 of node "step 1" (#1) needs the field `jsonpath`.',
      'workflow-field-missing: Path 1 of node "step 1" (#1) needs the field `operator`.',
    ]);
  });

  test('check_jsonpath: false silences the JSONPath alone', async () => {
    const paths = [path('p', { condition: { jsonpath: 'x', operator: 'eq' } })];
    const nodes = [node(1, [], { method: 'BRANCH', paths }), node(2, [1])];
    const said = await complaints('workflow', studio(nodes), { checkJsonpath: false });
    expect(said.map((text) => text.split(' ')[0])).toEqual(['workflow-operator-unknown']);
  });
});

describe('a switch', () => {
  test('needs the field it looks at, and its cases', async () => {
    expect(await ofControl({ method: 'SWITCH' }, 'SWITCH')).toEqual([
      'workflow-field-missing: Node "step 1" (#1) needs the field `switch_field`.',
      'workflow-field-missing: Node "step 1" (#1) needs the field `cases`.',
    ]);
  });

  test('each case is a list of node ids', async () => {
    expect(await ofControl({ method: 'SWITCH', switch_field: 'x', cases: { a: id(2), b: [1] } }, 'SWITCH')).toEqual([
      'workflow-field-invalid: The case "a" of node "step 1" (#1) must be a list of node ids.',
      'workflow-field-invalid: The case "b" of node "step 1" (#1) must be a list of node ids.',
    ]);
  });
});

describe('a guardrail', () => {
  test.each([[['pass']], [['pass', 'fail', 'retry']], [['ok', 'fail']]])('with the paths %j', async (ids) => {
    expect(await guardrail({ paths: ids.map((name) => path(name)) })).toEqual([
      'workflow-guardrail-paths: Node "step 1" (#1) must have the paths "pass" and "fail", and no others.',
    ]);
  });

  test('thresholds, weights and timeouts are in range', async () => {
    const metrics = [{ type: 'length_check', weight: 11, threshold: -0.1 }];
    expect((await guardrail({ metrics, pass_threshold: 1.5, evaluation_timeout: 301 })).sort()).toEqual([
      'workflow-field-invalid: `evaluation_timeout` of node "step 1" (#1) must be a number from 1 to 300, and is 301.',
      'workflow-field-invalid: `pass_threshold` of node "step 1" (#1) must be a number from 0 to 1, and is 1.5.',
      'workflow-field-invalid: `threshold` of metric 1 of node "step 1" (#1) must be a number from 0 to 1, and is -0.1.',
      'workflow-field-invalid: `weight` of metric 1 of node "step 1" (#1) must be a number from 0 to 10, and is 11.',
    ]);
  });

  test('its metrics are of a known type', async () => {
    const [complaint] = await guardrail({ metrics: [{ type: 'vibes' }] });
    expect(complaint).toContain('`type` of metric 1 of node "step 1" (#1) is "vibes", not one of faithfulness');
  });

  test('flags are flags', async () => {
    expect(await guardrail({ fail_fast: 'no' })).toEqual([
      'workflow-field-invalid: `fail_fast` of node "step 1" (#1) must be true or false, and is text.',
    ]);
  });
});
