import type { TestGateConfig } from '../../config/index.ts';
import { counted, type JsonObject } from '../../values/index.ts';
import { readReport } from '../reports/report-file.ts';
import { countCases, regressionsBetween, type TestCase } from '../reports/test-report.ts';
import type { Gate, GateFinding, GateInput, GateOutcome } from './gate.ts';
import { type CommandEnd, runReported } from './reported-command.ts';

/** Rounded down, so that what is not whole never looks whole. */
const percent = (part: number, whole: number): number => Math.floor((part * 1000) / whole) / 10;

const found = (code: string, detail: string): GateFinding => ({
  severity: 'error',
  code,
  detail,
  address: null,
  file: null,
});

/** What the verdict is made of, once the report was read. */
interface Seen {
  readonly cases: readonly TestCase[];
  readonly regressions: readonly string[];
}

const findingsOf = ({ cases, regressions }: Seen): readonly GateFinding[] => {
  const regressed = new Set(regressions);
  const failed = new Set(cases.flatMap(({ name, outcome }) => (outcome === 'failed' ? [name] : [])));
  return [
    ...regressions.map((name) => found('test/regression', `"${name}" passed in the baseline and does not pass now.`)),
    ...[...failed]
      .filter((name) => !regressed.has(name))
      .map((name) => found('test/failed', `The test "${name}" failed.`)),
  ];
};

/** Whether what was seen is enough. The exit code is no news where the report says that something failed. Pure. */
const judge = (
  { requiredPassRate }: Pick<TestGateConfig, 'requiredPassRate'>,
  exitCode: number | null,
  seen: Seen,
): Pick<GateOutcome, 'verdict' | 'summary'> => {
  const { passed, failed } = countCases(seen.cases);
  const total = passed + failed;
  if (total === 0) return { verdict: 'fail', summary: 'no test ran' };
  const said = `${passed} of ${counted(total, 'test')} passed`;
  if (seen.regressions.length > 0) {
    return { verdict: 'fail', summary: `${said}; ${counted(seen.regressions.length, 'regression')}` };
  }
  if (passed * 100 < requiredPassRate * total) {
    return { verdict: 'fail', summary: `${said}: ${percent(passed, total)} %, and ${requiredPassRate} % are required` };
  }
  if (failed === 0 && exitCode !== 0) {
    return { verdict: 'fail', summary: `${said}, and yet its command ended with exit code ${exitCode}` };
  }
  return failed > 0
    ? { verdict: 'warn', summary: `${said}: ${percent(passed, total)} %, and ${requiredPassRate} % are enough` }
    : { verdict: 'pass', summary: said };
};

/** Without a report the exit code is all there is. */
const judgeByExit = (end: CommandEnd, test: TestGateConfig): Pick<GateOutcome, 'verdict' | 'summary'> => {
  if (end.exitCode !== 0) return { verdict: 'fail', summary: end.detail };
  if (test.baseline !== undefined) {
    return { verdict: 'fail', summary: `there is no report that could be compared with ${test.baseline}` };
  }
  return { verdict: 'pass', summary: end.detail };
};

/** The tests of a working tree say something of a version only where the two hold the same artifacts. */
const withWorkingTree = async ({ workingTree, desired }: GateInput, outcome: GateOutcome): Promise<GateOutcome> => {
  const digest = await workingTree();
  const same = digest === undefined ? null : digest === desired.manifestDigest;
  const evidence = { ...outcome.evidence, working_tree_is_the_version: same };
  if (same !== false || outcome.verdict === 'fail') return { ...outcome, evidence };
  const summary = `${outcome.summary}; the working tree holds other artifacts than ${desired.version}`;
  return { ...outcome, verdict: 'warn', summary, evidence };
};

const judgeReport = async (input: GateInput, test: TestGateConfig, end: CommandEnd): Promise<GateOutcome> => {
  const evidence: JsonObject = { command: test.command, exit_code: end.exitCode, report: test.report ?? null };
  const rest = { evidence, output: end.output, interrupted: end.interrupted };
  if (end.report === undefined) return { ...judgeByExit(end, test), ...rest };
  if ('fault' in end.report) return { verdict: 'fail', summary: `${end.detail}; ${end.report.fault}`, ...rest };
  const { cases } = end.report;
  const baseline = test.baseline === undefined ? { cases: [] } : await readReport(input.directory, test.baseline);
  if ('fault' in baseline) return { verdict: 'fail', summary: `the baseline: ${baseline.fault}`, ...rest };
  const seen = { cases, regressions: regressionsBetween(baseline.cases, cases) };
  return {
    ...judge(test, end.exitCode, seen),
    ...rest,
    findings: findingsOf(seen),
    evidence: {
      ...evidence,
      ...countCases(cases),
      required_pass_rate: test.requiredPassRate,
      ...(test.baseline !== undefined && { baseline: test.baseline, regressions: seen.regressions.length }),
    },
  };
};

/** A command runs, and as many of its tests pass as are required. */
export const testGate = (test: TestGateConfig): Gate => ({
  name: test.name,
  needs: ['commands', 'files'],
  run: async (input) => withWorkingTree(input, await judgeReport(input, test, await runReported(input, test))),
});
