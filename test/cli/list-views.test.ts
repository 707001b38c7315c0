import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyResult } from '../../engine/cli/views/apply-result.ts';
import { holdAdded, holdList, liftedText } from '../../engine/cli/views/holds.ts';
import { backupList, driftText, historyList, statusList, verifiedList } from '../../engine/cli/views/lists.ts';
import { lockList, lockReleased } from '../../engine/cli/views/locks.ts';
import { logLine } from '../../engine/cli/views/log-line.ts';
import { releaseMarkdown, releaseText } from '../../engine/cli/views/release.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { byteSize, duration } from '../../engine/cli/views/words.ts';
import type {
  AppliedSection,
  HistoryEntry,
  HistoryLine,
  HoldView,
  LeaseView,
  ReleaseDetails,
  TargetStatus,
} from '../../engine/operations/index.ts';
import { blocked, settled, staging } from './sample-plan.ts';

const id = '48d6b786-0000-4000-8000-000000000001';
const at = '2026-11-20T19:42:43.123Z';

const ended = { state: 'in_force', lifted: null } as const;
const inForce = { ...ended, environment: null, from: null } as const;

const release: HistoryEntry = {
  id,
  target: 'staging',
  environment: 'staging',
  kind: 'release',
  emergency: false,
  state: 'rolled_back',
  version: 'v1.3.0',
  from_version: 'v1.2.0',
  requested_by: 'alice\u202e',
  reason: 'because\nof | reasons',
  on_failure: 'rollback',
  plan_digest: 'c'.repeat(64),
  backup: id,
  failure: { step: 'verify', code: 'smoke-test-failed', message: 'The smoke test "ping" failed.' },
  created_at: at,
  due_at: null,
  waiting_ms: null,
  started_at: at,
  ended_at: at,
  duration_ms: 6600,
};

const judged: HistoryLine = {
  ...release,
  gates: [
    { gate: 'references', verdict: 'pass', duration_ms: 12 },
    { gate: 'tests', verdict: 'fail', duration_ms: 2100 },
  ],
};

const ofProduction: Extract<HoldView, { kind: 'hold' }> = {
  ...inForce,
  kind: 'hold',
  ...{ id, target: null, environment: 'production', reason: 'year end', by: 'bob' },
  ...{ since: at, until: null },
};
const lifted: HoldView = {
  ...ofProduction,
  ...{ environment: null, target: 'staging', state: 'lifted' as const },
  lifted: { at, by: 'alice', reason: 'the year is over' },
};

const lease: LeaseView = {
  id,
  place: 'server/db/staging',
  environment: 'staging',
  holder: 'alice',
  operation: 'apply',
  host: 'build-7',
  pid: 4711,
  ci_run: 'https://git.example/acme/workflows/actions/runs/12',
  since: at,
  heartbeat: at,
  condition: 'fresh',
  waiting: 2,
};

const nothingCarried = { changes: [], left_out: 0, complete: true };

const details: ReleaseDetails = {
  release,
  carries: {
    changes: [
      {
        ...{ commit: 'a'.repeat(40), pull_request: 342, title: 'Classify invoices', author: 'Alice' },
        change_set: { id, name: 'Invoice processing v2' },
      },
      { commit: 'b'.repeat(40), pull_request: null, title: 'Tidy up', author: 'Bob', change_set: null },
    ],
    left_out: 0,
    complete: true,
  },
  takes_back: nothingCarried,
  review: null,
  section: staging,
  gates: [
    {
      gate: 'unit_tests',
      verdict: 'fail',
      passed: false,
      durationMs: 90_000,
      evidence: { summary: '45 of 47 tests passed' },
    },
    // As it was recorded before gates told more.
    { gate: 'validation', verdict: 'pass', passed: true, durationMs: 3, evidence: { errors: 0, warnings: 1 } },
  ],
  steps: [
    { n: 1, name: 'write', beganAt: new Date(at), endedAt: new Date(at), outcome: 'done', detail: 'sequence 5' },
    { n: 2, name: 'verify', beganAt: new Date(at), endedAt: null, outcome: null, detail: null },
  ],
  votes: [{ by: 'bob', decision: 'approved', comment: 'totals checked', at }],
  smoke_runs: [{ test: 'extract at one', kind: 'invoke', verdict: 'passed', durationMs: 1234 }],
};

const status: TargetStatus = {
  project: 'invoices',
  as_of: at,
  target: 'staging',
  environment: 'staging',
  enabled: false,
  place: 'server/db/staging',
  version: 'v1.2.0',
  sequence: 4,
  drifted: true,
  active_since: at,
  last_release: { id, version: 'v1.3.0', state: 'rolled_back' },
  avoided: ['v1.3.0'],
  held: ['year end'],
  unreviewed: ['v1.2.0'],
  next_publish: '2026-12-01T07:00:00.000Z',
  due: [{ reason: 'schedule of 2026-11-24T07:00:00.000Z', release: null, note: 'Releases are stopped by carol.' }],
};

