import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBumps, demandOf, greatestBump } from '../../engine/artifacts/index.ts';
import type { ArtifactKind, JsonObject, JsonValue } from '../../engine/values/index.ts';
import { id, node, short, studio } from './sample.ts';

/** What a change demands, each as `bump: because`. */
const demands = (kind: ArtifactKind, before: JsonValue | undefined, after: JsonValue | undefined): readonly string[] =>
  demandOf({ kind, name: 'a' }, before, after).map(({ bump, because }) => short(`${bump}: ${because}`));
const workflows = (before: JsonValue, after: JsonValue) => demands('workflow', before, after);

const line = [node(1, []), node(2, [1]), node(3, [2])];

describe('of a workflow', () => {
  test('to be there is an addition, to be gone breaks those who use it', () => {
    expect(workflows(studio(line), studio(line))).toEqual(['patch: changed inside']);
    expect(demands('workflow', undefined, studio(line))).toEqual(['minor: new']);
    expect(demands('workflow', studio(line), undefined)).toEqual(['major: removed']);
  });

  test('a node more is an addition, also between two that were connected', () => {
    expect(workflows(studio(line), studio([...line, node(4, [3])]))).toEqual(['minor: node added: step 4']);
    const between = [node(1, []), node(2, [1]), node(4, [2]), node(3, [4])];
    expect(workflows(studio(line), studio(between))).toEqual(['minor: node added: step 4']);
  });

  test('a node less breaks, and is told once, not again with its connections', () => {
    expect(workflows(studio(line), studio(line.slice(0, 2)))).toEqual(['major: node removed: step 3']);
  });

  test('a connection less breaks where nothing leads there any more', () => {
    const apart = [node(1, []), node(2, [1]), node(3, [])];
    expect(workflows(studio(line), studio(apart))).toEqual(['major: connection removed: #2 → #3']);
    const triangle = [node(1, []), node(2, [1]), node(3, [2, 1])];
    expect(workflows(studio(triangle), studio(line))).toEqual(['major: connection removed: #1 → #3']);
  });

  test('a connection that is of another kind than before breaks, unless it is of both', () => {
    const leads = { method: 'SWITCH', field: '$.x', cases: { yes: [id(2)] }, default_case: [] };
    const control = [node(1, [], leads), node(2, [])];
    const both = [node(1, [], leads), node(2, [1])];
    const dependency = [node(1, [], { ...leads, cases: {} }), node(2, [1])];
    expect(workflows(studio(both), studio(dependency))).toEqual(['major: connection removed: #1 → #2']);
    expect(workflows(studio(control), studio(both))).toEqual(['patch: changed inside']);
    expect(workflows(studio(dependency), studio(control))).toEqual(['major: connection removed: #1 → #2']);
  });

  test('a prompt, a parameter, the layout and the metadata change nothing for those who use it', () => {
    const other = [node(1, [], { params: { prompt: 'Read.' } }), ...line.slice(1)];
    expect(workflows(studio(line), studio(other))).toEqual(['patch: changed inside']);
    expect(workflows(studio(line), studio(line, { metadata: { author: 'x' } }))).toEqual(['patch: changed inside']);
  });

  test('of another shape cannot be compared, and is taken for a break', () => {
    expect(workflows(studio(line), { name: 'a', nodes: line })).toEqual(['major: written in another shape']);
  });
});

