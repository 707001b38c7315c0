import { type Diagnostic, hasErrors } from './diagnostic.ts';

/** A value with its warnings, or the errors that prevented it. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export const success = <T>(value: T, diagnostics: readonly Diagnostic[] = []): Outcome<T> => ({
  ok: true,
  value,
  diagnostics,
});

export const failure = (diagnostics: readonly Diagnostic[]): Outcome<never> => ({ ok: false, diagnostics });

/** The value, unless one of the diagnostics is an error. */
export const outcomeOf = <T>(value: T, diagnostics: readonly Diagnostic[]): Outcome<T> =>
  hasErrors(diagnostics) ? failure(diagnostics) : success(value, diagnostics);
