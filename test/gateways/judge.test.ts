import { describe, expect, test } from 'vitest';
import { runNeedsOf } from '../../engine/artifacts/index.ts';
import { problem } from '../../engine/diagnostics/index.ts';
import { judgeGateways } from '../../engine/gateways/judge.ts';
import { nodeId } from '../support/workflows.ts';
import { readingOf } from './readings.ts';

const needing = (name: string, definition: object) => ({
  address: `workflow.${name}`,
  needs: runNeedsOf({ nodes: [{ task_id: nodeId(1), query_str: 'n', definition: definition as never }] }),
});

const ocr = needing('a', { method: 'EXECUTOR_ENDPOINT', endpoint: 'ocr://read' });
const serving = (name: string) => ({ name, serving: true, status: 'SERVING', nodes: 1 });
const down = (name: string) => ({ name, serving: false, status: 'NOT_SERVING', nodes: 1 });

describe('what a workflow needs', () => {
  test.each([
    ['an executor', { method: 'EXECUTOR_ENDPOINT', endpoint: 'ocr://read' }, 'ocr'],
    [
      'an executor that a guardrail has judge',
      { method: 'GUARDRAIL', metrics: [{ type: 'executor', params: { endpoint: 'judge://it' } }] },
      'judge',
    ],
    ['an executor that merges', { method: 'MERGER_ENHANCED', endpoint: 'merge_executor://all' }, 'merge_executor'],
    ['whatever the gateway says', { method: 'LLM', model_name: 'm', endpoint: 'extract' }, 'mapped'],
    ['the same for a function', { method: 'PYTHON_FUNCTION', endpoint: '/f' }, 'mapped'],
    ['nothing, where the scheduler merges', { method: 'MERGER_ENHANCED', endpoint: 'merger://control' }, undefined],
    ['nothing, for a branch', { method: 'BRANCH', endpoint: 'branch' }, undefined],
    ['nothing, for a node that does nothing', { method: 'NOOP', endpoint: 'noop' }, undefined],
  ])('%s', (_, definition, needed) => {
    const [need] = needing('x', definition).needs;
    expect(need?.kind === 'executor' ? need.executor : need?.kind).toBe(needed);
  });
});

test('a gateway that has it all has nothing said of it', () => {
  expect(judgeGateways([readingOf('g', { executors: [serving('ocr')] })], [ocr])).toEqual([]);
});

test('an executor is missing, or down; the first node that needs it is named, the others are counted', () => {
  const others = [
    needing('b', { method: 'EXECUTOR_ENDPOINT', endpoint: 'ocr://x' }),
    needing('c', { method: 'EXECUTOR_ENDPOINT', endpoint: 'ocr://y' }),
  ];
  const found = judgeGateways([readingOf('g', {}), readingOf('h', { executors: [down('ocr')] })], [ocr, ...others]);
  expect(found.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
    `gateway-executor-missing: The gateway "g" knows no executor "ocr": node "n" (${nodeId(1)}) of workflow.a needs it, as do 2 more nodes.`,
    `gateway-executor-down: The executor "ocr" is NOT_SERVING at "h": node "n" (${nodeId(1)}) of workflow.a needs it, as do 2 more nodes.`,
  ]);
});

test('an executor that the gateway chooses is a warning with the way out', () => {
  const [found] = judgeGateways([readingOf('g', {})], [needing('a', { method: 'LLM', model_name: 'm' })]);
  expect(found).toMatchObject({ severity: 'warning', code: 'gateway-executor-unnamed' });
  expect(found?.hint).toContain('executor://path');
});

test('versions differ, or one is not told', () => {
  const readings = [readingOf('g', {}), readingOf('h', { version: '4.0.1' }), readingOf('i', { version: undefined })];
  expect(judgeGateways(readings, []).map(({ gateway, code, severity }) => [gateway, code, severity])).toEqual([
    ['h', 'gateway-versions-differ', 'error'],
    ['i', 'gateway-version-unknown', 'error'],
  ]);
});

test('those that other targets of the environment have are compared with the first, and nothing else of them counts', () => {
  const peers = [
    { id: 'same', version: '4.0.0' },
    { id: 'older', version: '3.9.0' },
    { id: 'silent', version: undefined },
  ];
  const found = judgeGateways([readingOf('g', {}), readingOf('h', {})], [], { peers });
  expect(found.map(({ gateway, severity, detail }) => `${gateway} ${severity}: ${detail}`)).toEqual([
    'g error: The gateway "g" runs 4.0.0, and "older" of the same environment runs 3.9.0.',
    'g warning: What "silent" of the same environment runs could not be found out, so nobody compared it with "g".',
  ]);
  // With none of its own that counts there is nothing to compare.
  expect(judgeGateways([readingOf('g', { drained: true })], [], { peers })).toEqual([]);
});

test('one that cannot be asked says why', () => {
  const diagnostics = [problem('http-timeout', { detail: '127.0.0.1:1 did not answer completely within 5 s.' })];
  expect(judgeGateways([{ id: 'g', drained: false, reachable: false, diagnostics }], [ocr])).toMatchObject([
    {
      severity: 'error',
      code: 'http-timeout',
      detail: 'The gateway "g" cannot be asked: 127.0.0.1:1 did not answer completely within 5 s.',
    },
  ]);
});

test('of a drained gateway, and on the way back, everything is a warning', () => {
  const drained = readingOf('g', { drained: true, version: '3.9.0' });
  expect(
    judgeGateways([drained, readingOf('h', { executors: [serving('ocr')] })], [ocr]).map(({ severity }) => severity),
  ).toEqual(['warning', 'warning']);
  expect(judgeGateways([readingOf('g', {})], [ocr], { lenient: true })).toMatchObject([{ severity: 'warning' }]);
});
