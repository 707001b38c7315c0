import { createPlainProgress } from '../../engine/cli/progress/plain.ts';
import { applyResult } from '../../engine/cli/views/apply-result.ts';
import { auditAnchored, auditJson, auditLines, auditList, auditVerified } from '../../engine/cli/views/audit.ts';
import { auditCsv } from '../../engine/cli/views/audit-csv.ts';
import { auditReportMarkdown } from '../../engine/cli/views/audit-report.ts';
import { auditReportCsv } from '../../engine/cli/views/audit-report-csv.ts';
import { bugReport } from '../../engine/cli/views/bug-report.ts';
import { diagnosisText } from '../../engine/cli/views/diagnosis.ts';
import { diagnosticBoxes } from '../../engine/cli/views/diagnostics.ts';
import { environmentList, parityText, variableList } from '../../engine/cli/views/environments.ts';
import { fenced } from '../../engine/cli/views/escape.ts';
import { foldCauses } from '../../engine/cli/views/failures.ts';
import { gatewayList } from '../../engine/cli/views/gateways.ts';
import { dotGraph, mermaidGraph } from '../../engine/cli/views/graph.ts';
import { initialisedText } from '../../engine/cli/views/initialised.ts';
import { backupList, driftText, historyList, statusList, verifiedList } from '../../engine/cli/views/lists.ts';
import { lockList, lockReleased } from '../../engine/cli/views/locks.ts';
import { logLine } from '../../engine/cli/views/log-line.ts';
import { filterPlan } from '../../engine/cli/views/plan-filter.ts';
import { planMarkdown } from '../../engine/cli/views/plan-markdown.ts';
import { planText } from '../../engine/cli/views/plan-text.ts';
import { lockedProviders, providerList, providerTest } from '../../engine/cli/views/providers.ts';
import { recordDetails, recordList } from '../../engine/cli/views/records.ts';
import { recoveryText } from '../../engine/cli/views/recovery.ts';
import { planOrigin, releaseMarkdown, releaseText } from '../../engine/cli/views/release.ts';
import { plainStyle as style } from '../../engine/cli/views/style.ts';
import { machineProblem } from '../../engine/cli/views/system-words.ts';
import { validationText } from '../../engine/cli/views/validation.ts';
import { problem } from '../../engine/diagnostics/index.ts';
import type { AuditEntry, EstateGraph, Initialised, RecordDetails } from '../../engine/operations/index.ts';
import {
  at,
  detailsWith,
  documentWith,
  eventsWith,
  gatewayWith,
  problemWith,
  releaseWith,
  sectionWith,
} from './filled.ts';
import { reportWith } from './filled-report.ts';
import { commentWith, pullRequestParts, pullRequestViews } from './preview-views.ts';
import {
  approvalsWith,
  changeSetsWith,
  gatesJunitWith,
  gatesSarifWith,
  gatesWith,
  holdsWith,
  metricsWith,
  notificationsWith,
  peopleWith,
  pullRequestsWith,
  reviewsWith,
  type Show,
  simulationWith,
  versionsWith,
  workWith,
} from './release-views.ts';

const shownPlan = (text: string) => filterPlan(documentWith(text), { select: [], exclude: [] });
const progressOf = (text: string): string => {
  const lines: string[] = [];
  const progress = createPlainProgress(
    (line) => lines.push(line),
    (note) => lines.push(note),
  );
  for (const event of eventsWith(text)) progress.report(text, event);
  return lines.join('\n');
};

const graphWith = (text: string): EstateGraph => ({
  nodes: (['version', 'target', 'environment', 'gateway'] as const).map((kind) => ({
    ...{ id: `${kind}1`, kind, name: text, about: text, enabled: kind === 'target' },
  })),
  edges: [{ from: 'version1', to: 'target1', kind: 'wanted' }],
});

const leaseWith = (text: string) => ({
  ...{ id: text, place: text, environment: text, holder: text, operation: text, host: text, pid: 1, ci_run: text },
  ...({ since: at, heartbeat: at, condition: 'fresh', waiting: 1 } as const),
});

const backupWith = (text: string) => ({
  ...{ id: text, environment: text, version: text, sequence: 1, manifest_digest: text, bodies: 1, bytes: 1 },
  ...{ release: text, created_at: at, verified_at: at },
});

