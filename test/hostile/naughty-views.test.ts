import { expect, test } from 'vitest';
import type { ReleaseEvent } from '../../engine/apply/index.ts';
import { createPlainProgress } from '../../engine/cli/progress/plain.ts';
import { openEventStream } from '../../engine/cli/progress/stream.ts';
import { applyResult } from '../../engine/cli/views/apply-result.ts';
import { bugReport } from '../../engine/cli/views/bug-report.ts';
import { diagnosticBoxes } from '../../engine/cli/views/diagnostics.ts';
import { jsonText } from '../../engine/cli/views/escape.ts';
import { gatewayList } from '../../engine/cli/views/gateways.ts';
import { backupList, driftText, historyList, holdList, statusList } from '../../engine/cli/views/lists.ts';
import { lockList } from '../../engine/cli/views/locks.ts';
import { logLine } from '../../engine/cli/views/log-line.ts';
import { filterPlan } from '../../engine/cli/views/plan-filter.ts';
import { planMarkdown } from '../../engine/cli/views/plan-markdown.ts';
import { planText } from '../../engine/cli/views/plan-text.ts';
import { planOrigin, releaseMarkdown, releaseText } from '../../engine/cli/views/release.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { validationText } from '../../engine/cli/views/validation.ts';
import { problem } from '../../engine/diagnostics/index.ts';
import type { GatewayView, HistoryEntry, ReleaseDetails } from '../../engine/operations/index.ts';
import type { ConfigurationChange, PlanDocument, PlanSection } from '../../engine/plan/index.ts';
import { configuration, documentOf, settled, staging } from '../cli/sample-plan.ts';
import { testSystem } from '../support/servers.ts';
import { expectInertMarkdown, expectPlain } from './looked-at.ts';
import { naughtyStrings } from './naughty-strings.ts';

/**
 * Every naughty string in every field that people fill (names, prompts, reasons, tags, what their smoke tests print),
 * through everything that m3forge prints: text, Markdown, JSON and lines of a log.
 */
const at = '2026-11-20T19:42:43.123Z';

const declaredWith = <T extends ConfigurationChange>(change: T, text: string): T => ({
  ...change,
  address: `target.${text}`,
  reason: text,
  detail: change.detail && [{ path: text, action: 'changed', before: text, after: { [text]: text } }],
  loosens: [text],
  affects: [text],
});

