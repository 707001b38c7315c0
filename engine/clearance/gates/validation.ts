import { chooseDiagnostics } from '../../artifacts/index.ts';
import type { DiagnosticCode } from '../../diagnostics/index.ts';
import { counted } from '../../values/index.ts';
import { findingOf, type Gate, ofSeverity } from './gate.ts';
import { referenceCodes } from './references.ts';

const isOfReferences = (code: DiagnosticCode): boolean => referenceCodes.has(code);

/**
 * Every artifact of the version is in order. What was found when the version was read is judged under the target's own
 * choice of checks, so one reading serves every target.
 */
export const validationGate: Gate = {
  name: 'validation',
  needs: ['version'],
  run: ({ findings, target }) => {
    const settings = target.gates.validation;
    const chosen = chooseDiagnostics(findings, settings).filter(({ code }) => !isOfReferences(code));
    const [errors, warnings] = [ofSeverity(chosen, 'error'), ofSeverity(chosen, 'warning')];
    const fails = errors.length > 0 || (settings.failOnWarnings && warnings.length > 0);
    return Promise.resolve({
      verdict: fails ? 'fail' : warnings.length > 0 ? 'warn' : 'pass',
      summary: `${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}`,
      findings: [...errors, ...warnings].map(findingOf),
      evidence: { errors: errors.length, warnings: warnings.length },
    });
  },
};
