/**
 * Says what is wrong as a value: a stable code, severity, summary, detail, source position, address and hint.
 *
 * Promises that one problem reads the same wherever it is found, and that its exit code follows from its code alone.
 * It may not know who prints diagnostics, or how, and imports nothing of this repository.
 */
export type { DiagnosticCode } from './codes.ts';
export { registry as diagnosticCodes } from './codes.ts';
export type { Diagnostic, DiagnosticParts, Position, SourceRange } from './diagnostic.ts';
export { exitCodeOf, hasErrors, problem, warning } from './diagnostic.ts';
export type { Outcome } from './outcome.ts';
export { failure, outcomeOf, success } from './outcome.ts';
export { Refusal, refuse } from './refusal.ts';
