import type { DiagnosticCode } from '../../diagnostics/index.ts';
import type { PreviewProblem } from '../../preview/index.ts';
import type { ShownDiagnostic } from './diagnostics.ts';
import { block, inline } from './escape.ts';

/**
 * Something about one line of a file, as the pages of a pull request show it beside that line; or about no file, as the page
 * of a run shows it.
 */
export interface Annotation {
  readonly severity: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly file?: string | undefined;
  /** From 1 on; undefined for the whole file. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Whether it is a file of a commit that is not checked out. */
  readonly ofHead?: boolean | undefined;
}

const escapes: Readonly<Record<string, string>> = { '%': '%25', '\r': '%0D', '\n': '%0A', ':': '%3A', ',': '%2C' };

const data = (text: string): string => block(text).replace(/[%\r\n]/g, (found) => escapes[found] ?? found);
const property = (text: string): string => inline(text).replace(/[%\r\n:,]/g, (found) => escapes[found] ?? found);

/**
 * A command to the runner of GitHub and Gitea Actions, on one line: `::error file=a.json,line=3,title=…::message`. `redact`
 * takes secrets out before the text is escaped, because they would not be found afterwards.
 */
export const annotationLine = (annotation: Annotation, redact: (text: string) => string): string => {
  const { severity, title, message, file, line, column } = annotation;
  const properties = [
    ['file', file],
    ['line', line],
    ['col', column],
    ['title', title],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${property(redact(String(value)))}`]));
  return `::${severity} ${properties.join(',')}::${data(redact(message))}`;
};

/** Nothing is wrong, and somebody is waited for. */
const waiting: ReadonlySet<string> = new Set<DiagnosticCode>([
  ...(['release-held', 'release-scheduled', 'release-paused', 'approval-missing'] as const),
]);

/** That something waits, and what for: a job that ends well says so, too. */
export const waitingAnnotation = (title: string, message: string): Annotation => ({
  ...{ severity: 'notice', title, message },
});

/** Those of the diagnostics that are about a place in a file, and those that say what is waited for. */
export const annotationsOf = (diagnostics: readonly ShownDiagnostic[]): readonly Annotation[] =>
  diagnostics.flatMap(({ severity, code, summary, detail, hint, range }) =>
    range === undefined
      ? waiting.has(code)
        ? [waitingAnnotation(`${summary} [${code}]`, hint === undefined ? detail : `${detail}\n${hint}`)]
        : []
      : [
          {
            ...{ severity, title: `${summary} [${code}]`, message: hint === undefined ? detail : `${detail}\n${hint}` },
            ...{ file: range.filename, line: range.start.line, column: range.start.column },
          },
        ],
  );

/** Those of the problems of a preview that are about a file. */
export const annotationsOfPreview = (problems: readonly PreviewProblem[]): readonly Annotation[] =>
  problems.flatMap(({ severity, code, detail, path, line }) =>
    path === null
      ? []
      : [{ severity, title: code, message: detail, file: path, line: line ?? undefined, ofHead: true }],
  );