const lists = [
  statusList(
    [
      status,
      {
        ...status,
        target: 'a',
        enabled: true,
        version: null,
        active_since: null,
        drifted: false,
        last_release: null,
        avoided: [],
        held: [],
        next_publish: null,
        due: [],
      },
    ],
    plainStyle,
  ),
  historyList(
    [judged, { ...judged, kind: 'rollback', state: 'succeeded', failure: null, duration_ms: null, gates: [] }],
    plainStyle,
  ),
  historyList([judged], plainStyle, true),
  lockList(
    [
      lease,
      { ...lease, condition: 'silent', waiting: 0, ci_run: null },
      { ...lease, condition: 'ended', waiting: 0, ci_run: null },
    ],
    plainStyle,
  ),
  lockReleased({ released: { ...lease, holder: 'alice\u202e' }, forced: true, fenced: false }),
  lockReleased({ released: { ...lease, condition: 'ended' }, forced: false, fenced: true }),
  holdList(
    [
      { ...inForce, kind: 'hold', id, target: null, reason: 'totals are wrong', by: 'alice', since: at, until: null },
      { ...inForce, kind: 'hold', id, target: 'staging', reason: 'year end', by: 'bob', since: at, until: at },
      {
        ...ended,
        kind: 'avoid',
        target: 'staging',
        version: 'v1.3.0',
        reason: 'rolled back to v1.2.0',
        release: id,
        since: at,
      },
    ],
    plainStyle,
  ),
  holdAdded([{ ...inForce, kind: 'hold', id, target: null, reason: 'totals', by: 'alice', since: at, until: null }]),
  holdAdded([{ ...inForce, kind: 'hold', id, target: 'staging', reason: 'year end', by: 'bob', since: at, until: at }]),
  holdList([{ ...ofProduction, from: at, state: 'to_come' }, lifted], plainStyle, true),
  holdAdded([{ ...ofProduction, from: at, state: 'to_come' }]),
  liftedText({ hold: '48d6b786' }),
  liftedText({ target: 'staging', version: 'v1.3.0' }),
  backupList(
    [
      {
        id,
        environment: 'staging',
        version: 'v1.2.0',
        sequence: 4,
        manifest_digest: 'd'.repeat(64),
        bodies: 2,
        bytes: 1234,
        release: null,
        created_at: at,
        verified_at: null,
      },
    ],
    plainStyle,
  ),
  verifiedList(
    [
      { id, artifacts: 16, bodies: 15, missing: 1, full: true },
      { id, artifacts: 16, bodies: 16, missing: 0, full: false },
    ],
    plainStyle,
  ),
  driftText(
    [
      { target: 'staging', place: 'p', version: 'v1.2.0', drift: staging.drift },
      { target: 'development', place: 'p', version: 'v1.3.0', drift: [] },
      { target: 'archive', place: 'p', version: null, drift: [] },
    ],
    plainStyle,
  ),
  logLine({ at, level: 'warn', message: 'Going back:\nthe check failed \u001b[1m' }, plainStyle),
  releaseText(details, plainStyle),
  releaseMarkdown(details),
];

test('lists, a release and a log line, as people see them', async () => {
  await expect(`${lists.join('\n\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'golden/lists.txt'));
});

test('a log line ends where its text does', () => {
  expect(logLine({ at, level: 'error', message: 'first\nlast\n\n' }, plainStyle)).toMatch(/ error first\nlast$/);
});

test('where there is nothing, a sentence says so', () => {
  expect([
    ...[statusList([], plainStyle), historyList([], plainStyle), lockList([], plainStyle)],
    ...[holdList([], plainStyle), backupList([], plainStyle), verifiedList([], plainStyle)],
  ]).toEqual([
    ...['There are no targets.', 'Nothing was released yet.', 'Nobody is working on any place.'],
    ...['Nothing is held, and no version is avoided.', 'There are no backups.', 'There are no backups.'],
  ]);
});

const applied = (section: AppliedSection['section'], outcome: AppliedSection['outcome']): AppliedSection => ({
  section,
  outcome,
  releaseId: outcome === 'succeeded' ? id : null,
  active: outcome === 'succeeded' ? 'v1.3.0' : section.from.version,
});

const report = (sections: readonly AppliedSection[]) => ({ sections, configuration: null });

test('one success is a sentence, everything else a table', () => {
  expect(applyResult(report([applied(staging, 'succeeded'), applied(settled, 'unchanged')]), plainStyle)).toBe(
    'Applied. staging runs v1.3.0: 2 created, 1 updated, 1 deleted; configuration 0 created, 1 updated, 0 deleted.',
  );
  expect(applyResult(report([applied({ ...staging, kind: 'rollback' }, 'succeeded')]), plainStyle)).toMatch(
    /^Rolled back\./,
  );
  expect(applyResult(report([applied(staging, 'succeeded'), applied(blocked, 'refused')]), plainStyle)).toBe(
    [
      'target      outcome    runs    release',
      'staging     succeeded  v1.3.0  48d6b786',
      'production  refused    v1.2.0  -',
    ].join('\n'),
  );
});

test('times and sizes are in units that fit', () => {
  expect([40, 6600, 72_000, 900_000].map(duration)).toEqual(['0.0 s', '6.6 s', '72 s', '15 min']);
  expect([512, 1234, 3_400_000].map(byteSize)).toEqual(['512 B', '1.2 kB', '3.4 MB']);
});
