import type { SourceRange } from '../diagnostics/index.ts';
import type { JsonObject, StructuralPath } from '../values/index.ts';
import type { Config, Expression } from './config.ts';
import { referencesIn } from './expression.ts';
import { textsIn } from './texts.ts';

const isExpression = (value: object): value is Expression =>
  'text' in value && typeof value.text === 'string' && 'range' in value;

/** Every expression in a configuration, wherever it stands: what is added to the configuration is found as well. */
const expressionsIn = (value: unknown): readonly Expression[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Map) return [...value.values()].flatMap(expressionsIn);
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  return isExpression(value) ? [value] : Object.values(value).flatMap(expressionsIn);
};

/** What a provider is told holds expressions as texts, because their keys are the provider's own. */
const toldIn = (options: JsonObject, at: (path: StructuralPath) => SourceRange): readonly Expression[] =>
  textsIn(options, []).map(([path, text]) => ({ text, range: at(path) }));

const toldToProviders = ({ backups, targets }: Config): readonly Expression[] => [
  ...toldIn(backups.options, backups.at),
  ...[...targets.values()].flatMap((target) =>
    target.smokeTests.flatMap((test, index) =>
      test.kind === 'check'
        ? toldIn(test.options, (path) => target.at(['smoke_tests', index, 'check', 'options', ...path]))
        : [],
    ),
  ),
  ...[...targets.values()].flatMap(({ notifications }) =>
    notifications.flatMap(({ options, at }) => toldIn(options, at)),
  ),
];

/** The environment variables that a configuration refers to, each with the expression that names it first. */
export const variablesNeeded = (config: Config): ReadonlyMap<string, Expression> => {
  const needed = new Map<string, Expression>();
  for (const expression of [...expressionsIn(config), ...toldToProviders(config)]) {
    for (const name of referencesIn(expression.text)) if (!needed.has(name)) needed.set(name, expression);
  }
  return needed;
};
