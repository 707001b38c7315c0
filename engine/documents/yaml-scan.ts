import type { Lexer } from 'yaml';

/** Configuration nests about ten levels deep. */
export const deepestYaml = 64;
/** The scan counts up to twice too much; the exact depth is judged on the parsed nodes, which this many cannot hurt. */
const deepestScanned = 2 * deepestYaml + 8;
const mostAliases = 100;
/**
 * Names, values, brackets, marks, comments and line breaks, each one piece: far more than anybody writes by hand, and
 * what the parser takes a quarter of a second for at the worst.
 */
export const mostPieces = 100_000;

/** Why a text is not handed to the YAML parser, and where. */
export interface YamlObjection {
  readonly reason: 'depth' | 'aliases' | 'pieces' | 'tag' | 'directive' | 'unclosed' | 'control-character';
  readonly start: number;
  readonly end: number;
}

/** The tags of the core schema; they can be written out, though nobody does. */
const coreTags = new Set(['!!str', '!!int', '!!float', '!!bool', '!!null', '!!map', '!!seq']);

/** What the lexer puts between the pieces of the text to say what follows; no text may contain these itself. */
const scalarMark = '\u001f';
const otherMarks = new Set(['\u0002', '\u0018']);

/**
 * Follows the tokens of a text and keeps count of how deeply they may nest: brackets that are open, keys that follow one
 * another without a comma or a new line between them, columns at which block collections began. The count is never lower
 * than what the parser will make of the text, and at most about twice as high.
 */
class Nesting {
  /** One entry for each open bracket: the keys seen in it since the last comma. */
  readonly #flow: number[] = [];
  readonly #columns: number[] = [];
  #keys = 0;
  #column = 0;
  #atLineStart = true;
  #keysOnLine = 0;

  newLine(): void {
    this.#column = 0;
    this.#atLineStart = true;
    this.#keysOnLine = 0;
  }

  /** Returns the depth after the token. */
  take(token: string): number {
    if (token === '{' || token === '[') this.#flow.push(0);
    else if (token === '}' || token === ']') this.#keys -= this.#flow.pop() ?? 0;
    else if (this.#flow.length > 0) this.#insideBrackets(token);
    else if (token === '-' || token === '?' || token === ':') this.#indicator(token);
    else if (!/^[ \t]/.test(token)) this.#atLineStart = false;
    if (this.#atLineStart) this.#column += token.length;
    return this.#flow.length + this.#keys + this.#columns.length + this.#keysOnLine;
  }

  #insideBrackets(token: string): void {
    const last = this.#flow.length - 1;
    if (token === ',') {
      this.#keys -= this.#flow[last] ?? 0;
      this.#flow[last] = 0;
    } else if (token === ':' || token === '?') {
      this.#keys += 1;
      this.#flow[last] = (this.#flow[last] ?? 0) + 1;
    }
  }

  #indicator(token: string): void {
    if (token === ':') this.#keysOnLine += 1;
    while ((this.#columns.at(-1) ?? -1) > this.#column) this.#columns.pop();
    if ((this.#columns.at(-1) ?? -1) < this.#column) this.#columns.push(this.#column);
  }
}

/** `- - - - `: the lexer itself recurses once for each of these, so they are counted before it runs. */
const indicatorRun = new RegExp(`(?:[-?:][ \\t]+){${deepestYaml},}`);
const controlCharacter = /[^\P{Cc}\t\n\r\u0085]/u;

const beforeLexer = (text: string): YamlObjection | undefined => {
  const control = controlCharacter.exec(text);
  if (control) return { reason: 'control-character', start: control.index, end: control.index + 1 };
  const run = indicatorRun.exec(text);
  return run ? { reason: 'depth', start: run.index, end: run.index } : undefined;
};

/** A quote behind a backslash does not close; at the end of a text the parser takes it for the closing one. */
const endsEscaped = /^"(?:.*[^\\])?(?:\\\\)*\\"$/s;

const objectionTo = (token: string, offset: number): YamlObjection | undefined => {
  const at = { start: offset, end: offset + token.length };
  if (token.startsWith('!') && !coreTags.has(token)) return { reason: 'tag', ...at };
  if (token.startsWith('%') && !/^%YAML\s+1\.2\s*$/.test(token)) return { reason: 'directive', ...at };
  if (token.startsWith('"') && endsEscaped.test(token)) return { reason: 'unclosed', ...at };
  return undefined;
};

/**
 * Looks through a text before the YAML parser may see it, in one pass without recursion. The parser recurses, and a
 * few kilobytes of brackets abort the whole process beyond any `catch`.
 */
export const scanYaml = (text: string, lexer: Lexer): YamlObjection | undefined => {
  const early = beforeLexer(text);
  if (early) return early;
  const nesting = new Nesting();
  let [offset, aliases, pieces, isScalar] = [0, 0, 0, false];
  for (const token of lexer.lex(text)) {
    pieces += 1;
    if (pieces > mostPieces) return { reason: 'pieces', start: offset, end: offset };
    if (isScalar) {
      isScalar = false;
      nesting.take('scalar');
    } else if (token === scalarMark || otherMarks.has(token)) {
      isScalar = token === scalarMark;
      continue;
    } else if (token === '\n' || token === '\r\n') {
      nesting.newLine();
    } else {
      if (token.startsWith('*')) aliases += 1;
      const objection = objectionTo(token, offset);
      if (objection) return objection;
      if (aliases > mostAliases) return { reason: 'aliases', start: offset, end: offset + token.length };
      if (nesting.take(token) > deepestScanned) return { reason: 'depth', start: offset, end: offset };
    }
    offset += token.length;
  }
  return undefined;
};
