import type { Document, Node, Pair, YAMLError, YAMLMap } from 'yaml';
import { type Diagnostic, failure, type Outcome, problem, type SourceRange, success } from '../diagnostics/index.ts';
import type { StructuralPath } from '../values/index.ts';
import type { ParsedDocument, TextDocument } from './document.ts';
import { tooDeep } from './findings.ts';
import { createSourceMap, type SourceMap } from './source-map.ts';
import { deepestYaml, mostPieces, scanYaml, type YamlObjection } from './yaml-scan.ts';
import { type YamlLibrary, yamlToValue } from './yaml-values.ts';

const objections: Readonly<Record<Exclude<YamlObjection['reason'], 'depth' | 'aliases' | 'pieces'>, string>> = {
  tag: 'Only the tags of the YAML 1.2 core schema are accepted.',
  directive: 'No directive is accepted but `%YAML 1.2`.',
  unclosed: 'The quote that opens here is never closed.',
  'control-character': 'A control character stands here.',
};

const explain = (objection: YamlObjection, source: SourceMap): Diagnostic => {
  const range = source.range(objection.start, objection.end);
  if (objection.reason === 'depth') return tooDeep(deepestYaml, range);
  if (objection.reason === 'aliases') {
    return problem('yaml-too-many-aliases', { detail: 'There are more than 100 aliases in this file.', range });
  }
  if (objection.reason === 'pieces') {
    const detail = `Up to here there are ${mostPieces.toLocaleString('en')} names, values, marks and line breaks; more are not read.`;
    return problem('yaml-too-many-pieces', { detail, range, hint: 'Spread it over several files.' });
  }
  const codes = { 'control-character': 'text-control-character', unclosed: 'yaml-syntax' } as const;
  const { reason } = objection;
  const code = reason === 'tag' || reason === 'directive' ? 'yaml-not-supported' : codes[reason];
  return problem(code, { detail: objections[reason], range });
};

/** The first thing that is wrong with the syntax; what follows it is mostly a consequence. */
const syntaxProblem = (errors: readonly YAMLError[], source: SourceMap): Diagnostic | undefined => {
  const [first] = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  if (!first) return undefined;
  const range = source.range(first.pos[0], first.pos[1]);
  if (first.code === 'MULTIPLE_DOCS') {
    return problem('yaml-not-supported', { detail: 'A file holds one document; a second one begins here.', range });
  }
  return problem('yaml-syntax', { detail: `${first.message.split('\n')[0]}.`.replace(/\.\.$/, '.'), range });
};

/** Parses without stack traces: a hostile text brings an error for each of its characters, and nobody reads where they arose. */
const parseQuickly = (yaml: YamlLibrary, text: string): Document.Parsed => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return yaml.parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      // Checking keys is ours: the library's own check takes time that grows with the square of their number.
      uniqueKeys: false,
      resolveKnownTags: false,
      prettyErrors: false,
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/** Answers which pair of a mapping has a key. A mapping is gone through once, when the first of its keys is asked for. */
const createPairFinder = (yaml: YamlLibrary): ((map: YAMLMap, key: string | number) => Pair | undefined) => {
  const known = new Map<YAMLMap, ReadonlyMap<unknown, Pair>>();
  return (map, key) => {
    const pairs = known.get(map) ?? new Map(map.items.map((pair) => [yaml.isScalar(pair.key) && pair.key.value, pair]));
    known.set(map, pairs);
    return pairs.get(key);
  };
};

/** The range of the value (or key) at a path, or of its nearest ancestor that exists. */
const locateIn = (
  document: Document.Parsed,
  yaml: YamlLibrary,
  source: SourceMap,
  find: ReturnType<typeof createPairFinder>,
  path: StructuralPath,
  part: 'key' | 'value',
): SourceRange => {
  const resolved = (node: unknown): unknown => (yaml.isAlias(node) ? node.resolve(document) : node);
  let key: unknown = document.contents;
  let value: unknown = document.contents;
  for (const step of path) {
    const parent = resolved(value);
    if (yaml.isMap(parent)) {
      const pair = find(parent, step);
      if (!pair) break;
      [key, value] = [pair.key, pair.value ?? pair.key];
    } else if (yaml.isSeq(parent) && typeof step === 'number' && step < parent.items.length) {
      key = value = parent.items[step];
    } else break;
  }
  const node = (part === 'key' ? key : value) as Node | null;
  return node?.range ? source.range(node.range[0], node.range[1]) : source.range(0);
};

/** Loads the library, which a program that reads JSON alone never needs. */
export const loadYaml = (): Promise<YamlLibrary> => import('yaml');

/**
 * YAML 1.2, core schema, one document. Refused with a position, besides bad syntax: nesting deeper than 64, custom tags,
 * merge keys, more of anything, aliases above all, than any person writes, keys given twice or that are no strings, `__proto__` and its kin,
 * numbers that a double cannot keep, infinities.
 */
export const parseYaml = async (document: TextDocument): Promise<Outcome<ParsedDocument>> => {
  const yaml = await loadYaml();
  const { text, filename } = document;
  const source = createSourceMap(filename, text);
  const objection = scanYaml(text, new yaml.Lexer());
  if (objection) return failure([explain(objection, source)]);
  const parsed = parseQuickly(yaml, text);
  const wrong = syntaxProblem([...parsed.errors, ...parsed.warnings], source);
  if (wrong) return failure([wrong]);
  if (parsed.contents === null || (yaml.isScalar(parsed.contents) && parsed.contents.source === '')) {
    return failure([problem('document-empty', { detail: `${filename} is empty.`, range: source.range(0) })]);
  }
  const { value, problems } = yamlToValue(parsed, yaml, source);
  if (problems.length > 0) return failure(problems);
  const find = createPairFinder(yaml);
  return success({
    filename,
    value,
    locate: (path, part = 'value') => locateIn(parsed, yaml, source, find, path, part),
  });
};
