import { type Diagnostic, failure, type Outcome, success } from '../diagnostics/index.ts';
import type { JsonValue, StructuralPath } from '../values/index.ts';
import type { ParsedDocument, TextDocument } from './document.ts';
import { inexactNumber, isForbiddenKey, isStorable, mostProblems, tooDeep } from './findings.ts';
import { contentProblems, locateInTree, positionedTree, syntaxProblem } from './json-positions.ts';
import { scanJson } from './json-scan.ts';
import { createSourceMap } from './source-map.ts';

/** Workflows nest deeper than configuration does; every walk over a value may still be recursive. */
export const deepestJson = 256;

interface Census {
  keys: number;
  suspicious: boolean;
}

/** Counts the keys of a value and notices what needs a closer look. The depth of the value is known to be bounded. */
const takeCensus = (value: JsonValue, census: Census, strings: boolean): void => {
  if (typeof value === 'string') {
    if (strings && !isStorable(value)) census.suspicious = true;
    return;
  }
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) takeCensus(item, census, strings);
    return;
  }
  const object = value as { readonly [key: string]: JsonValue };
  for (const key in object) {
    census.keys += 1;
    if (isForbiddenKey(key)) census.suspicious = true;
    if (strings) takeCensus(key, census, true);
    takeCensus(object[key] ?? null, census, strings);
  }
};

const tryParse = (text: string): { readonly value: JsonValue } | undefined => {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
};

const parsed = (document: TextDocument, value: JsonValue): ParsedDocument => {
  const source = createSourceMap(document.filename, document.text);
  let tree: ReturnType<typeof positionedTree> | undefined;
  return {
    filename: document.filename,
    value,
    locate: (path: StructuralPath, part: 'key' | 'value' = 'value') => {
      tree ??= positionedTree(document.text);
      return locateInTree(tree.root, source, path, part);
    },
  };
};

/**
 * Strict JSON. Refused with a position, besides bad syntax: nesting beyond the limit, keys given twice, `__proto__` and
 * its kin, U+0000 and lone surrogates, numbers that a double cannot keep. A text in order costs one scan, `JSON.parse`
 * and one walk.
 */
export const parseJson = (
  document: TextDocument,
  options: { readonly maxDepth: number } = { maxDepth: deepestJson },
): Outcome<ParsedDocument> => {
  const { text, filename } = document;
  const scan = scanJson(text, options.maxDepth);
  const source = createSourceMap(filename, text);
  if (scan.tooDeepAt !== undefined) return failure([tooDeep(options.maxDepth, source.range(scan.tooDeepAt))]);
  const result = tryParse(text);
  if (!result) return failure([syntaxProblem(document, source)]);
  // Raw text holds neither U+0000 nor lone surrogates: only an escape can bring them in.
  const census: Census = { keys: 0, suspicious: false };
  takeCensus(result.value, census, text.includes('\\u'));
  const problems: Diagnostic[] = scan.inexact
    .slice(0, mostProblems)
    .map(([start, end]) => inexactNumber(source.range(start, end)));
  if (census.suspicious || census.keys !== scan.colons) problems.push(...contentProblems(text, source));
  return problems.length > 0 ? failure(problems) : success(parsed(document, result.value));
};
