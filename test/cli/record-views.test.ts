import { expect, test } from 'vitest';
import { diagnosisText } from '../../engine/cli/views/diagnosis.ts';
import { recordDetails, recordList } from '../../engine/cli/views/records.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';

test('records are a list of addresses, whatever their names hold', () => {
  const rows = [
    { address: 'version.v1.0.0', about: 'commit 0123456789ab' },
    { address: 'place.48d6b786', about: 'live: db/\u001b[31morders, v1.0.0' },
  ];
  expect(recordList(rows, plainStyle)).toBe(
    String.raw`address         what it is
version.v1.0.0  commit 0123456789ab
place.48d6b786  live: db/\u{001b}[31morders, v1.0.0`,
  );
  expect(recordList([], plainStyle)).toBe('Nothing is recorded yet.');
});

test('a record has a line for each value, and its artifacts under it', () => {
  const details = {
    address: 'place.48d6b786',
    kind: 'place',
    place: 'db/orders',
    environment: 'live',
    since: '2026-11-20T19:42:43.123Z',
    version: null,
    releases: 2,
    backups: 0,
    avoided: [],
    artifacts: [{ address: 'workflow.a\u0007b', digest: '0123456789abcdef' }],
  } as const;
  expect(recordDetails(details, plainStyle)).toBe(
    String.raw`place.48d6b786
  kind         place
  place        db/orders
  environment  live
  since        2026-11-20T19:42:43.123Z
  version      -
  releases     2
  backups      0
  avoided      none
  artifacts
    workflow.a\u{0007}b  0123456789ab`,
  );
});

test('a diagnosis says what to do under what is not in order, and what it comes to', () => {
  const findings = [
    { check: 'Git', verdict: 'ok', detail: '2.39.5', remedy: null },
    {
      check: 'leases',
      verdict: 'warning',
      detail: 'bob \u001b left',
      remedy: 'Take it:\n\n    m3forge lock release 1',
    },
    { check: 'place', verdict: 'broken', detail: 'gone', remedy: 'Look.' },
    { check: 'records', verdict: 'skipped', detail: 'not opened', remedy: null },
  ] as const;
  expect(diagnosisText({ healthy: false, findings }, plainStyle)).toBe(
    String.raw`ok       Git: 2.39.5
warning  leases: bob \u{001b} left
         Take it:

             m3forge lock release 1
broken   place: gone
         Look.
skipped  records: not opened

1 broken, and 1 warning.`,
  );
  expect(diagnosisText({ healthy: true, findings: findings.slice(0, 2) }, plainStyle)).toMatch(
    /Works, with 1 warning\.$/,
  );
  expect(diagnosisText({ healthy: true, findings: findings.slice(0, 1) }, plainStyle)).toMatch(/All in order\.$/);
});