/** Somebody's words of a target as they were recorded, and of a place with its artifacts. */
const recordsWith = (text: string): readonly RecordDetails[] => [
  {
    address: text,
    kind: 'configuration',
    place: text,
    digest: 'd',
    body: { [text]: text, list: [{ [text]: text }] },
  } as RecordDetails,
  {
    ...({ address: text, kind: 'place', place: text, environment: text, since: at, version: text } as const),
    ...{ releases: 1, backups: 1, avoided: [text], artifacts: [{ address: text, digest: 'd' }] },
  } as RecordDetails,
  { address: text, ...releaseWith(text) },
  { address: text, ...backupWith(text) },
];

const madeWith = (text: string): Initialised => ({
  ...{ directory: `/${text}`, created: [text], schema: text },
  repository: { exists: false, nextVersion: text, unignored: [text] },
});

const failuresWith = (text: string) =>
  foldCauses([
    problem('release-failed', { detail: text, hint: text, address: text }),
    problem('smoke-test-failed', { detail: `${text}!`, hint: text }),
  ]);

const providersWith: Show = (text) => [
  providerList(
    [
      {
        ...({ name: text, kinds: [text], package: text, version: text, condition: 'changed' } as const),
        ...{ used_by: [text], problem: text },
      },
    ],
    style,
  ),
  lockedProviders(
    {
      file: text,
      providers: [{ name: text, from: text, version: text, integrity: text, change: 'added' }],
      removed: [text],
    },
    style,
  ),
  providerTest(
    { provider: text, passed: false, cases: [{ kind: text, title: text, passed: false, detail: text, why: text }] },
    style,
  ),
  providerTest({ provider: text, passed: true, cases: [] }, style),
];

const environmentsWith: Show = (text) => [
  environmentList(
    [
      {
        ...({ environment: text, type: 'staging', enabled: false, targets: [text], versions: [text] } as const),
        ...{ schema_versions: [1], variables: 1 },
      },
    ],
    style,
  ),
  variableList([{ name: text, value: text, from: 'global', at: text, instead_of: { value: text, at: text } }], style),
  parityText({ left: text, right: text, differences: [{ what: text, left: text, right: text }] }, style),
  parityText({ left: text, right: text, differences: [] }, style),
];

const hash = 'f'.repeat(64);

const entriesWith = (text: string): readonly AuditEntry[] => [
  {
    ...{ n: 1, at, actor: text, event: text, subject: text, environment: text, previous: hash, hash },
    ...{ detail: { [text]: text }, origin: { host: text, pid: 1, user: text } },
  },
];

const printedWith = (text: string): readonly string[] =>
  [auditList(style), auditJson(), auditLines].flatMap(({ part, end }) => [
    ...[part(entriesWith(text)), part(entriesWith(text)), end()].flatMap((shown) => shown ?? []),
  ]);

const listsWith: Show = (text) => [
  historyList([{ ...releaseWith(text), gates: [{ gate: text, verdict: 'pass', duration_ms: 1 }] }], style, true),
  statusList(
    [
      {
        ...{ project: text, as_of: text },
        ...{ target: text, environment: text, enabled: false, place: text, version: text, sequence: 1 },
        ...{ drifted: true, active_since: at, avoided: [text], held: [text], unreviewed: [text] },
        last_release: releaseWith(text),
        ...{ next_publish: at, due: [{ reason: text, release: text, note: text }] },
      },
    ],
    style,
  ),
  backupList([backupWith(text)], style),
  verifiedList([{ id: text, artifacts: 1, bodies: 1, missing: 1, full: false }], style),
  driftText(
    [{ target: text, version: text, drift: sectionWith(text).drift }] as unknown as Parameters<typeof driftText>[0],
    style,
  ),
];

const appliedWith: Show = (text) => {
  const section = sectionWith(text);
  const ended = [
    { section, outcome: 'succeeded', releaseId: text, active: text },
    { section, outcome: 'failed', releaseId: text, active: text },
  ] as const;
  return [ended.slice(0, 1), ended].map((sections) => applyResult({ sections, configuration: null }, style));
};

