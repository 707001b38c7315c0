import type { Action } from '../../engine/plan/index.ts';
import type { PreviewChange, PreviewDocument, PreviewTarget, WorkflowGraph } from '../../engine/preview/index.ts';
import type { ArtifactKind } from '../../engine/values/index.ts';
import { difference } from './sample-plan.ts';

const digest = (letter: string): string => letter.repeat(64);

/** A small workflow, of which each part is in another state. */
export const graph: WorkflowGraph = {
  nodes: [
    { id: '018f-0001', label: 'Split pages', state: 'removed' },
    { id: '018f-0002', label: 'Extract', state: 'changed' },
    { id: '018f-0003', label: 'Check totals', state: 'added' },
    { id: '018f-0004', label: '1. "End" #1', state: 'same' },
  ],
  edges: [
    { from: '018f-0001', to: '018f-0002', state: 'removed' },
    { from: '018f-0002', to: '018f-0003', state: 'added' },
    { from: '018f-0002', to: '018f-0004', state: 'same' },
  ],
};

export const changeOf = (
  kind: ArtifactKind,
  name: string,
  action: Exclude<Action, 'no-op'>,
  more: Partial<PreviewChange> = {},
): PreviewChange => ({
  ...{ address: `${kind}.${name}`, kind, name, actions: [action], path: `${kind}s/${name}.json` },
  reason: { create: 'new in the head', update: 'its content differs', delete: 'not in the head' }[action],
  before_digest: action === 'create' ? null : digest('a'),
  after_digest: action === 'delete' ? null : digest('b'),
  detail: action === 'update' ? difference : null,
  uses:
    kind === 'workflow' && action !== 'delete'
      ? {
          agents: ['router'],
          processors: ['dates'],
          changed: ['processor.dates'],
          executors: ['extract_executor', 'ocr_executor'],
        }
      : null,
  graph: kind === 'workflow' && action !== 'delete' ? graph : null,
  ...more,
});

export const targetOf = (target: string, more: Partial<PreviewTarget> = {}): PreviewTarget => ({
  ...({ target, environment: target, environment_type: 'production', outcome: 'release' } as const),
  ...{ from: 'v1.2.0', to: 'v1.3.0', reason: 'it waits for an approval of ops' },
  ...{ counts: { create: 3, update: 1, delete: 2 }, gateways: [`gateway-${target}`] },
  gates: [
    { gate: 'limits', verdict: 'pass', summary: '2 of 5 deletes' },
    { gate: 'unit_tests', verdict: 'skipped', summary: 'a preview starts no command' },
  ],
  ...more,
});

const countsOf = (notes: PreviewDocument['configuration']): PreviewDocument['configuration_counts'] => {
  const rules = notes.filter(({ guards }) => guards).length;
  return { rules, others: notes.length - rules };
};

export const previewOf = (changes: readonly PreviewChange[], more: Partial<PreviewDocument> = {}): PreviewDocument => ({
  ...({ format_version: '1.0', project: 'invoices', tool_version: '1.2.3', against: 'base', status_at: null } as const),
  ...{ created_at: '2026-11-20T19:42:43.000Z', digest: digest('c') },
  base: { ref: 'main', commit: '1'.repeat(40) },
  head: { ref: 'read-receipts', commit: '2'.repeat(40) },
  unreleased: 0,
  version:
    changes.length === 0
      ? null
      : {
          ...({ base: 'v1.2.0', name: 'v1.3.0', bump: 'minor' } as const),
          evidence: changes.map(({ address, actions: [action] }) => ({
            ...(action === 'delete'
              ? ({ bump: 'major', because: 'removed' } as const)
              : ({ bump: 'minor', because: 'new' } as const)),
            address,
          })),
        },
  changes,
  targets: [targetOf('production')],
  ...{ configuration: [], conflicts: [], problems: [] },
  ...{ configuration_counts: countsOf(more.configuration ?? []) },
  ...more,
});

/** Everything that a preview can say, once. */
export const everything: PreviewDocument = previewOf(
  [
    changeOf('workflow', 'old-report', 'delete'),
    changeOf('agent', 'old-router', 'delete'),
    changeOf('workflow', 'invoice-extraction', 'update'),
    changeOf('agent', 'router', 'update', {
      detail: {
        ...difference,
        counts: {
          ...{ nodes_added: 0, nodes_removed: 0, nodes_changed: 0, edges_added: 0, edges_removed: 0 },
          ...{ fields_changed: 0, cosmetic: 1 },
        },
        ...{
          nodes: { added: [], removed: [], changed: [] },
          edges: { added: [], removed: [] },
          fields: [],
          omitted: 0,
        },
      },
    }),
    changeOf('workflow', 'receipts', 'create'),
    changeOf('processor', 'dates', 'create'),
  ],
  {
    version: {
      ...({ base: 'v1.2.0', name: 'v2.0.0', bump: 'major' } as const),
      evidence: [
        { bump: 'major', address: 'workflow.invoice-extraction', because: 'output_schema lost properties.total' },
        { bump: 'major', address: 'workflow.old-report', because: 'removed' },
        { bump: 'major', address: 'agent.old-router', because: 'removed' },
        { bump: 'minor', address: 'workflow.receipts', because: 'new' },
        { bump: 'minor', address: 'processor.dates', because: 'new' },
        { bump: 'patch', address: 'agent.router', because: 'changed inside' },
      ],
    },
    targets: [
      targetOf('archive', { outcome: 'none', to: 'v1.2.0', reason: 'it is pinned to v1.2.0', gateways: [], gates: [] }),
      targetOf('staging', {
        environment_type: 'staging',
        gates: [
          { gate: 'limits', verdict: 'fail', summary: '2 deletes, 1 is allowed' },
          { gate: 'validation', verdict: 'warn', summary: '1 warning' },
        ],
      }),
      targetOf('production', { from: null }),
    ],
    configuration: [
      { path: 'm3forge.yaml', key: 'variables.LOG_LEVEL', what: 'added', guards: false, value: null },
      {
        path: 'm3forge.yaml',
        key: 'targets.production.approvals.min_approvals',
        what: 'changed',
        guards: true,
        value: null,
      },
    ],
    conflicts: ['workflows/receipts.json'],
    problems: [
      { severity: 'warning', code: 'workflow-node-unknown', detail: 'Node "a" is new.', path: null, line: null },
      {
        ...({ severity: 'error', code: 'workflow-cycle', detail: 'The nodes run in a circle.' } as const),
        ...{ path: 'workflows/receipts.json', line: 12 },
      },
    ],
  },
);

/** A third of each kind of change, deletions first. */
export const manyOf = (count: number): PreviewDocument => {
  const actions = ['delete', 'update', 'create'] as const;
  const changes = Array.from({ length: count }, (_, index) => {
    const action = actions[Math.floor((index * actions.length) / count)] ?? 'create';
    return changeOf('workflow', `document-${String(index + 1).padStart(4, '0')}`, action);
  });
  return previewOf(changes, {
    targets: Array.from({ length: Math.min(count, 12) }, (_, index) => targetOf(`region-${index + 1}`)),
  });
};
