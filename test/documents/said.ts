import type { Diagnostic } from '../../engine/diagnostics/index.ts';

/** `document-duplicate-key 2:1`: what and where, for comparing many at a glance. */
export const said = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ code, range }) => `${code} ${range?.start.line}:${range?.start.column}`);
