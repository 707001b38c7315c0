import type { TargetConfig } from '../../config/index.ts';
import { Refusal } from '../../diagnostics/index.ts';
import type { GateResult, GateVerdict } from '../../state/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../values/index.ts';
import { findingOf, type Gate, type GateFinding, type GateInput, type GateOutcome } from './gate.ts';
import { limitsGate } from './limits.ts';
import { nodeRegistryGate } from './node-registry.ts';
import { performanceGate } from './performance.ts';
import { policyGate } from './policies.ts';
import { referencesGate } from './references.ts';
import { secretsGate } from './secrets.ts';
import { testGate } from './tests.ts';
import { validationGate } from './validation.ts';
import { vulnerabilitiesGate } from './vulnerabilities.ts';

/** A gate's result as it is recorded, with what is more than a record needs. */
export interface JudgedGate {
  readonly result: GateResult;
  /** All that was found; the evidence of the result holds the first of them. */
  readonly findings: readonly GateFinding[];
  /** The end of what a command printed; empty where there was none. */
  readonly output: string;
}

/** So many findings are kept as evidence; the counts are complete. */
const mostEvidence = 20;

/** The gates of a target, in the order in which they are judged: what costs little first. */
export const gatesFor = ({ gates, deployment }: Pick<TargetConfig, 'gates' | 'deployment'>): readonly Gate[] => {
  const { validation, security } = gates;
  return [
    ...(validation.enabled ? [validationGate] : []),
    ...(validation.enabled && validation.checkJsonpath ? [referencesGate] : []),
    ...(deployment.maxDeletes === undefined ? [] : [limitsGate]),
    ...gates.policies.map(policyGate),
    ...(validation.enabled && validation.checkNodeRegistry ? [nodeRegistryGate] : []),
    ...(security.enabled ? [secretsGate] : []),
    ...(security.reports.length > 0 ? [vulnerabilitiesGate] : []),
    ...gates.performance.filter(({ command }) => command === undefined).map(performanceGate),
    ...gates.tests.map(testGate),
    ...gates.performance.filter(({ command }) => command !== undefined).map(performanceGate),
  ];
};

const mapTexts = (value: JsonValue, change: (text: string) => string): JsonValue => {
  if (typeof value === 'string') return change(value);
  if (value === null || typeof value !== 'object') return value;
  if (!isJsonObject(value)) return (value as readonly JsonValue[]).map((item) => mapTexts(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
};

const evidenceOf = ({ summary, evidence = {}, findings = [], interrupted }: GateOutcome): JsonObject => ({
  summary,
  ...evidence,
  ...(findings.length > 0 && { findings: findings.slice(0, mostEvidence) as unknown as JsonValue }),
  ...(interrupted && { interrupted: true }),
});

const passes = (verdict: GateVerdict): boolean => verdict === 'pass' || verdict === 'warn';

/** Where what a gate needs cannot be had, it has not passed. */
const attempt = async (gate: Gate, input: GateInput): Promise<GateOutcome> => {
  try {
    return await gate.run(input);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [first] = error.diagnostics;
    return {
      verdict: 'fail',
      summary: first?.detail.replace(/\.$/, '') ?? error.message,
      findings: error.diagnostics.map(findingOf),
      interrupted: input.system.interrupted.aborted,
    };
  }
};

const skipped = (gate: string, why: string, interrupted: boolean): JudgedGate => ({
  result: {
    gate,
    verdict: 'skipped',
    passed: false,
    durationMs: 0,
    evidence: { summary: why, ...(interrupted && { interrupted }) },
  },
  findings: [],
  output: '',
});

const judgeOne = async (gate: Gate, input: GateInput): Promise<JudgedGate> => {
  const { clock } = input.system;
  const began = clock.monotonicMs();
  const told = await attempt(gate, input);
  // What was only cut short has found nothing out.
  const verdict = told.interrupted && told.verdict !== 'fail' ? 'skipped' : told.verdict;
  const durationMs = Math.round(clock.monotonicMs() - began);
  const evidence = mapTexts(evidenceOf(told), input.redact) as JsonObject;
  const findings = mapTexts((told.findings ?? []) as unknown as JsonValue, input.redact);
  return {
    result: { gate: gate.name, verdict, passed: passes(verdict), durationMs, evidence },
    findings: findings as unknown as readonly GateFinding[],
    output: told.output ?? '',
  };
};

/**
 * Judges a section by the gates of its target, one after the other, and tells each as it ends. What starts a command is
 * skipped once a gate before it has failed: tests of what is refused anyway would only keep everybody waiting.
 */
export const runGates = async (
  input: GateInput,
  tell: (judged: JudgedGate) => Promise<void>,
): Promise<readonly JudgedGate[]> => {
  // Going back to what already ran here needs no gate, and an emergency does not wait for one.
  if (input.section.kind !== 'release' || input.section.emergency) return [];
  const all: JudgedGate[] = [];
  let failed: string | undefined;
  for (const gate of gatesFor(input.target)) {
    const { aborted } = input.system.interrupted;
    const why = aborted
      ? 'interrupted'
      : failed !== undefined && gate.needs.includes('commands')
        ? `"${failed}" did not pass`
        : undefined;
    const judged = why === undefined ? await judgeOne(gate, input) : skipped(gate.name, why, aborted);
    if (!judged.result.passed) failed ??= gate.name;
    all.push(judged);
    await tell(judged);
  }
  return all;
};
