import type { PerformanceGateConfig } from '../../config/index.ts';
import { counted, type JsonObject } from '../../values/index.ts';
import type { Gate, GateInput, GateOutcome } from './gate.ts';
import { runReported } from './reported-command.ts';

/** One run: how long it took where it ended well. */
interface Run {
  readonly failed: boolean;
  readonly durationMs: number;
}

/** So many of the newest runs are looked at. */
const mostRuns = 1000;

/** The nearest rank: of 20 runs the 19th. Undefined where there is none. */
export const p95Of = (durations: readonly number[]): number | undefined =>
  durations.toSorted((left, right) => left - right)[Math.ceil(durations.length * 0.95) - 1];

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Whether runs keep to the limits; too few of them say nothing. Pure. */
const judge = (
  { maxP95LatencyMs, maxErrorRate, minRuns }: PerformanceGateConfig,
  runs: readonly Run[],
): Pick<GateOutcome, 'verdict' | 'summary'> & { readonly evidence: JsonObject } => {
  const failed = runs.filter((run) => run.failed).length;
  // How long it took to fail says nothing of how fast an answer is.
  const p95 = p95Of(runs.filter((run) => !run.failed).map(({ durationMs }) => durationMs));
  const errorRate = runs.length === 0 ? undefined : (failed * 100) / runs.length;
  const evidence = {
    runs: runs.length,
    min_runs: minRuns,
    p95_latency_ms: p95 === undefined ? null : Math.round(p95),
    max_p95_latency_ms: maxP95LatencyMs ?? null,
    error_rate: errorRate === undefined ? null : rounded(errorRate),
    max_error_rate: maxErrorRate ?? null,
  };
  if (runs.length < minRuns) {
    return {
      verdict: 'fail',
      summary: `${counted(runs.length, 'run')} measured, at least ${minRuns} needed`,
      evidence,
    };
  }
  const isSlow = maxP95LatencyMs !== undefined && (p95 === undefined || p95 > maxP95LatencyMs);
  const isFaulty = maxErrorRate !== undefined && errorRate !== undefined && errorRate > maxErrorRate;
  const parts = [
    ...(maxP95LatencyMs === undefined
      ? []
      : [`p95 ${p95 === undefined ? 'not known' : `${Math.round(p95)} ms`}, limit ${maxP95LatencyMs} ms`]),
    ...(maxErrorRate === undefined ? [] : [`error rate ${rounded(errorRate ?? 0)} %, limit ${maxErrorRate} %`]),
  ];
  const summary = `${parts.join('; ')}; ${counted(runs.length, 'run')}`;
  return { verdict: isSlow || isFaulty ? 'fail' : 'pass', summary, evidence };
};

const fromCommand = async (
  input: GateInput,
  gate: PerformanceGateConfig & { readonly command: string },
): Promise<GateOutcome> => {
  const end = await runReported(input, gate);
  const rest = { output: end.output, interrupted: end.interrupted };
  const measured = { measured: 'command', command: gate.command, exit_code: end.exitCode, report: gate.report ?? null };
  const refused = (why: string): GateOutcome => ({ verdict: 'fail', summary: why, evidence: measured, ...rest });
  if (end.report === undefined) return refused(end.exitCode === 0 ? 'it wrote no report' : end.detail);
  if ('fault' in end.report) return refused(`${end.detail}; ${end.report.fault}`);
  const cases = end.report.cases.filter(({ outcome }) => outcome !== 'skipped');
  const timeless = cases.find(({ outcome, durationMs }) => outcome === 'passed' && durationMs === undefined);
  if (timeless) return refused(`its report does not say how long "${timeless.name}" took`);
  const runs = cases.map(({ outcome, durationMs = 0 }) => ({ failed: outcome === 'failed', durationMs }));
  if (end.exitCode !== 0 && runs.every(({ failed }) => !failed)) {
    return refused(`no run failed, and yet its command ended with exit code ${end.exitCode}`);
  }
  const { verdict, summary, evidence } = judge(gate, runs);
  return { verdict, summary, evidence: { ...measured, ...evidence }, ...rest };
};

/** What nobody can attribute to the version says nothing of it. */
const fromRecords = async ({ runs, desired }: GateInput, gate: PerformanceGateConfig): Promise<GateOutcome> => {
  const recorded = (await runs(mostRuns)).filter(({ verdict }) => verdict !== 'unattributed');
  const targets = [...new Set(recorded.map(({ target }) => target))].sort();
  const { verdict, summary, evidence } = judge(
    gate,
    recorded.map((run) => ({ failed: run.verdict === 'failed', durationMs: run.durationMs })),
  );
  const where = targets.length === 0 ? `${desired.version} ran no smoke test anywhere` : `at ${targets.join(', ')}`;
  return {
    verdict,
    summary: `${summary}; ${where}`,
    evidence: { measured: 'smoke tests', targets, ...evidence },
  };
};

/** A version answers as fast and as surely as it must: as a command measures it, or as its smoke tests did elsewhere. */
export const performanceGate = (gate: PerformanceGateConfig): Gate => ({
  name: gate.name,
  needs: gate.command === undefined ? ['records'] : ['commands', 'files'],
  run: (input) => {
    const { command } = gate;
    return command === undefined ? fromRecords(input, gate) : fromCommand(input, { ...gate, command });
  },
});
