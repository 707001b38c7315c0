import type { DiagnosticCode } from './codes.ts';
import { type Diagnostic, type DiagnosticParts, problem } from './diagnostic.ts';

/**
 * Carries diagnostics up from a depth where nothing useful can be returned any more (a lost connection, an unreadable
 * file). It is not a bug: operations turn it back into values. Everything else that is thrown is a bug of ours.
 */
export class Refusal extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], options?: { readonly cause?: unknown }) {
    const list = Array.isArray(diagnostics) ? (diagnostics as readonly Diagnostic[]) : [diagnostics as Diagnostic];
    super(list.map((diagnostic) => `${diagnostic.code}: ${diagnostic.detail}`).join('\n'), options);
    this.name = 'Refusal';
    this.diagnostics = list;
  }
}

/** Shorthand for the usual case: one error, thrown. */
export const refuse = (code: DiagnosticCode, parts: DiagnosticParts, cause?: unknown): Refusal =>
  new Refusal(problem(code, parts), cause === undefined ? undefined : { cause });
