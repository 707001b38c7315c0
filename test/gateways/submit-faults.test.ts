import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readArtifact, runNeedsOf, validateArtifact } from '../../engine/artifacts/index.ts';
import { judgeGateways } from '../../engine/gateways/judge.ts';
import { startSimulator } from '../../examples/gateway-simulator/simulator.ts';
import { nodeId } from '../support/workflows.ts';
import { readingOf } from './readings.ts';

/** A node as a line of its own, so that a position is easy to read. */
interface Line {
  readonly task_id?: string;
  readonly dependencies?: readonly string[];
  readonly definition?: object | null;
  readonly node_type?: string;
}

const noop = { method: 'NOOP' };

const fileOf = (nodes: readonly Line[]): string =>
  `{"nodes": [\n${nodes
    .map((node, index) =>
      JSON.stringify({
        task_id: nodeId(index),
        query_str: `n${index}`,
        dependencies: index === 0 ? [] : [nodeId(index - 1)],
        definition: noop,
        ...node,
      }),
    )
    .join(',\n')}\n]}\n`;

/** What `validate` says: code, line and the node that is named. */
const validated = async (text: string): Promise<readonly string[]> => {
  const read = await readArtifact('workflow', { path: 'w.json', bytes: Buffer.from(text) });
  if (!read.ok) throw new Error('the workflow cannot be read');
  return validateArtifact(read.value, read.value.document).map(
    ({ code, range, detail }) =>
      `${code} ${range?.start.line} ${/[Nn]ode (?:number )?"?(\w+)/.exec(detail)?.[1] ?? ''}`,
  );
};

/** What a stock gateway makes of it: whether its registry takes it, and what is in its log after a submission. */
const submitted = async (text: string) => {
  await using gateway = await startSimulator();
  const taken = gateway.planners.register({ name: 'w' }, JSON.parse(text));
  gateway.scheduler.submit('extract', { metadata: { planner: 'w' } });
  await Promise.resolve();
  return { taken, log: gateway.scheduler.log().join('\n') };
};

/**
 * Table 2.2 of what is known of marie-ai 4.0.0: what its registry takes without a word and fails at when somebody submits
 * it, which nobody is told.
 */
const faults: readonly (readonly [name: string, nodes: readonly Line[], says: string, log: RegExp])[] = [
  ['a cycle', [{}, { dependencies: [nodeId(0), nodeId(2)] }, {}], 'workflow-cycle 3 n1', /has a cycle/],
  ['no nodes', [], 'workflow-empty 1 ', /found 0/],
  ['two roots', [{}, { dependencies: [] }], 'workflow-root 3 n0', /found 2/],
  ['a dependency on nothing', [{}, { dependencies: [nodeId(9)] }], 'workflow-dependency-unknown 3 n1', /has a cycle/],
  [
    'one id twice',
    [{}, {}, { task_id: nodeId(1), dependencies: [nodeId(0)] }],
    'workflow-node-duplicate 4 n2',
    /has a cycle/,
  ],
  ['an id that is no UUID', [{ task_id: 'start' }], 'workflow-node-id 2 n0', /syntax for type uuid/],
  ['a node without a definition', [{}, { definition: null }], 'workflow-node-definition 3 n1', /NoneType/],
  [
    'a merge strategy of the guide',
    [{}, { node_type: 'MERGER', definition: { method: 'NOOP', strategy: 'sequential' } }],
    'workflow-field-ignored 3 n1',
    // Taken, and dropped without a word.
    /^$/,
  ],
];

describe('what a stock gateway would find only when it is to run', () => {
  test.each(faults)('%s is found by validate, with the node and the line', async (_, nodes, says, log) => {
    const text = fileOf(nodes);
    const stock = await submitted(text);
    expect(stock.taken).toBe(true);
    expect(stock.log).toMatch(log);
    expect(await validated(text)).toContain(says);
  });

  test('an id in capitals is the same id to its database', async () => {
    const twice = nodeId(1).toUpperCase();
    const text = fileOf([{}, {}, { task_id: twice }]);
    expect(await validated(text)).toContain('workflow-node-duplicate 4 n2');
  });
});

