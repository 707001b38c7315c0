import { isDeepStrictEqual } from 'node:util';
import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { TextDocument } from './document.ts';
import { wholeFile } from './source-map.ts';
import { parseYaml } from './yaml.ts';

/** Makes a YAML text canonical. */
export type YamlFormatter = (text: string) => Promise<string>;

/** What the editors' YAML language server formats with as well, so that both come to the same. */
const prettier: YamlFormatter = async (text) => {
  const [{ format }, yaml] = await Promise.all([import('prettier/standalone'), import('prettier/plugins/yaml')]);
  return format(text, { parser: 'yaml', plugins: [yaml], printWidth: 120 });
};

/** The comments of a text in their order. */
const commentsOf = async (text: string): Promise<readonly string[]> => {
  const { CST, Lexer } = await import('yaml');
  const comments: string[] = [];
  let inScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (!inScalar && CST.tokenType(token) === 'comment') comments.push(token.trimEnd());
    // What follows this mark is the text of a scalar, whatever it looks like.
    inScalar = token === CST.SCALAR;
  }
  return comments;
};

/** More rounds are not needed: a text is canonical when formatting leaves it as it is. */
const mostRounds = 4;

const settled = async (text: string, format: YamlFormatter): Promise<string | undefined> => {
  let last = text;
  for (let round = 0; round < mostRounds; round += 1) {
    const next = await format(last);
    if (next === last) return last;
    last = next;
  }
  return undefined;
};

/**
 * The canonical form of a YAML text: indentation by two spaces, at most one empty line, double quotes, flow mappings on a
 * line where they fit. The values, their order and every comment are what they were, which is proved each time: a text
 * that would lose one of them is refused with `format-unfaithful`.
 */
export const formatYaml = async (
  document: TextDocument,
  format: YamlFormatter = prettier,
): Promise<Outcome<string>> => {
  const before = await parseYaml(document);
  if (!before.ok) return before;
  const unfaithful = (why: string): Outcome<never> =>
    failure([
      problem('format-unfaithful', {
        detail: `Formatting ${document.filename} would ${why}, so it is left as it is.`,
        range: wholeFile(document.filename),
        hint: 'Move comments to lines of their own above what they explain, and try again.',
      }),
    ]);
  const text = await settled(document.text, format).catch(() => undefined);
  if (text === undefined) return unfaithful('come to no end');
  const after = await parseYaml({ ...document, text });
  if (!after.ok || !isDeepStrictEqual(after.value.value, before.value.value)) return unfaithful('change a value');
  const [kept, comments] = [await commentsOf(text), await commentsOf(document.text)];
  return isDeepStrictEqual(kept, comments) ? success(text) : unfaithful('lose or move a comment');
};
