import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { type BlockFacts, blocksOf, type PlanSection } from '../plan/index.ts';
import type { GateResult } from '../state/index.ts';
import type { Digest } from '../values/index.ts';

declare const judged: unique symbol;

/** The right to apply one section, and no other. Only `judge` makes one, so apply is impossible without it. */
export interface Clearance {
  readonly [judged]: true;
  readonly sectionDigest: Digest;
  readonly gates: readonly GateResult[];
}

const missingGates = (section: PlanSection, gates: readonly GateResult[]): readonly Diagnostic[] =>
  section.gates.flatMap((gate) => {
    const result = gates.find((candidate) => candidate.gate === gate);
    if (result?.passed) return [];
    const errors = result?.evidence.errors;
    return [
      problem('gate-failed', {
        detail: result
          ? `The gate "${gate}" did not pass for ${section.to?.version ?? 'the version'}${typeof errors === 'number' ? `: ${errors} errors, ${String(result.evidence.warnings)} warnings` : ''}.`
          : `The gate "${gate}" has not run.`,
        address: section.target,
        hint: 'See what it found with:\n\n    m3forge validate',
      }),
    ];
  });

/** Judges one section: a `Clearance`, or every reason why not and who can clear it. Pure. */
export const judge = (section: PlanSection, facts: BlockFacts, gates: readonly GateResult[]): Outcome<Clearance> => {
  const blocks = blocksOf(section, facts);
  const missing = missingGates(section, gates);
  // Waiting helps only where everything that stands in the way ends by itself.
  const code =
    missing.length === 0 && blocks.every(({ until }) => until !== undefined) ? 'release-held' : 'release-blocked';
  const blocked = blocks.map((block) =>
    problem(code, { detail: block.reason, address: section.target, hint: block.remedy }),
  );
  const diagnostics = [...blocked, ...missing];
  return diagnostics.length > 0
    ? failure(diagnostics)
    : success({ sectionDigest: section.digest, gates } as unknown as Clearance);
};
