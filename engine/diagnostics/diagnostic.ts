import { type DiagnosticCode, registry } from './codes.ts';

/** A place in a text. Lines and columns start at 1 and count Unicode characters; `byte` starts at 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}

/** A piece of a text file; `end` is exclusive. */
export interface SourceRange {
  /** Relative to the working directory, with forward slashes. */
  readonly filename: string;
  readonly start: Position;
  readonly end: Position;
  /** The line that `start` is on, so that a reader sees it without opening the file. */
  readonly line?: string;
}

/** One thing that is wrong, or worth knowing, said as a value. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable and searchable; never reused for another meaning. */
  readonly code: DiagnosticCode;
  /** The same words for the same problem: it comes with the code and holds no name of the user's. */
  readonly summary: string;
  /** What is wrong here, with the names involved. */
  readonly detail: string;
  readonly range?: SourceRange;
  /** The artifact or configuration address concerned, such as `workflow.invoice-extraction`. */
  readonly address?: string;
  /** What to do about it. A command to copy stands alone on an indented line. */
  readonly hint?: string;
}

/** What differs from one occurrence of a code to the next. */
export interface DiagnosticParts {
  readonly detail: string;
  readonly range?: SourceRange | undefined;
  readonly address?: string | undefined;
  readonly hint?: string | undefined;
}

const build = (severity: 'error' | 'warning', code: DiagnosticCode, parts: DiagnosticParts): Diagnostic => ({
  severity,
  code,
  summary: registry[code].summary,
  detail: parts.detail,
  ...(parts.range && { range: parts.range }),
  ...(parts.address && { address: parts.address }),
  ...(parts.hint && { hint: parts.hint }),
});

/** An error: what was asked cannot be done while it stands. */
export const problem = (code: DiagnosticCode, parts: DiagnosticParts): Diagnostic => build('error', code, parts);

/** A warning: worth knowing, stops nothing. */
export const warning = (code: DiagnosticCode, parts: DiagnosticParts): Diagnostic => build('warning', code, parts);

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error');

/** The exit code that a set of diagnostics asks for: that of its first error, 0 where there is none. */
export const exitCodeOf = (diagnostics: readonly Diagnostic[]): number => {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  return first ? registry[first.code].exit : 0;
};
