import { type Diagnostic, problem } from '../diagnostics/index.ts';
import type { PlanSection } from '../plan/index.ts';
import type { GateResult } from '../state/index.ts';

const wordsOf = { fail: 'did not pass', skipped: 'was not judged' } as const;

const failed = ({ target, to }: PlanSection, { gate, verdict, evidence }: GateResult): Diagnostic => {
  const words = wordsOf[verdict === 'skipped' ? 'skipped' : 'fail'];
  const summary = typeof evidence.summary === 'string' ? `: ${evidence.summary.replace(/\.$/, '')}` : '';
  const detail = `The gate "${gate}" ${words} for ${to?.version ?? 'the version'}${summary}.`;
  if (evidence.interrupted === true) return problem('release-interrupted', { detail, address: target });
  const again = `m3forge gates run --target ${target}`;
  const hint = `See what it found with:\n\n    ${gate === 'validation' || gate === 'references' ? 'm3forge validate' : again}`;
  return problem('gate-failed', { detail, address: target, hint });
};

/**
 * Why the gates of a section do not let it through: each that did not pass, and each that its plan asks for and that was
 * not judged at all. Empty where they do. Pure.
 */
export const failedGates = (section: PlanSection, gates: readonly GateResult[]): readonly Diagnostic[] => {
  const judged = new Set(gates.map(({ gate }) => gate));
  const failing = gates.filter(({ verdict }) => verdict === 'fail');
  // What was skipped was skipped because of them.
  const stopping = failing.length > 0 ? failing : gates.filter(({ passed }) => !passed);
  return [
    ...stopping.map((gate) => failed(section, gate)),
    ...section.gates
      .filter((gate) => !judged.has(gate))
      .map((gate) => problem('gate-failed', { detail: `The gate "${gate}" has not run.`, address: section.target })),
  ];
};
