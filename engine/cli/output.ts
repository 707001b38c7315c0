import type { Redactor } from '../values/index.ts';
import { fileOnRunner, inertOnRunner, isOnRunner } from './runner.ts';
import { type Terminal, wantsColour } from './terminal.ts';
import { type Annotation, annotationLine, annotationsOf } from './views/annotations.ts';
import { diagnosticBoxes, type ShownDiagnostic } from './views/diagnostics.ts';
import { jsonText } from './views/escape.ts';
import { createStyle, type Style } from './views/style.ts';

/** Everything a command prints goes through here, and through the redactor. */
export interface Output {
  /** How to mark what goes to standard output. */
  readonly style: Style;
  /** What was asked for: to standard output. */
  readonly result: (text: string) => void;
  readonly json: (value: unknown) => void;
  /** A line for machines: JSON without line breaks. */
  readonly jsonLine: (value: unknown) => void;
  /** Something that is good to know: to standard error, unless `--quiet`. */
  readonly notice: (text: string) => void;
  /** Something that must be seen: to standard error. */
  readonly message: (text: string) => void;
  /** Boxes for people and, on a runner of GitHub or Gitea Actions, a command for each that is about a place in a file or waits. */
  readonly diagnostics: (diagnostics: readonly ShownDiagnostic[]) => void;
  /** To the runner of GitHub or Gitea Actions, which shows it beside the line; nowhere else. */
  readonly annotate: (annotations: readonly Annotation[]) => void;
  /** Resolves when standard output takes more, so that what is printed does not pile up; false where nobody reads it any more. */
  readonly taken: () => Promise<boolean>;
  /** Whether standard error is a terminal with colours, where progress may move the cursor. */
  readonly lively: boolean;
  /** For what is written by other means. */
  readonly redact: (text: string) => string;
}

export interface OutputOptions {
  readonly env: (name: string) => string | undefined;
  readonly noColor: boolean;
  readonly quiet: boolean;
  /** What names of files are relative to; the one that the process was started in where it is not given. */
  readonly directory?: string | undefined;
}

const taken = (stream: Terminal['stdout']): Promise<boolean> => {
  if (!stream.writable || !stream.writableNeedDrain) return Promise.resolve(stream.writable);
  return new Promise((resolve) => {
    stream.once('drain', () => resolve(true));
    stream.once('close', () => resolve(false));
    stream.once('error', () => resolve(false));
  });
};

export const createOutput = (terminal: Terminal, redactor: Redactor, options: OutputOptions): Output => {
  const { stdout, stderr } = terminal;
  const colourful = (stream: Terminal['stdout']): boolean => wantsColour(stream, options.env, options.noColor);
  // A runner takes orders from any line, whoever wrote it.
  const inert = (text: string): string => (isOnRunner(options.env) ? inertOnRunner(text) : text);
  const inertJson = (text: string): string => (isOnRunner(options.env) ? text.replaceAll('##[', '#\\u0023[') : text);
  const write = (stream: Terminal['stdout'], text: string): void => void stream.write(redactor.redact(`${text}\n`));
  const toOut = (text: string): void => write(stdout, inert(text));
  const toErr = (text: string): void => write(stderr, inert(text));
  const errorStyle = createStyle(colourful(stderr));
  const annotate: Output['annotate'] = (annotations) => {
    if (!isOnRunner(options.env)) return;
    for (const annotation of annotations) {
      const { file: path, ofHead } = annotation;
      const file = path === undefined ? undefined : fileOnRunner(options.env, options.directory ?? '.', path, ofHead);
      const order = annotationLine({ ...annotation, file }, redactor.redact);
      write(stderr, order.replaceAll('##[', '#\u200b#['));
    }
  };
  return {
    style: createStyle(colourful(stdout)),
    result: toOut,
    json: (value) => write(stdout, inertJson(jsonText(value))),
    jsonLine: (value) => write(stdout, inertJson(jsonText(value, 0))),
    notice: options.quiet ? () => undefined : toErr,
    message: toErr,
    diagnostics: (diagnostics) => {
      if (diagnostics.length > 0) toErr(diagnosticBoxes(diagnostics, errorStyle));
      annotate(annotationsOf(diagnostics));
    },
    annotate,
    taken: () => taken(stdout),
    lively: stderr.isTTY === true && colourful(stderr) && !options.env('CI'),
    redact: redactor.redact,
  };
};
