import { resolve } from 'node:path';
import { type Diagnostic, problem } from '../diagnostics/index.ts';
import type { JsonValue, StructuralPath } from '../values/index.ts';
import { hasExpression } from './expression.ts';
import type { Rule } from './subject.ts';

/** The keys whose expressions are resolved; the rules of databases judge them. */
const databaseKeys = new Set(['url', 'database', 'database_url']);

const resolvesExpressions = (path: StructuralPath): boolean => {
  const isDatabase = path.includes('database') || path.includes('database_url');
  return isDatabase && databaseKeys.has(String(path.at(-1)));
};

/** A shell resolves `${NAME}` by itself; the other forms are ours. */
const isForeign = (path: StructuralPath, text: string): boolean =>
  path.at(-1) === 'run' && !/\$\{(env|var|environment)\./.test(text);

const textsOf = (value: JsonValue, path: StructuralPath): readonly (readonly [StructuralPath, string])[] => {
  if (typeof value === 'string') return [[path, value]];
  if (value === null || typeof value !== 'object') return [];
  const entries: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([step, item]) => textsOf(item, [...path, step]));
};

/** An expression that nobody resolves would silently be taken for text. */
const expressionsAreResolved: Rule = ({ written, document }) =>
  textsOf(written as unknown as JsonValue, [])
    .filter(([path, text]) => hasExpression(text) && !resolvesExpressions(path) && !isForeign(path, text))
    .map(([path]) =>
      problem('config-not-available', {
        detail: 'Expressions are known, but not available yet anywhere else than in the URL of a database.',
        range: document.locate(path),
      }),
    );

const leavesTree = (glob: string): boolean =>
  glob === '' || /^([/\\]|[A-Za-z]:)/.test(glob) || glob.split('/').includes('..');

const globsStayInside: Rule = ({ written, document }) =>
  (['workflows', 'agents'] as const).flatMap((key) =>
    (written.source?.[key] ?? []).flatMap((glob, index) => {
      if (glob === null || !leavesTree(glob)) return [];
      const detail = `"${glob}" does not stay inside the repository.`;
      return problem('config-invalid-path', { detail, range: document.locate(['source', key, index]) });
    }),
  );

const directoriesAreApart: Rule = ({ config, document }): readonly Diagnostic[] => {
  const { directory } = config;
  const backups = resolve(directory, config.backups.directory);
  if (backups !== config.state.directory && backups !== directory) return [];
  const whose = backups === directory ? 'the configuration itself' : 'the state';
  const detail = `Backups cannot be kept in the directory of ${whose}.`;
  return [problem('config-invalid-path', { detail, range: document.locate(['backups', 'path']) })];
};

export const textRules: readonly Rule[] = [expressionsAreResolved, globsStayInside, directoriesAreApart];