describe('what goes in and comes out', () => {
  const schema = { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] };
  const withInput = (input: JsonObject): JsonObject => studio(line, { input_schema: input });
  const cases: readonly (readonly [string, JsonObject, JsonObject, readonly string[]])[] = [
    ['declared for the first time', studio(line), withInput(schema), ['minor: input_schema added']],
    ['not declared any more', withInput(schema), studio(line), ['major: input_schema removed']],
    [
      'a field of another type',
      withInput(schema),
      withInput({ ...schema, properties: { total: { type: 'string' } } }),
      ['major: input_schema changed properties.total.type'],
    ],
    [
      'a field that may be left out',
      withInput(schema),
      withInput({ ...schema, properties: { ...schema.properties, note: { type: 'string' } } }),
      ['minor: input_schema gained properties.note'],
    ],
    [
      'a field that must be given',
      withInput(schema),
      withInput({ ...schema, properties: { ...schema.properties, id: {} }, required: ['total', 'id'] }),
      ['minor: input_schema gained properties.id', 'major: input_schema changed required'],
    ],
    [
      'a field less',
      withInput({ ...schema, properties: { ...schema.properties, note: {} } }),
      withInput(schema),
      ['major: input_schema lost properties.note'],
    ],
    [
      'words for readers',
      withInput(schema),
      withInput({ ...schema, description: 'An invoice.' }),
      ['patch: input_schema gained description'],
    ],
    [
      'a field that is called like a word of JSON Schema',
      withInput({ ...schema, properties: { ...schema.properties, description: { type: 'string' } } }),
      withInput(schema),
      ['major: input_schema lost properties.description'],
    ],
  ];
  test.each(cases)('%s', (_, before, after, expected) => expect(workflows(before, after)).toEqual(expected));

  test('of a node inside is nobody else’s business', () => {
    const inner = [node(1, [], { output_schema: { type: 'object' } }), ...line.slice(1)];
    expect(workflows(studio(line), studio(inner))).toEqual(['patch: changed inside']);
  });

  test('counts in the plan, in an agent and in a wrapped agent too', () => {
    const plan = studio([], { planDefinition: { nodes: line, output_schema: schema } });
    expect(workflows(plan, studio(line))).toEqual(['major: output_schema removed']);
    const agent = { name: 'a', output_schema: schema };
    expect(demands('agent', agent, { name: 'a' })).toEqual(['major: output_schema removed']);
    expect(demands('agent', { agent }, { agent: { name: 'a' } })).toEqual(['major: output_schema removed']);
    expect(demands('agent', agent, { ...agent, system_message: 'Be brief.' })).toEqual(['patch: changed inside']);
  });
});

test('a processor breaks where it is called by another address, or loses a parameter', () => {
  const body = (manifest: JsonObject): JsonObject => ({ manifest: { name: 'a', ...manifest }, files: [] });
  const before = body({ endpoint: '/ocr', parameters: { dpi: 300, mode: 'fast' } });
  const after = body({ endpoint: '/read', parameters: { dpi: 200 } });
  expect(demands('processor', before, after)).toEqual(['major: endpoint changed', 'major: parameter removed: mode']);
  expect(demands('processor', before, body({ endpoint: '/ocr', parameters: { dpi: 1, mode: 'fast' } }))).toEqual([
    'patch: changed inside',
  ]);
});

test('the greatest of all reasons counts', () => {
  expect(greatestBump([])).toBe('patch');
  expect(greatestBump([{ bump: 'patch' }, { bump: 'major' }, { bump: 'minor' }])).toBe('major');
  expect(compareBumps('minor', 'patch')).toBeGreaterThan(0);
});

/** A workflow of some of ten nodes, each with some of the nodes before it as dependencies. */
const anyWorkflow = fc
  .uniqueArray(fc.record({ n: fc.integer({ min: 1, max: 10 }), after: fc.subarray([1, 2, 3, 4, 5, 6, 7, 8, 9]) }), {
    selector: ({ n }) => n,
    minLength: 1,
  })
  .map((nodes) => {
    const present = new Set(nodes.map(({ n }) => n));
    return studio(
      nodes.map(({ n, after }) =>
        node(
          n,
          after.filter((one) => one < n && present.has(one)),
        ),
      ),
    );
  });

test('what is an addition one way breaks the other way', () => {
  const bumpOf = (before: JsonValue, after: JsonValue) =>
    greatestBump(demandOf({ kind: 'workflow', name: 'a' }, before, after));
  fc.assert(
    fc.property(anyWorkflow, anyWorkflow, (one, other) => {
      if (bumpOf(one, other) === 'minor') expect(bumpOf(other, one)).toBe('major');
    }),
    { numRuns: 500 },
  );
});
