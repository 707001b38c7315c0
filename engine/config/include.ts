import { type Diagnostic, type Outcome, problem } from '../diagnostics/index.ts';
import { mostProblems, type ParsedDocument, parseYaml, type TextDocument } from '../documents/index.ts';
import { isJsonObject, type JsonValue, type StructuralPath, valueAt } from '../values/index.ts';

/** Nobody writes a megabyte of configuration by hand, in however many files. */
export const largestConfig = 1024 * 1024;

const mostIncludes = 1000;

/** How files beside a configuration are read. */
export interface ConfigTexts {
  /** What such a file is called, for people: relative to the working directory. */
  readonly nameOf: (file: string) => string;
  /** Reads one; `filename` is what people know it by. */
  readonly text: (path: string, filename: string) => Promise<Outcome<TextDocument>>;
}

/** The parts whose entries may be spread over files; every other key stands in one file. */
const spreadable = new Set(['environments', 'targets', 'variables', 'gateways', 'team', 'providers']);

const includesOf = (document: ParsedDocument): readonly (readonly [index: number, path: string])[] => {
  const written = valueAt(document.value, ['include']);
  const list = Array.isArray(written) ? (written as readonly JsonValue[]) : [];
  return list.flatMap((path, index) => (typeof path === 'string' ? [[index, path] as const] : []));
};

/** The files that a configuration includes, as they are written there. */
export const includedPaths = (document: ParsedDocument): readonly string[] =>
  includesOf(document).map(([, path]) => path);

/** Reads the files that a configuration includes. What is wrong with one is said at the line that includes it. */
export const readIncluded = async (
  main: ParsedDocument,
  { nameOf, text: read }: ConfigTexts,
): Promise<{ readonly documents: readonly ParsedDocument[]; readonly diagnostics: readonly Diagnostic[] }> => {
  const documents: ParsedDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  const includes = includesOf(main);
  const tooMany = (code: 'file-too-large' | 'schema-invalid-value', index: number, detail: string) => ({
    documents,
    diagnostics: [...diagnostics, problem(code, { detail, range: main.locate(['include', index]) })],
  });
  let bytes = 0;
  for (const [index, path] of includes) {
    if (diagnostics.length >= mostProblems) break;
    if (index >= mostIncludes) {
      return tooMany('schema-invalid-value', index, `At most ${mostIncludes} files can be included.`);
    }
    const text = await read(path, nameOf(path));
    if (!text.ok) {
      const range = main.locate(['include', index]);
      const hint = `Paths are relative to the directory of ${main.filename}.`;
      diagnostics.push(
        ...text.diagnostics.map((diagnostic) => ({
          ...diagnostic,
          range,
          ...(diagnostic.code === 'file-missing' && { hint }),
        })),
      );
      continue;
    }
    bytes += Buffer.byteLength(text.value.text);
    if (bytes > largestConfig) {
      const detail = `The included files come to more than ${largestConfig} bytes.`;
      return tooMany('file-too-large', index, detail);
    }
    const parsed = await parseYaml(text.value);
    if (!parsed.ok) diagnostics.push(...parsed.diagnostics);
    else if (valueAt(parsed.value.value, ['include']) !== undefined) {
      const detail = `${parsed.value.filename} is included, and only ${main.filename} may include files.`;
      const range = parsed.value.locate(['include'], 'key');
      diagnostics.push(
        problem('config-nested-include', { detail, range, hint: `List its files in ${main.filename}.` }),
      );
    } else documents.push(parsed.value);
  }
  return { documents, diagnostics };
};

/** Several documents read as one, each value located in the file it came from. */
class Merge {
  readonly diagnostics: Diagnostic[] = [];
  readonly value: Record<string, JsonValue> = {};
  readonly #owners = new Map<string, ParsedDocument>();
  readonly #main: ParsedDocument;

  constructor(main: ParsedDocument) {
    this.#main = main;
  }

  add(document: ParsedDocument): void {
    if (!isJsonObject(document.value)) {
      const detail = `${document.filename} must be a mapping.`;
      this.diagnostics.push(problem('schema-wrong-type', { detail, range: document.locate([]) }));
      return;
    }
    for (const [key, value] of Object.entries(document.value)) {
      const present = this.value[key];
      if (spreadable.has(key) && isJsonObject(value) && (present === undefined || isJsonObject(present))) {
        this.value[key] = { ...present, ...this.#entries(key, value, document) };
        if (!this.#owners.has(key)) this.#owners.set(key, document);
      } else if (this.#claim([key], document)) this.value[key] = value;
    }
  }

  locate(path: StructuralPath, part?: 'key' | 'value') {
    const owner = this.#owners.get(path.slice(0, 2).join('\n')) ?? this.#owners.get(String(path[0])) ?? this.#main;
    return owner.locate(path, part);
  }

  #entries(key: string, entries: { readonly [name: string]: JsonValue }, document: ParsedDocument) {
    return Object.fromEntries(Object.entries(entries).filter(([name]) => this.#claim([key, name], document)));
  }

  /** Whether the document is the first to give this key. */
  #claim(path: readonly string[], document: ParsedDocument): boolean {
    const id = path.join('\n');
    const owner = this.#owners.get(id);
    if (!owner) {
      this.#owners.set(id, document);
      return true;
    }
    const first = owner.locate(path, 'key');
    const range = document.locate(path, 'key');
    const detail = `\`${path.join('.')}\` is given in ${first.filename}, line ${first.start.line}, and again in ${range.filename}.`;
    this.diagnostics.push(problem('config-key-in-two-files', { detail, range, hint: 'Remove one of the two.' }));
    return false;
  }
}

/** Makes one document of a configuration and the files it includes. A key given twice is an error that names both files. */
export const mergeDocuments = (
  main: ParsedDocument,
  included: readonly ParsedDocument[],
): { readonly document: ParsedDocument; readonly diagnostics: readonly Diagnostic[] } => {
  if (included.length === 0) return { document: main, diagnostics: [] };
  const merge = new Merge(main);
  for (const document of [main, ...included]) merge.add(document);
  const locate: ParsedDocument['locate'] = (path, part) => merge.locate(path, part);
  return { document: { filename: main.filename, value: merge.value, locate }, diagnostics: merge.diagnostics };
};