const sectionWith = (text: string): PlanSection => {
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

const documentWith = (text: string): PlanDocument => ({
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

const releaseWith = (text: string): HistoryEntry => ({
  id: '48d6b786-0000-4000-8000-000000000001',
  target: text,
  environment: text,
  kind: 'release',
  state: 'failed',
  version: text,
  from_version: text,
  requested_by: text,
  reason: text,
  plan_digest: 'c'.repeat(64),
  backup: null,
  failure: { step: 'verify', code: 'smoke-test-failed', message: text },
  created_at: at,
  started_at: at,
  ended_at: at,
  duration_ms: 6600,
});

const detailsWith = (text: string): ReleaseDetails => ({
  release: releaseWith(text),
  section: sectionWith(text),
  gates: [{ gate: text, passed: true, durationMs: 3, evidence: {} }],
  steps: [{ n: 1, name: text, beganAt: new Date(at), endedAt: null, outcome: null, detail: text }],
});

const eventsWith = (text: string): readonly ReleaseEvent[] => [
  { type: 'log', level: 'warn', message: text },
  { type: 'gate_result', result: { gate: text, passed: false, durationMs: 1, evidence: {} } },
  { type: 'step_complete', step: 'verify', outcome: 'failed', detail: text, durationMs: 1 },
  { type: 'verification', check: text, passed: false, detail: text },
  { type: 'rollback_start', reason: text },
  { type: 'rollback_complete', version: text },
];

const problemWith = (text: string) => {
  const range = {
    filename: text,
    start: { line: 1, column: 1, byte: 0 },
    end: { line: 1, column: 9, byte: 8 },
    line: text,
  };
  return problem('yaml-syntax', { detail: text, range, hint: text, address: text });
};

/** What a gateway says of itself is somebody's text, too. */
const gatewayWith = (text: string): GatewayView => ({
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

const progressOf = (text: string): string => {
  const lines: string[] = [];
  const progress = createPlainProgress(
    (line) => lines.push(line),
    (note) => lines.push(note),
  );
  for (const event of eventsWith(text)) progress.report(text, event);
  return lines.join('\n');
};

const textsWith = (text: string): readonly (readonly [view: string, shown: string])[] => {
  const style = plainStyle;
  const release = releaseWith(text);
  const shown = filterPlan(documentWith(text), { select: [], exclude: [] });
  const lease = { place: text, environment: text, holder: text, operation: text, host: text, pid: 1, since: at };
  const status = { target: text, environment: text, enabled: false, place: text, version: text, sequence: 1 };
  const history = { drifted: true, active_since: at, avoided: [text], last_release: release };
  const backup = { id: text, created_at: at, environment: text, place: text, version: text, sequence: 1 };
  return [
    ['plan', planText(shown, { style, detail: true })],
    ['head of a plan', planOrigin(shown.whole, style)],
    ['release', releaseText(detailsWith(text), style)],
    ['log', logLine({ at, level: 'error', message: text }, style)],
    ['diagnostics', diagnosticBoxes([problemWith(text)], style)],
    ['validation', validationText({ diagnostics: [problemWith(text)], artifacts: 1, unchecked: [text] }, style)],
    ['progress', progressOf(text)],
    ['history', historyList([release], style)],
    ['status', statusList([{ ...status, ...history }], style)],
    ['gateways', gatewayList([gatewayWith(text)], style)],
    [
      'locks',
      lockList(
        [{ ...lease, id: text, heartbeat: at, ci_run: text, condition: 'fresh', waiting: 1 }] as unknown as Parameters<
          typeof lockList
        >[0],
        style,
      ),
    ],
    [
      'holds',
      holdList(
        [{ target: text, version: text, since: at, release: text, reason: text }] as unknown as Parameters<
          typeof holdList
        >[0],
        style,
      ),
    ],
    [
      'backups',
      backupList(
        [{ ...backup, bodies: 1, bytes: 1, verified_at: at, release: text }] as unknown as Parameters<
          typeof backupList
        >[0],
        style,
      ),
    ],
    [
      'drift',
      driftText(
        [{ target: text, version: text, drift: sectionWith(text).drift }] as unknown as Parameters<typeof driftText>[0],
        style,
      ),
    ],
    [
      'end',
      applyResult(
        {
          sections: [{ section: sectionWith(text), outcome: 'succeeded', releaseId: text, active: text }],
          configuration: null,
        },
        style,
      ),
    ],
    ['report of a bug', bugReport(new Error(text), '1.2.3')],
  ];
};

const named = (text: string): string => JSON.stringify(text);

test('the list is long', () => {
  expect(naughtyStrings.length).toBeGreaterThan(600);
});

test('no text that is shown commands a terminal or hides a character', () => {
  for (const text of naughtyStrings) {
    for (const [view, shown] of textsWith(text)) expectPlain(shown, `${view}: ${named(text)}`);
  }
});

test('JSON is safe to print as well, and gives every string back', () => {
  for (const text of naughtyStrings) {
    const document = documentWith(text);
    const shown = jsonText({ document, release: detailsWith(text) });
    expectPlain(shown, named(text));
    expect((JSON.parse(shown) as { document: unknown }).document, named(text)).toEqual(
      JSON.parse(JSON.stringify(document)),
    );
    expect(JSON.parse(jsonText(text))).toBe(text);
  }
});

test('so is each line of the stream of events', () => {
  for (const text of naughtyStrings) {
    const lines: string[] = [];
    const stream = openEventStream((value) => lines.push(jsonText(value, 0)), testSystem().clock, '1.2.3');
    stream.plan(documentWith(text));
    for (const event of eventsWith(text)) stream.report(text, event);
    stream.diagnostics([problemWith(text)]);
    for (const line of lines) {
      expectPlain(line, named(text));
      expect(line).not.toContain('\n');
    }
    const parsed = lines.map((line) => JSON.parse(line) as { type: string; detail?: string });
    expect(parsed.find(({ type }) => type === 'verification')?.detail).toBe(text);
  }
});

test('in Markdown nothing becomes a link, a picture, HTML, a mention or a reference', () => {
  for (const text of naughtyStrings) {
    const shown = filterPlan(documentWith(text), { select: [], exclude: [] });
    expectInertMarkdown(planMarkdown(shown), `plan: ${named(text)}`);
    expectInertMarkdown(releaseMarkdown(detailsWith(text)), `release: ${named(text)}`);
  }
});
