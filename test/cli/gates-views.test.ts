import { XMLParser } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { gatesText } from '../../engine/cli/views/gates.ts';
import { gatesJunit } from '../../engine/cli/views/gates-junit.ts';
import { gatesSarif } from '../../engine/cli/views/gates-sarif.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import type { GatesReport, GateView } from '../../engine/operations/index.ts';

const gate = (name: string, verdict: GateView['verdict'], summary: string, more: Partial<GateView> = {}): GateView => ({
  ...{ gate: name, verdict, duration_ms: 1234, evidence: { summary }, findings: [], output: '', ...more },
});

const report: GatesReport = {
  targets: [
    {
      ...{
        target: 'production',
        environment: 'production',
        version: 'v1.2.0',
        commit: 'c0ffee',
        passed: false,
        notes: [],
      },
      gates: [
        gate('validation', 'warn', '0 errors, 1 warning', {
          findings: [
            {
              ...{ severity: 'warning', code: 'workflow-field-ignored', detail: 'It is dropped.' },
              ...{ address: 'workflow.a', file: 'workflows/a b.json:12:5' },
            },
          ],
        }),
        gate('references', 'pass', 'every reference to a node leads to one'),
        gate('policy "calm" & quiet', 'fail', 'it does not hold: 1 < 0'),
        gate('unit_tests', 'fail', '1 of 2 tests passed', {
          findings: [
            { severity: 'error', code: 'test/failed', detail: 'The test "sum" failed.', address: null, file: null },
          ],
          output: 'expected 3\nbut got 4',
        }),
        gate('integration_tests', 'skipped', '"unit_tests" did not pass', { duration_ms: 0 }),
      ],
    },
    {
      ...{ target: 'follower', environment: 'production', version: null, commit: null, passed: true, gates: [] },
      notes: ['This target follows "staging", and it runs nothing yet.'],
    },
  ],
  problems: [],
};

test('gates as text', async () => {
  await expect(`${gatesText(report, plainStyle)}\n`).toMatchFileSnapshot('golden/gates.txt');
});

test('gates as SARIF: each finding with its place, and a gate without findings as a whole', async () => {
  await expect(`${JSON.stringify(gatesSarif(report, '1.2.3'), null, 2)}\n`).toMatchFileSnapshot(
    'golden/gates.sarif.json',
  );
});

test('gates as JUnit XML: a suite for each target, a case for each gate', async () => {
  const xml = gatesJunit(report);
  await expect(xml).toMatchFileSnapshot('golden/gates.junit.xml');
  const parsed = new XMLParser({ ignoreAttributes: false }).parse(xml, true);
  const [suite] = parsed.testsuites.testsuite;
  expect(suite).toMatchObject({ '@_name': 'production v1.2.0', '@_tests': '5', '@_failures': '2', '@_skipped': '1' });
  expect(suite.testcase[2]).toMatchObject({
    '@_name': 'policy "calm" & quiet',
    failure: { '@_message': 'it does not hold: 1 < 0' },
  });
});
