import type { Diagnostic } from '../../diagnostics/index.ts';
import { counted } from '../../values/index.ts';
import { block, inline } from './escape.ts';
import type { Style } from './style.ts';

/** What a view needs of a diagnostic; those stored in a plan have no position any more. */
export type ShownDiagnostic = Pick<Diagnostic, 'severity' | 'summary' | 'detail'> & {
  readonly code: string;
  readonly range?: Diagnostic['range'];
  readonly address?: string | null | undefined;
  readonly hint?: string | undefined;
};

/** Longer lines are shown as a piece around the column. */
const widestLine = 120;

/** The source line with carets under what is meant. */
const snippet = (range: NonNullable<Diagnostic['range']>): readonly string[] => {
  if (range.line === undefined || range.line.trim() === '') return [];
  const characters = Array.from(range.line);
  const column = Math.min(range.start.column - 1, characters.length);
  const first = column > widestLine - 20 ? column - 20 : 0;
  const shown = characters.slice(first, first + widestLine);
  const end = range.end.line === range.start.line ? range.end.column - 1 : characters.length;
  const marked = Math.max(1, Math.min(end, first + shown.length) - column);
  // What is escaped becomes wider, so the space before the caret is as wide as the escaped text before it.
  const before = inline(
    shown
      .slice(0, column - first)
      .join('')
      .replaceAll('\t', ' '),
  );
  const under = inline(
    shown
      .slice(column - first, column - first + marked)
      .join('')
      .replaceAll('\t', ' '),
  );
  const number = String(range.start.line);
  return [
    `${number} | ${inline(shown.join('').replaceAll('\t', ' '))}`,
    `${' '.repeat(number.length)} | ${' '.repeat(Array.from(before).length)}${'^'.repeat(Math.max(1, Array.from(under).length))}`,
  ];
};

const where = ({ range, address }: ShownDiagnostic): readonly string[] => {
  const position = range && `at ${inline(range.filename)}:${range.start.line}:${range.start.column}`;
  const subject = address ? `in ${inline(address)}` : undefined;
  return [position, subject].filter((part) => part !== undefined);
};

/** One diagnostic in a box: what, where, the line, why, and what to do. */
export const diagnosticBox = (diagnostic: ShownDiagnostic, style: Style): string => {
  const isError = diagnostic.severity === 'error';
  const paint = isError ? style.red : style.yellow;
  const places = where(diagnostic);
  const body = [
    ...(places.length > 0 ? [style.dim(places.join(', '))] : []),
    ...(diagnostic.range ? snippet(diagnostic.range) : []),
    '',
    ...block(diagnostic.detail).split('\n'),
    ...(diagnostic.hint ? ['', ...block(diagnostic.hint).split('\n')] : []),
  ];
  const title = `${paint(style.bold(isError ? 'Error' : 'Warning'))}: ${style.bold(diagnostic.summary)} ${style.dim(`[${diagnostic.code}]`)}`;
  return [`${paint('╷')} ${title}`, ...body.map((line) => `${paint('│')} ${line}`.trimEnd()), paint('╵')].join('\n');
};

/** All of them, errors last, where the eye is when the command ends. */
export const diagnosticBoxes = (diagnostics: readonly ShownDiagnostic[], style: Style): string => {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return [...warnings, ...errors].map((diagnostic) => diagnosticBox(diagnostic, style)).join('\n');
};

/** A diagnostic as machines read it. The source line stays out: it is for people, and may hold what nobody should log. */
export const diagnosticJson = ({ severity, code, summary, detail, range, address, hint }: Diagnostic) => ({
  severity,
  code,
  summary,
  detail,
  ...(range && { range: { filename: range.filename, start: range.start, end: range.end } }),
  ...(address !== undefined && { address }),
  ...(hint !== undefined && { hint }),
});

/** `2 errors, 1 warning`. */
export const countedDiagnostics = (diagnostics: readonly Pick<Diagnostic, 'severity'>[]): string => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ].join(', ');
};
