import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GateInput } from '../../engine/clearance/gates/gate.ts';
import { vulnerabilitiesGate } from '../../engine/clearance/gates/vulnerabilities.ts';
import { readSarif } from '../../engine/clearance/reports/sarif.ts';
import { codesIn, gateInput, shortOf } from './input.ts';

const processor = (dependencies?: string) => ({
  manifest: { name: 'ocr', version: '1.0.0', ...(dependencies !== undefined && { dependencies }) },
  files: [],
});

const rules = [
  { id: 'CVE-2026-0001', shortDescription: { text: 'code execution' }, properties: { 'security-severity': '9.8' } },
  { id: 'CVE-2026-0002', defaultConfiguration: { level: 'warning' } },
];

const result = (ruleIndex: number, uri: string, more: object = {}) => ({
  ...{ ruleIndex, ruleId: rules[ruleIndex]?.id, message: { text: 'pillow 9.0.0 is affected\nmore' } },
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 3 } } }],
  ...more,
});

const sarif = (results: readonly object[], run: object = {}): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'osv-scanner', rules } }, results, ...run }],
  });

const inputWith = (text: string | undefined, failAt?: 'low' | 'critical'): GateInput => {
  const report = { sarif: 'osv.sarif', ...(failAt && { fail_at: failAt }) };
  const artifacts = { 'processor.ocr': processor('requirements.txt'), 'processor.plain': processor() };
  const input = gateInput({ artifacts }, { gates: { security: { reports: [report] } } });
  if (text !== undefined) writeFileSync(join(input.directory, 'osv.sarif'), text);
  return input;
};

const judged = async (text: string | undefined, failAt?: 'low' | 'critical') =>
  vulnerabilitiesGate.run(inputWith(text, failAt));

describe('the gate "vulnerabilities"', () => {
  test('stops for what is as bad as its threshold, in the files of a processor of the version', async () => {
    const text = sarif([
      result(1, 'processors/ocr/requirements.txt'),
      result(0, 'file:///ci/build/processors/ocr/requirements.txt'),
      result(0, 'webapp/package-lock.json'),
    ]);
    const outcome = await judged(text);
    expect(shortOf(outcome)).toBe('fail: 2 known vulnerabilities in 1 processor with declared dependencies');
    expect(outcome.findings).toMatchObject([
      {
        severity: 'error',
        code: 'vulnerability/CVE-2026-0001',
        address: 'processor.ocr',
        detail: 'CVE-2026-0001 (critical): pillow 9.0.0 is affected',
      },
      { severity: 'warning', code: 'vulnerability/CVE-2026-0002', file: 'processors/ocr/requirements.txt:3' },
    ]);
    expect(outcome.evidence).toMatchObject({ elsewhere: 1, scanners: ['osv-scanner'], processors: 2 });
    const medium = sarif([result(1, 'processors/ocr/requirements.txt')]);
    expect((await judged(medium)).verdict).toBe('warn');
    expect((await judged(medium, 'low')).verdict).toBe('fail');
    expect((await judged(medium, 'critical')).verdict).toBe('warn');
    expect((await judged(sarif([]))).verdict).toBe('pass');
  });

  test('does not count what somebody accepted, what is gone, and what is no finding', async () => {
    const at = 'processors/ocr/requirements.txt';
    const text = sarif([
      result(0, at, { suppressions: [{ kind: 'external' }] }),
      result(0, at, { baselineState: 'absent' }),
      result(0, at, { kind: 'pass' }),
      result(0, at, { level: 'none' }),
    ]);
    expect((await judged(text)).verdict).toBe('pass');
    const refused = sarif([result(0, at, { suppressions: [{ kind: 'external', status: 'rejected' }] })]);
    expect((await judged(refused)).verdict).toBe('fail');
  });

  test.each([
    ['is not there', undefined, /There is no file osv\.sarif/],
    ['is no JSON', 'no json', /./],
    ['is no SARIF', '{"version":"1"}', /it is no SARIF report/],
    ['saw nothing run', '{"version":"2.1.0","runs":[]}', /no scanner ran for it/],
    ['says that its scanner failed', sarif([], { invocations: [{ executionSuccessful: false }] }), /did not succeed/],
    [
      'is about another commit',
      sarif([], { versionControlProvenance: [{ revisionId: 'beef' }] }),
      /about the commit beef/,
    ],
  ])('fails where a report %s', async (_what, text, why) => {
    const outcome = await judged(text);
    expect(outcome.verdict).toBe('fail');
    expect(codesIn(outcome)).toEqual(['report-unusable']);
    expect(outcome.summary).toMatch(why);
  });

  test('takes a report that is about this commit', async () => {
    const text = sarif([], { versionControlProvenance: [{ revisionId: 'c0ffee' }] });
    expect((await judged(text)).verdict).toBe('pass');
  });
});

test('SARIF of any JSON is read without a complaint of ours', () => {
  for (const text of ['[]', 'null', '{"version":"2.1.0","runs":[null,{"results":[null,{"locations":[null,7]}]}]}']) {
    expect(() => readSarif(text, 'x.sarif')).not.toThrow();
  }
});
