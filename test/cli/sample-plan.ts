import type { ArtifactDifference } from '../../engine/artifacts/index.ts';
import {
  type Change,
  type ConfigurationChange,
  integrityOf,
  type PlanDocument,
  type PlanSection,
} from '../../engine/plan/index.ts';

const digest = (letter: string): string => letter.repeat(64);

/** Everything that a semantic difference can hold, once. */
export const difference: ArtifactDifference = {
  counts: {
    nodes_added: 1,
    nodes_removed: 1,
    nodes_changed: 1,
    edges_added: 1,
    edges_removed: 1,
    fields_changed: 2,
    cosmetic: 1,
  },
  nodes: {
    added: [{ id: '018f-0003', label: 'Check totals' }],
    removed: [{ id: '018f-0001' }],
    changed: [
      {
        id: '018f-0002',
        label: 'Extract',
        changes: [
          { path: 'definition.params.layout', action: 'changed', before: 'a4', after: 'letter' },
          {
            path: 'definition.params.prompt',
            action: 'changed',
            text: [
              { kind: 'skipped', count: 12 },
              { kind: 'same', line: 'Answer in JSON.' },
              { kind: 'removed', line: 'Use ``` for code.' },
              { kind: 'added', line: 'Use ```` for code.' },
            ],
          },
        ],
      },
    ],
  },
  edges: {
    added: [{ from: '018f-0002', to: '018f-0003', kind: 'dependency' }],
    removed: [{ from: '018f-0001', to: '018f-0002', kind: 'both' }],
  },
  fields: [
    { path: 'tags', action: 'added', after: ['invoices'] },
    { path: 'owner', action: 'removed', before: 'alice' },
  ],
  cosmetic: [{ path: 'planDefinition.nodes', action: 'reordered' }],
  omitted: 3,
};

const change = (
  kind: Change['kind'],
  name: string,
  action: 'create' | 'update' | 'delete',
  reason: string,
): Change => ({
  address: `${kind}.${name}`,
  kind,
  name,
  actions: [action],
  reason,
  before_digest: action === 'create' ? null : digest('a'),
  after_digest: action === 'delete' ? null : digest('b'),
  detail: action === 'update' ? difference : null,
});

const loosened: ConfigurationChange = {
  address: 'target.staging',
  actions: ['update'],
  reason: 'deployment.max_deletes: 1 → 10',
  before_digest: digest('1'),
  after_digest: digest('2'),
  detail: [{ path: 'deployment.max_deletes', action: 'changed', before: 1, after: 10 }],
  loosens: ['deployment.max_deletes: 1 → 10'],
  affects: ['staging'],
};

const removed: ConfigurationChange = {
  ...loosened,
  address: 'target.hotfix',
  actions: ['delete'],
  reason: 'not in the configuration',
  after_digest: null,
  detail: null,
  loosens: ['its rules go with it'],
  affects: ['hotfix'],
};

const created: ConfigurationChange = {
  ...loosened,
  address: 'variable.LOG_LEVEL',
  actions: ['create'],
  reason: 'new in the configuration',
  before_digest: null,
  detail: null,
  loosens: [],
  affects: ['production', 'staging'],
};

/** Names as bad as they may come. */
const hostileName = 'x\u001b[2J|<b>@team`\u202e';

export const staging: PlanSection = {
  target: 'staging',
  environment: 'staging',
  kind: 'release',
  place_id: 'place-1',
  digest: digest('c'),
  configuration: {},
  from: { seq: 4, activation: 6, version: 'v1.2.0', manifest_digest: digest('d') },
  to: { version: 'v1.3.0', commit: 'f'.repeat(40), manifest_digest: digest('e'), seq: null },
  changes: [
    change('workflow', 'old-report', 'delete', 'not in v1.3.0'),
    change('workflow', 'invoice-extraction', 'update', '1 node changed, 1 node added, 1 node removed'),
    change('agent', 'router', 'create', 'new in v1.3.0'),
    change('workflow', hostileName, 'create', 'new in v1.3.0'),
  ],
  drift: [
    {
      address: 'workflow.invoice-extraction',
      field: 'body',
      recorded: digest('a'),
      actual: digest('9'),
      reason: 'its body was changed by hand',
    },
  ],
  variables: [
    { name: 'LOG_LEVEL', before: 'info', after: 'debug' },
    { name: 'BUCKET', before: null, after: 'invoices' },
    { name: 'OLD', before: 'x', after: null },
  ],
  configuration_changes: [loosened],
  held: ['deployment.max_deletes: 1 → 10'],
  gates: ['validation'],
  approvals: 0,
  allow_deletes: false,
  backup: null,
  notes: ['Something that a reader should know.'],
  blocks: [],
};

export const blocked: PlanSection = {
  ...staging,
  target: 'production',
  environment: 'production',
  changes: staging.changes.slice(0, 1),
  drift: [],
  variables: [],
  configuration_changes: [],
  held: [],
  notes: [],
  blocks: [
    {
      code: 'version-avoided',
      reason: 'v1.3.0 is avoided in this place: rolled back to v1.2.0.',
      remedy: 'm3forge hold lift --target production --version v1.3.0 --reason "…"',
    },
    {
      code: 'target-disabled',
      reason: 'The target "production" or its environment is disabled.',
      remedy: 'Set "enabled: true" for it in the configuration.',
    },
  ],
};

export const settled: PlanSection = {
  ...staging,
  target: 'development',
  from: { ...staging.from, version: 'v1.3.0' },
  changes: [],
  drift: [],
  variables: [],
  configuration_changes: [],
  held: [],
  notes: [],
};

export const sameContent: PlanSection = { ...settled, target: 'preview', from: staging.from };

/** Nothing to release, and something to record. */
export const recordOnly: PlanSection = { ...settled, target: 'qa', configuration_changes: [loosened] };

export const empty: PlanSection = {
  ...settled,
  target: 'archive',
  from: { ...staging.from, seq: 0, version: null },
  to: null,
  notes: ['"staging", which this target follows, runs nothing yet.'],
};

/** What affects several targets, and what waits for others. */
export const configuration: Pick<PlanDocument, 'configuration' | 'withheld'> = {
  configuration: {
    digest: digest('7'),
    changes: [removed, created],
    held_to: ['production', 'staging'],
    approvals: 0,
    allow_deletes: false,
    blocks: [
      {
        code: 'configuration-deletes',
        reason: 'It would forget target.hotfix; nothing of a database is dropped by that.',
        remedy: 'm3forge plan --allow-deletes --out plan.json',
      },
    ],
  },
  withheld: [{ ...loosened, address: 'target.production', affects: ['production'], waits_for: ['production'] }],
};

export const documentOf = (
  sections: readonly PlanSection[],
  more?: Pick<PlanDocument, 'configuration' | 'withheld'>,
): PlanDocument => {
  const document = {
    format_version: '1.0' as const,
    plan_id: '6f1c1f2e-0000-4000-8000-000000000001',
    created_at: '2026-11-20T19:42:43.000Z',
    created_by: 'alice',
    tool_version: '1.2.3',
    project: 'invoice-processing',
    lineage: '6f1c1f2e-0000-4000-8000-000000000002',
    scope: 'all' as const,
    sections,
    ...(more ?? { configuration: null, withheld: [] }),
    diagnostics: [
      {
        severity: 'warning' as const,
        code: 'workflow-method-unsupported',
        summary: 'Method that the gateway registers but cannot run',
        detail: 'Node "Review" uses HITL_APPROVAL.',
        address: 'workflow.review',
      },
    ],
  };
  return { ...document, integrity: integrityOf(document) };
};