describe('what the registry itself refuses, as HTTP 400 without a reason', () => {
  test.each([
    ['an unknown method', [{ definition: { method: 'PROMPT' } }], 'workflow-method-unknown 2 n0'],
    ['an unknown type of node', [{ node_type: 'THING' }], 'workflow-node-type 2 n0'],
    ['no endpoint', [{ definition: { method: 'EXECUTOR_ENDPOINT' } }], 'workflow-field-missing 2 n0'],
    ['no model', [{ definition: { method: 'LLM', endpoint: 'x' } }], 'workflow-field-missing 2 n0'],
    ['a branch of the guide', [{ definition: { method: 'BRANCH', conditions: [] } }], 'workflow-field-missing 2 n0'],
    ['no label', [{ query_str: undefined }], 'workflow-field-missing 2 number'],
  ])('%s', async (_, nodes, says) => {
    const text = fileOf(nodes as readonly Line[]);
    expect((await submitted(text)).taken).toBe(false);
    expect((await validated(text)).map((line) => line.trimEnd())).toContainEqual(
      says.endsWith('number') ? expect.stringContaining('workflow-field-missing 2') : says,
    );
  });
});

describe('methods that it registers and cannot run are found by the preflight', () => {
  const definition = (method: string): object => ({
    ...{ method, title: 't', source_id: 's', branch_function: 'f' },
    paths: [{ path_id: 'p', target_node_ids: [] }],
  });

  test.each([
    'HITL_APPROVAL',
    'HITL_CORRECTION',
    'HITL_ROUTER',
    'RAG_INGEST',
    'RAG_SEARCH',
    'RAG_DELETE',
    'CONTEXT_CACHE',
    'PYTHON_BRANCH',
  ])('%s', async (method) => {
    const text = fileOf([{}, { definition: definition(method) }]);
    const stock = await submitted(text);
    expect(stock).toEqual({ taken: true, log: expect.stringContaining(`Unsupported method type: ${method}`) });
    const needs = [{ address: 'workflow.w', needs: runNeedsOf(JSON.parse(text)) }];
    const reading = readingOf('g', {});
    expect(judgeGateways([reading], needs)).toEqual([
      {
        gateway: 'g',
        severity: 'error',
        code: 'gateway-method-unsupported',
        detail: `The gateway "g" (4.0.0) registers ${method} and fails when it is to run: node "n1" (${nodeId(1)}) of workflow.w needs it.`,
        at: { address: 'workflow.w', path: ['nodes', 1, 'definition', 'method'] },
      },
    ]);
    // Of a version that nobody has looked at, nobody can say.
    const [newer] = judgeGateways([readingOf('g', { version: '5.0.4' })], needs);
    expect(newer).toMatchObject({ severity: 'warning', code: 'gateway-method-unsupported' });
  });
});

/** Sixteen plans that marie-ai's own planners make, where they lie beside this repository. */
const fixtures = join(import.meta.dirname, '../../../shared/fixtures/marie-plans');

test.skipIf(!existsSync(fixtures))(
  'of real plans, exactly those are foreseen to fail that fail (skipped without ../shared)',
  async () => {
    const verdicts = await Promise.all(
      readdirSync(fixtures).map(async (name) => {
        const document = JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
        const { taken, log } = await submitted(JSON.stringify(document.plan_definition));
        const foreseen = runNeedsOf(document).some(({ kind }) => kind === 'method');
        return { name, taken, foreseen, fails: log !== '' };
      }),
    );
    expect(verdicts.filter(({ taken, foreseen, fails }) => !taken || foreseen !== fails)).toEqual([]);
    expect(verdicts.filter(({ fails }) => fails).map(({ name }) => name)).toEqual([
      'mock_hitl_approval.json',
      'mock_hitl_correction.json',
      'mock_hitl_router.json',
    ]);
  },
);
