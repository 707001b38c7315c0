import { describe, expect, test } from 'vitest';
import { validateArtifact } from '../../engine/artifacts/index.ts';
import { codes, complaints, id, node, read, studio } from './sample.ts';

const branch = (targets: readonly string[]) => ({
  method: 'BRANCH',
  endpoint: 'branch',
  paths: [{ path_id: 'p', target_node_ids: targets }],
});

test('a workflow in order has nothing to be said about it', async () => {
  const nodes = [node(1, []), node(2, [1], branch([id(3)])), node(3, [2]), node(4, [1]), node(5, [3, 4])];
  expect(await codes(nodes)).toEqual([]);
});

test('without nodes', async () => {
  expect(await complaints('workflow', studio([]))).toEqual([
    'workflow-empty 10: The workflow has no nodes, so a gateway cannot start it.',
  ]);
});

describe('exactly one root', () => {
  test('a second root is named with its line', async () => {
    expect(await complaints('workflow', studio([node(1, []), node(2, [])]))).toEqual([
      'workflow-root 22: 2 nodes have no dependencies: node "step 1" (#1), node "step 2" (#2).',
    ]);
  });

  test('many roots are counted, not all listed', async () => {
    const [complaint] = await complaints('workflow', studio([1, 2, 3, 4, 5, 6, 7].map((number) => node(number, []))));
    expect(complaint).toContain('7 nodes have no dependencies');
    expect(complaint).toContain(', and 2 more.');
  });
});

describe('no cycle', () => {
  test('a cycle is printed in the order in which it would run', async () => {
    const nodes = [node(1, []), node(2, [1, 4]), node(3, [2]), node(4, [3]), node(5, [4])];
    expect(await complaints('workflow', studio(nodes))).toEqual([
      'workflow-cycle 27: Node "step 2" (#2) can never start, because it waits for itself: #2 -> #3 -> #4 -> #2.',
    ]);
  });

  test('a node that waits for itself', async () => {
    const [complaint] = await complaints('workflow', studio([node(1, []), node(2, [1, 2])]));
    expect(complaint).toMatch(/^workflow-cycle .*: #2 -> #2\.$/);
  });

  test('no root at all is told as the cycle that it is, and two cycles are two errors', async () => {
    expect(await codes([node(1, [2]), node(2, [1]), node(3, [4]), node(4, [3])])).toEqual([
      'workflow-cycle',
      'workflow-cycle',
    ]);
  });

  test('a long cycle is shortened', async () => {
    const ring = Array.from({ length: 40 }, (_, index) => node(index + 1, [index === 0 ? 40 : index]));
    const [complaint] = await complaints('workflow', studio(ring));
    expect(complaint).toContain('-> (29 more) ->');
  });
});

test('a dependency on a node that is not there', async () => {
  expect(await complaints('workflow', studio([node(1, []), node(2, [1, 9])]))).toEqual([
    'workflow-dependency-unknown 27: Node "step 2" (#2) depends on "#9", and no node has this id.',
  ]);
});

test('what is wrong with a dependency is said at its entry, with what to do', async () => {
  const nodes = [{ ...node(1, []), dependencies: [7, id(9)] }, node(2, [1, 3]), node(3, [2])];
  const artifact = await read('workflow', studio(nodes));
  const found = validateArtifact(artifact, artifact.document, { checkNodeSchemas: false });
  const entries = [
    ['workflow-dependency-unknown', ['planDefinition', 'nodes', 0, 'dependencies', 1]],
    ['workflow-cycle', ['planDefinition', 'nodes', 1, 'dependencies', 1]],
  ] as const;
  expect(found).toHaveLength(entries.length);
  entries.forEach(([code, path], index) => {
    expect(found[index]).toMatchObject({ code, hint: expect.any(String) });
    expect(found[index]?.range?.start).toEqual(artifact.document.locate(path).start);
  });
});

test('one id for two nodes', async () => {
  expect(await complaints('workflow', studio([node(1, []), node(2, [1]), node(2, [1])]))).toEqual([
    'workflow-node-duplicate 36: Node "step 2" (#2) has the id of node "step 2" (#2), nodes[1] of the same workflow.',
  ]);
});

describe('a control node leads to nodes that know about it', () => {
  test('a target that does not exist', async () => {
    const [complaint] = await complaints('workflow', studio([node(1, [], branch([id(7)])), node(2, [1])]));
    expect(complaint).toBe('workflow-target-unknown 23: Node "step 1" (#1) leads to "#7", and no node has this id.');
  });

  test('a target that does not depend on it', async () => {
    const nodes = [node(1, []), node(2, [1], branch([id(3)])), node(3, [1])];
    const [complaint] = await complaints('workflow', studio(nodes));
    expect(complaint).toContain(
      'Node "step 2" (#2) leads to node "step 3" (#3), which does not list it in its dependencies.',
    );
  });

  test('the cases of a switch, and its default', async () => {
    const definition = {
      method: 'SWITCH',
      switch_field: '$.x',
      cases: { a: [id(2)], b: [id(8)] },
      default_case: [id(9)],
    };
    expect(await codes([node(1, [], definition), node(2, [1])])).toEqual([
      'workflow-target-unknown',
      'workflow-target-unknown',
    ]);
  });

  test('the ways out of a guardrail', async () => {
    const paths = [
      { path_id: 'pass', target_node_ids: [id(2)] },
      { path_id: 'fail', target_node_ids: [id(3)] },
    ];
    const nodes = [node(1, [], { method: 'GUARDRAIL', paths }), node(2, [1]), node(3, [2])];
    expect(await codes(nodes)).toEqual(['workflow-target-independent']);
  });
});

test('check_dag_cycles: false silences all of it, and nothing else', async () => {
  const nodes = [node(1, []), node(2, [9]), node(3, []), node(3, [3], { method: 'TELEPORT' })];
  expect(await codes(nodes, { checkDagCycles: false })).toEqual(['workflow-method-unknown']);
});

test('ten thousand mentions of one target with ten thousand dependencies are looked up, not searched', async () => {
  const many = Array.from({ length: 10_000 }, () => id(1));
  const wide = { ...node(2, []), dependencies: [...many.map(() => id(3)), id(1)] };
  const nodes = [node(1, [], branch(many.map(() => id(2)))), wide, node(3, [1])];
  expect(await codes(nodes)).toEqual([]);
});
