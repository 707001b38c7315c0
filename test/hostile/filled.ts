import type { ReleaseEvent } from '../../engine/apply/index.ts';
import { problem } from '../../engine/diagnostics/index.ts';
import type { Carried, GatewayView, HistoryEntry, ReleaseDetails, ReviewView } from '../../engine/operations/index.ts';
import type { ConfigurationChange, PlanDocument, PlanSection } from '../../engine/plan/index.ts';
import { configuration, documentOf, settled, staging } from '../cli/sample-plan.ts';

/** What views are given, with one text in every field that people or other programs fill. */
export const at = '2026-11-20T19:42:43.123Z';

const declaredWith = <T extends ConfigurationChange>(change: T, text: string): T => ({
  ...change,
  address: `target.${text}`,
  reason: text,
  detail: change.detail && [{ path: text, action: 'changed', before: text, after: { [text]: text } }],
  loosens: [text],
  affects: [text],
});

export const sectionWith = (text: string): PlanSection => {
  const value = { path: text, action: 'changed', before: text, after: { [text]: text } } as const;
  const lines = [
    { kind: 'added', line: text },
    { kind: 'removed', line: text },
  ] as const;
  const changes = [value, { path: text, action: 'changed', text: lines } as const];
  const node = { id: text, label: text };
  return {
    ...staging,
    target: text,
    environment: text,
    from: { ...staging.from, version: text },
    to: staging.to && { ...staging.to, version: text },
    changes: staging.changes.map((change) => ({
      ...change,
      address: `workflow.${text}`,
      name: text,
      reason: text,
      detail: change.detail && {
        ...change.detail,
        nodes: { added: [node], removed: [node], changed: [{ ...node, changes }] },
        edges: { added: [{ from: text, to: text, kind: 'control' }], removed: [] },
        fields: changes,
        cosmetic: changes,
      },
    })),
    drift: staging.drift.map((drift) => ({ ...drift, address: text, reason: text })),
    variables: [{ name: text, before: text, after: text }],
    configuration_changes: staging.configuration_changes.map((change) => declaredWith(change, text)),
    held: [text],
    notes: [text],
    blocks: [{ code: 'version-avoided', reason: text, remedy: text }],
    preflight: [
      {
        ...{ gateway: text, reachable: true, version: text, executors: 1, unpublished: text },
        findings: [{ severity: 'error', code: 'gateway-error', detail: text, address: text, file: text }],
      },
    ],
  };
};

export const documentWith = (text: string): PlanDocument => ({
  ...documentOf([sectionWith(text), { ...settled, target: text, from: { ...settled.from, version: text } }]),
  configuration: configuration.configuration && {
    ...configuration.configuration,
    changes: configuration.configuration.changes.map((change) => declaredWith(change, text)),
    held_to: [text],
    blocks: [{ code: 'configuration-deletes', reason: text, remedy: text }],
  },
  withheld: configuration.withheld.map((change) => ({ ...declaredWith(change, text), waits_for: [text] })),
  created_by: text,
  project: text,
  diagnostics: [{ severity: 'warning', code: 'x', summary: text, detail: text, address: text }],
});

export const releaseWith = (text: string): HistoryEntry => ({
  id: '48d6b786-0000-4000-8000-000000000001',
  target: text,
  environment: text,
  kind: 'release',
  emergency: true,
  state: 'failed',
  version: text,
  from_version: text,
  requested_by: text,
  reason: text,
  on_failure: 'keep',
  plan_digest: 'c'.repeat(64),
  backup: null,
  failure: { step: 'verify', code: 'smoke-test-failed', message: text },
  created_at: at,
  due_at: null,
  waiting_ms: null,
  started_at: at,
  ended_at: at,
  duration_ms: 6600,
});

export const voteWith = (text: string) => ({ by: text, decision: 'approved' as const, comment: text, at });
export const carriedWith = (text: string): Carried => ({
  changes: [
    { commit: text, pull_request: null, title: text, author: text, change_set: { id: text, name: text } },
    { commit: text, pull_request: 7, title: text, author: text, change_set: null },
  ],
  left_out: 1,
  complete: false,
});

export const reviewWith = (text: string): ReviewView => ({
  release: text,
  target: text,
  environment: text,
  version: text,
  justification: text,
  gates: [text],
  approvals: 2,
  opened_at: at,
  opened_by: text,
  closed_at: at,
  closed_by: text,
  outcome: 'passed',
  comment: text,
});

export const detailsWith = (text: string): ReleaseDetails => ({
  release: releaseWith(text),
  carries: carriedWith(text),
  takes_back: carriedWith(text),
  section: sectionWith(text),
  gates: [{ gate: text, verdict: 'warn', passed: true, durationMs: 3, evidence: { summary: text } }],
  steps: [{ n: 1, name: text, beganAt: new Date(at), endedAt: null, outcome: null, detail: text }],
  votes: [voteWith(text)],
  review: reviewWith(text),
  smoke_runs: [{ test: text, kind: 'invoke', verdict: 'passed', durationMs: 1 }],
});

export const eventsWith = (text: string): readonly ReleaseEvent[] => [
  { type: 'log', level: 'warn', message: text },
  {
    type: 'gate_result',
    result: { gate: text, verdict: 'fail', passed: false, durationMs: 1, evidence: { summary: text } },
  },
  { type: 'step_complete', step: 'verify', outcome: 'failed', detail: text, durationMs: 1 },
  { type: 'approval_required', releaseId: text, needed: 2, given: [text], mayApprove: [text] },
  { type: 'verification', check: text, passed: false, detail: text },
  { type: 'rollback_start', reason: text },
  { type: 'rollback_complete', version: text },
];

export const problemWith = (text: string) => {
  const range = {
    filename: text,
    start: { line: 1, column: 1, byte: 0 },
    end: { line: 1, column: 9, byte: 8 },
    line: text,
  };
  return problem('yaml-syntax', { detail: text, range, hint: text, address: text });
};

/** What a gateway says of itself is somebody's text, too. */
export const gatewayWith = (text: string): GatewayView => ({
  ...{
    gateway: text,
    name: text,
    environments: [text],
    targets: [text],
    region: text,
    weight: 1,
    load_balancing: text,
  },
  ...{
    healthy: true,
    health_path: text,
    version: text,
    latency_ms: 1,
    capacity: null,
    token: 'none' as const,
    planners: 1,
  },
  executors: [{ name: text, serving: false, status: text, nodes: 1 }],
  unpublished: text,
});
