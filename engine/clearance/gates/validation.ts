import { chooseDiagnostics } from '../../artifacts/index.ts';
import type { TargetConfig } from '../../config/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import type { GateResult } from '../../state/index.ts';

/** So many findings are kept as evidence; the counts are complete. */
const mostEvidence = 20;

/**
 * The gate `validation`: every artifact of the version is in order. What was found when the version was read is judged
 * under the target's own choice of checks, so one reading serves every target.
 */
export const validationGate = (
  findings: readonly Diagnostic[],
  settings: TargetConfig['gates']['validation'],
): Omit<GateResult, 'durationMs'> => {
  const chosen = chooseDiagnostics(findings, settings);
  const errors = chosen.filter(({ severity }) => severity === 'error');
  const warnings = chosen.filter(({ severity }) => severity === 'warning');
  const failing = settings.failOnWarnings ? [...errors, ...warnings] : errors;
  return {
    gate: 'validation',
    passed: failing.length === 0,
    evidence: {
      errors: errors.length,
      warnings: warnings.length,
      findings: [...errors, ...warnings].slice(0, mostEvidence).map(({ code, detail, address, range }) => ({
        code,
        detail,
        address: address ?? null,
        file: range ? `${range.filename}:${range.start.line}:${range.start.column}` : null,
      })),
    },
  };
};
