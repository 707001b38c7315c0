import { describe, expect, test } from 'vitest';
import { readJunit } from '../../engine/clearance/reports/junit.ts';
import { isTap, readTap } from '../../engine/clearance/reports/tap.ts';
import { regressionsBetween, type TestReport } from '../../engine/clearance/reports/test-report.ts';

const shown = (report: TestReport): string | readonly string[] =>
  'fault' in report ? report.fault : report.cases.map(({ name, outcome }) => `${outcome} ${name}`);

describe('JUnit XML', () => {
  test('has suites in suites, cases that failed, broke or were skipped, and times in seconds', () => {
    const report = readJunit(
      `<?xml version="1.0"?>
       <testsuites name="all">
         <testsuite name="totals" tests="3" failures="1" errors="1">
           <testsuite name="inner"><testcase classname="totals" name="adds &amp; rounds" time="1,000.5"/></testsuite>
           <testcase classname="totals" name="fails" time="0.01"><failure message="3 &lt; 4">trace</failure></testcase>
           <testcase classname="totals" name="breaks"><error/></testcase>
         </testsuite>
         <testsuite name="dates"><testcase name="later"><skipped/></testcase></testsuite>
       </testsuites>`,
      'junit.xml',
    );
    expect(shown(report)).toEqual([
      'failed totals fails',
      'failed totals breaks',
      'passed totals adds & rounds',
      'skipped later',
    ]);
    expect('cases' in report && report.cases.map(({ durationMs }) => durationMs)).toEqual([
      10,
      undefined,
      1_000_500,
      undefined,
    ]);
  });

  test('may be one suite alone, and a suite that could not be loaded has failed as a whole', () => {
    const text = '<testsuite name="broken" tests="0" errors="1"></testsuite>';
    expect(shown(readJunit(text, 'junit.xml'))).toEqual(['failed broken as a whole']);
    const within = `<testsuites errors="1"><testsuite name="all" tests="1">
      <testsuite name="broken" errors="1"/><testsuite name="sound" errors="0"><testcase name="adds"/></testsuite>
    </testsuite></testsuites>`;
    expect(shown(readJunit(within, 'junit.xml'))).toEqual(['passed adds', 'failed broken as a whole']);
  });

  test.each([
    ['<testsuites><testsuite><testcase name="a"/>', /^junit\.xml is no XML that can be read/],
    ['<html><body>Not found</body></html>', /^junit\.xml is XML, and no JUnit report$/],
    ['<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuites>&a;</testsuites>', /has a document type, which is not read$/],
    [`${'<testsuite>'.repeat(5000)}${'</testsuite>'.repeat(5000)}`, /is no XML that can be read/],
  ])('that cannot be gone by is no report: %s', (text, fault) => {
    expect(shown(readJunit(text, 'junit.xml'))).toMatch(fault);
  });
});

describe('TAP', () => {
  test('is known by its lines', () => {
    expect(['TAP version 13\n', 'noise\nok 1 - a\n', '1..0 # skipped\n', 'not ok\n'].map(isTap)).toEqual([
      ...[true, true, true, true],
    ]);
    expect(['42 tests\n', 'okay\n', 'all tests passed: 1..3x\n'].map(isTap)).toEqual([false, false, false]);
  });

  test('tells test points, those of subtests in the place of their sum, and what is skipped or still to be done', async () => {
    const report = await readTap(`TAP version 14
# Subtest: totals
    ok 1 - adds
    not ok 2 - rounds
      ---
      message: "not ok 9 - this is no test"
      ...
    1..2
not ok 1 - totals
ok 2 - dates # SKIP no clock
not ok 3 - currencies # TODO
ok 4 - names
1..4
`);
    expect(shown(report)).toEqual([
      'passed totals > adds',
      'failed totals > rounds',
      'skipped dates',
      'skipped currencies',
      'passed names',
    ]);
  });

  test('has diagnostics that are never read as YAML, which would take a minute here', { timeout: 20_000 }, async () => {
    const keys = Array.from({ length: 60_000 }, (_, n) => `  key${n}: 1`).join('\n');
    const report = await readTap(`not ok 1 - a\n  ---\n${keys}\n  ...\nok 2 - b\n1..2\n`);
    expect(shown(report)).toEqual(['failed a', 'passed b']);
  });

  test('in which a subtest failed by itself has one failure', async () => {
    const report = await readTap('# Subtest: totals\n    ok 1 - adds\n    1..1\nnot ok 1 - totals\n1..1\n');
    expect(shown(report)).toEqual(['passed totals > adds', 'failed totals']);
  });

  test.each([
    ['1..3\nok 1 - a\nok 2 - b\n', /^its TAP is not whole/],
    ['ok 1 - a\nBail out! no database\n', /^its tests bailed out: no database$/],
  ])('that breaks off is no report: %j', async (text, fault) => {
    expect(shown(await readTap(text))).toMatch(fault);
  });
});

test('a regression is what passed in the baseline and does not now, be it failed, skipped or gone', () => {
  const cases = (text: string) =>
    text.split(' ').map((one) => {
      const [name = '', outcome = 'passed'] = one.split(':');
      return { name, outcome: outcome as 'passed' };
    });
  const baseline = cases('a b c d e:failed f f:failed');
  expect(regressionsBetween(baseline, cases('a b:failed c:skipped e:failed f:failed'))).toEqual(['b', 'c', 'd']);
  expect(regressionsBetween(baseline, cases('a b c d g'))).toEqual([]);
});