/** Each view by its file, and what it shows with the text in every field that is somebody's. */
export const viewsWith: Readonly<Record<string, Show>> = {
  ...pullRequestViews,
  'apply-result.ts': appliedWith,
  'bug-report.ts': (text) => [bugReport(new Error(text), '1.2.3'), bugReport({ thrown: text }, '1.2.3')],
  'diagnosis.ts': (text) => [
    diagnosisText(
      {
        healthy: false,
        findings: [{ check: text, verdict: 'broken', detail: text, remedy: `${text}\n\n    ${text}` }],
      },
      style,
    ),
  ],
  'diagnostics.ts': (text) => [diagnosticBoxes([problemWith(text)], style)],
  'environments.ts': environmentsWith,
  'events.ts': (text) => [progressOf(text)],
  'failures.ts': (text) => [diagnosticBoxes(failuresWith(text), style)],
  'gates.ts': gatesWith,
  'reviews.ts': reviewsWith,
  'gates-junit.ts': gatesJunitWith,
  'gates-sarif.ts': gatesSarifWith,
  'gateways.ts': (text) => [gatewayList([gatewayWith(text)], style)],
  'graph.ts': (text) => [mermaidGraph(graphWith(text)), dotGraph(graphWith(text))],
  'audit.ts': (text) => [
    ...printedWith(text),
    auditAnchored({ file: text, entries: 1, hash: text, written: true, compared: 0, pushed_to: text }),
    auditVerified({ entries: 1, hash, checkpoints: 1 }),
  ],
  'audit-csv.ts': (text) => [auditCsv().part(entriesWith(text)) ?? ''],
  'audit-report.ts': (text) => [true, false].map((isWhole) => auditReportMarkdown(reportWith(text, isWhole))),
  'audit-report-csv.ts': (text) => [true, false].map((isWhole) => auditReportCsv(reportWith(text, isWhole))),
  'approvals.ts': approvalsWith,
  'change-sets.ts': changeSetsWith,
  'holds.ts': holdsWith,
  ...{ 'team.ts': peopleWith, 'tokens.ts': peopleWith },
  'simulation.ts': simulationWith,
  'work.ts': workWith,
  'initialised.ts': (text) => [initialisedText(madeWith(text), '/elsewhere', style)],
  'lists.ts': listsWith,
  'locks.ts': (text) => [
    lockList([leaseWith(text)], style),
    lockReleased({ released: leaseWith(text), forced: true, fenced: false } as Parameters<typeof lockReleased>[0]),
  ],
  'log-line.ts': (text) => [logLine({ at, level: 'error', message: text }, style)],
  'metrics.ts': metricsWith,
  'notifications.ts': notificationsWith,
  'plan-text.ts': (text) => [planText(shownPlan(text), { style, detail: true })],
  'providers.ts': providersWith,
  'records.ts': (text) => [
    recordList([{ address: text, about: text }], style),
    ...recordsWith(text).map((record) => recordDetails(record, style)),
  ],
  'recovery.ts': (text) => [
    recoveryText([{ release: releaseWith(text), state: 'failed' }] as unknown as Parameters<typeof recoveryText>[0]),
  ],
  'release.ts': (text) => [releaseText(detailsWith(text), style), planOrigin(documentWith(text), style)],
  'system-words.ts': (text) => {
    const found = machineProblem(Object.assign(new Error(text), { code: 'ENOSPC', path: text }));
    return found ? [diagnosticBoxes([found], style)] : [];
  },
  ...{ 'pull-requests.ts': pullRequestsWith, 'versions.ts': versionsWith },
  'validation.ts': (text) => [
    validationText({ diagnostics: [problemWith(text)], artifacts: 1, unchecked: [text] }, style),
  ],
};

/** What is no view by itself: shown as a part of others above, or made of our own words alone. */
export const partsOnly: Readonly<Record<string, string>> = {
  ...pullRequestParts,
  ...Object.fromEntries(
    ['columns.ts', 'escape.ts', 'style.ts', 'words.ts'].map((file) => [file, 'what the others are made with']),
  ),
  ...Object.fromEntries(
    ['configuration', 'counts', 'filter', 'lines', 'markdown'].map((part) => [`plan-${part}.ts`, 'of a plan']),
  ),
  ...Object.fromEntries(['detail.ts', 'emergency.ts', 'preflight.ts'].map((file) => [file, 'of a plan'])),
  'shell-word.ts': 'of what init says',
  ...Object.fromEntries(
    ['', '-bash', '-fish', '-posix', '-zsh'].map((shell) => [`completion${shell}.ts`, 'commands and flags alone']),
  ),
  'help.ts': 'commands and flags alone',
  'carried.ts': 'of versions and releases',
};

/** What is made to be shown by a forge. A graph in Mermaid stands in a block of code there. */
export const markdownWith = (text: string): readonly (readonly [view: string, shown: string])[] => [
  ['preview', commentWith(text)],
  ['plan', planMarkdown(shownPlan(text))],
  ['release', releaseMarkdown(detailsWith(text))],
  ['audit report', auditReportMarkdown(reportWith(text, true))],
  ['audit report', auditReportMarkdown(reportWith(text, false))],
  ['graph', fenced(mermaidGraph(graphWith(text)), 'mermaid')],
];
