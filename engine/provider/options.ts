import { type Diagnostic, problem, type SourceRange } from '../diagnostics/index.ts';
import { findSchemaProblems, type ParsedDocument } from '../documents/index.ts';
import { type JsonObject, type StructuralPath, valueAt } from '../values/index.ts';
import type { ThirdPartyKind } from './author.ts';
import { type InstalledProvider, labelOf } from './installed.ts';

/** What a provider is told, and where it stands. */
export interface ToldOptions {
  readonly options: JsonObject;
  readonly at: (path: StructuralPath) => SourceRange;
}

const hasExpression = (value: unknown): boolean => typeof value === 'string' && value.includes('${');

/**
 * What the provider's own schema does not allow in its options. A text that holds an expression is judged when it is
 * resolved; so these may be options before that and after it.
 */
export const checkOptions = async (
  installed: InstalledProvider,
  kind: ThirdPartyKind,
  { options, at }: ToldOptions,
): Promise<readonly Diagnostic[]> => {
  const schema = installed.manifest.kinds.get(kind);
  if (!schema) {
    const can = [...installed.manifest.kinds.keys()].join(' and ');
    const detail = `${labelOf(installed)} is no ${kind}; it is a ${can}.`;
    return [problem('provider-lacks-capability', { detail, range: at([]) })];
  }
  const document: ParsedDocument = { filename: at([]).filename, value: options, locate: (path) => at(path) };
  try {
    const problems = await findSchemaProblems(schema, document);
    return problems
      .filter(({ path }) => !hasExpression(valueAt(options, path)))
      .map(({ diagnostic }) => ({
        ...diagnostic,
        hint: diagnostic.hint ?? `${labelOf(installed)} says so in its schema.`,
      }));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const detail = `${labelOf(installed)} brings a schema that cannot be used: ${why}.`;
    return [problem('provider-package-invalid', { detail, range: installed.config.at([]), hint: 'Tell its author.' })];
  }
};
