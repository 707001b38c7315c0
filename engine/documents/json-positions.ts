import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type Diagnostic, problem, type SourceRange } from '../diagnostics/index.ts';
import type { StructuralPath } from '../values/index.ts';
import type { TextDocument } from './document.ts';
import { duplicateKey, forbiddenKey, isForbiddenKey, isStorable, mostProblems, unstorableString } from './findings.ts';
import type { SourceMap } from './source-map.ts';

/** The slow parser, which remembers positions. It is only asked when something is wrong or a position is wanted. */
export const positionedTree = (text: string): { readonly root: Node | undefined; readonly errors: ParseError[] } => {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  return { root, errors };
};

/** `PropertyNameExpected` as words. */
const inWords = (error: ParseError): string =>
  printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** The first thing that is wrong with the syntax; what follows it is mostly a consequence. */
export const syntaxProblem = (document: TextDocument, source: SourceMap): Diagnostic => {
  if (document.text.trim() === '') {
    return problem('document-empty', { detail: `${document.filename} is empty.`, range: source.range(0) });
  }
  const [first] = [...positionedTree(document.text).errors].sort((a, b) => a.offset - b.offset);
  const range = first ? source.range(first.offset, first.offset + first.length) : source.range(0);
  const what = first ? inWords(first) : 'the text as a whole';
  return problem('json-syntax', { detail: `${document.filename} is not valid JSON: ${what}.`, range });
};

const keyOf = (property: Node): { readonly node: Node; readonly name: string } | undefined => {
  const node = property.children?.[0];
  return node && typeof node.value === 'string' ? { node, name: node.value } : undefined;
};

const rangeOf = (node: Node, source: SourceMap): SourceRange => source.range(node.offset, node.offset + node.length);

const checkKeys = (object: Node, source: SourceMap, found: Diagnostic[]): void => {
  const first = new Map<string, Node>();
  for (const property of object.children ?? []) {
    const key = keyOf(property);
    if (!key || found.length >= mostProblems) continue;
    const earlier = first.get(key.name);
    if (earlier) found.push(duplicateKey(key.name, source.lineOf(earlier.offset), rangeOf(key.node, source)));
    else first.set(key.name, key.node);
    if (isForbiddenKey(key.name)) found.push(forbiddenKey(key.name, rangeOf(key.node, source)));
  }
};

/** All keys given twice, keys that are refused and strings that cannot be stored. */
export const contentProblems = (text: string, source: SourceMap): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  const walk = (node: Node): void => {
    if (node.type === 'object') checkKeys(node, source, found);
    const text: unknown = node.value;
    if (typeof text === 'string' && !isStorable(text)) found.push(unstorableString(text, rangeOf(node, source)));
    for (const child of node.children ?? []) if (found.length < mostProblems) walk(child);
  };
  const { root } = positionedTree(text);
  if (root) walk(root);
  return found;
};

const childAt = (node: Node, step: string | number): { readonly key: Node; readonly value: Node } | undefined => {
  if (node.type === 'array' && typeof step === 'number') {
    const value = node.children?.[step];
    return value && { key: value, value };
  }
  if (node.type !== 'object') return undefined;
  const property = node.children?.find((child) => child.children?.[0]?.value === step);
  const [key, value] = property?.children ?? [];
  return key && value && { key, value };
};

/** The range of the value (or key) at a path, or of its nearest ancestor that exists. */
export const locateInTree = (
  root: Node | undefined,
  source: SourceMap,
  path: StructuralPath,
  part: 'key' | 'value',
): SourceRange => {
  if (!root) return source.range(0);
  let found = { key: root, value: root };
  for (const step of path) {
    const next = childAt(found.value, step);
    if (!next) break;
    found = next;
  }
  return rangeOf(part === 'key' ? found.key : found.value, source);
};
