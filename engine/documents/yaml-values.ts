import type { Alias, Document, Node, Scalar, YAMLMap } from 'yaml';
import { type Diagnostic, problem, type SourceRange } from '../diagnostics/index.ts';
import type { JsonValue } from '../values/index.ts';
import { isExactNumber } from './exact-number.ts';
import {
  duplicateKey,
  forbiddenKey,
  inexactNumber,
  isForbiddenKey,
  isStorable,
  mostProblems,
  tooDeep,
  unstorableString,
} from './findings.ts';
import type { SourceMap } from './source-map.ts';
import { deepestYaml } from './yaml-scan.ts';

export type YamlLibrary = typeof import('yaml');

/** How many values aliases may stand for in all, each counted as often as it would be written out. */
const largestExpansion = 10_000;

/** Whole numbers must be safe integers, in whatever base; decimals must survive being read and written. */
const isExact = (value: number, source: string): boolean => {
  const literal = source.replace(/^[+]/, '');
  const isDecimal = /^-?[\d.]/.test(literal) && !/^-?0[xo]/.test(literal);
  if (!isDecimal || /^-?\d+$/.test(literal)) return Number.isSafeInteger(value);
  return isExactNumber(literal);
};

interface Anchored {
  readonly value: JsonValue;
  readonly size: number;
  readonly height: number;
}

/** Turns a tree of YAML nodes, whose depth is known to be bounded, into a plain value. */
class Converter {
  readonly problems: Diagnostic[] = [];
  readonly #anchors = new Map<string, Anchored>();
  #expanded = 0;
  #size = 0;
  #deepest = 0;
  readonly #yaml: YamlLibrary;
  readonly #source: SourceMap;

  constructor(yaml: YamlLibrary, source: SourceMap) {
    this.#yaml = yaml;
    this.#source = source;
  }

  convert(node: unknown, depth: number): JsonValue {
    const { isAlias, isMap, isScalar, isSeq } = this.#yaml;
    this.#size += 1;
    this.#deepest = Math.max(this.#deepest, depth);
    if (isAlias(node)) return this.#alias(node, depth);
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
    const [sizeBefore, deepestBefore] = [this.#size, this.#deepest];
    this.#deepest = depth;
    const value = isScalar(node)
      ? this.#scalar(node)
      : isMap(node)
        ? this.#map(node, depth)
        : node.items.map((item) => this.convert(item, depth + 1));
    if (node.anchor) {
      this.#anchors.set(node.anchor, { value, size: this.#size - sizeBefore + 1, height: this.#deepest - depth });
    }
    if (depth === deepestYaml + 1) this.#complain(node, (range) => tooDeep(deepestYaml, range));
    this.#deepest = Math.max(this.#deepest, deepestBefore);
    return value;
  }

  /** Aliases share their value here, but whoever writes the value out pays for each of them. */
  #alias(node: Alias, depth: number): JsonValue {
    const anchored = this.#anchors.get(node.source);
    if (!anchored) {
      this.#refuse(node, `The alias *${node.source} stands inside, or before, the value that it names.`);
      return null;
    }
    const already = this.#expanded > largestExpansion;
    this.#size += anchored.size;
    this.#expanded += anchored.size;
    this.#deepest = Math.max(this.#deepest, depth + anchored.height);
    if (depth + anchored.height > deepestYaml) this.#complain(node, (range) => tooDeep(deepestYaml, range));
    if (this.#expanded <= largestExpansion) return anchored.value;
    const detail = `The aliases of this file stand for more than ${largestExpansion} values.`;
    if (!already) this.#complain(node, (range) => problem('yaml-too-many-aliases', { detail, range }));
    return null;
  }

  #scalar(node: Scalar): JsonValue {
    const { value } = node;
    if (typeof value === 'string') {
      this.#checkString(value, node);
      return value;
    }
    if (typeof value === 'number') {
      if (!isExact(value, node.source ?? '')) this.#complain(node, inexactNumber);
      return value;
    }
    return typeof value === 'boolean' ? value : null;
  }

  #map(node: YAMLMap, depth: number): JsonValue {
    const result: [string, JsonValue][] = [];
    const offsets = new Map<string, number>();
    for (const pair of node.items) {
      const key = this.#key(pair.key);
      if (key) {
        const first = offsets.get(key.text.normalize('NFC'));
        if (first === undefined) offsets.set(key.text.normalize('NFC'), key.offset);
        else this.#complain(pair.key, (range) => duplicateKey(key.text, this.#source.lineOf(first), range));
      }
      const value = this.convert(pair.value, depth + 1);
      if (key) result.push([key.text, value]);
    }
    return Object.fromEntries(result);
  }

  #key(node: unknown): { readonly text: string; readonly offset: number } | undefined {
    if (!this.#yaml.isScalar(node) || typeof node.value !== 'string') {
      this.#refuse(node, 'A key must be a string. Put it into quotes.');
      return undefined;
    }
    const text = node.value;
    if (text === '<<' && node.type === 'PLAIN') {
      this.#refuse(node, 'Merge keys (`<<`) are not accepted.');
      return undefined;
    }
    if (isForbiddenKey(text)) {
      this.#complain(node, (range) => forbiddenKey(text, range));
      return undefined;
    }
    this.#checkString(text, node);
    if (node.anchor) this.#anchors.set(node.anchor, { value: text, size: 1, height: 0 });
    return { text, offset: node.range?.[0] ?? 0 };
  }

  #checkString(text: string, node: Node): void {
    if (isStorable(text)) return;
    this.#complain(node, (range) => unstorableString(text, range));
  }

  #refuse(node: unknown, detail: string): void {
    this.#complain(node, (range) => problem('yaml-not-supported', { detail, range }));
  }

  /** Positions cost time, so they are computed for what is wrong only, and not for endless repetitions of it. */
  #complain(node: unknown, say: (range: SourceRange) => Diagnostic): void {
    if (this.problems.length >= mostProblems) return;
    const range = this.#yaml.isNode(node) ? node.range : undefined;
    this.problems.push(say(this.#source.range(range?.[0] ?? 0, range?.[1] ?? 0)));
  }
}

/** The plain value of a parsed document, with everything about it that is refused. */
export const yamlToValue = (
  document: Document.Parsed,
  yaml: YamlLibrary,
  source: SourceMap,
): { readonly value: JsonValue; readonly problems: readonly Diagnostic[] } => {
  const converter = new Converter(yaml, source);
  const value = converter.convert(document.contents, 0);
  return { value, problems: converter.problems };
};
