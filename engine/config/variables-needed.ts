import type { Config, Expression } from './config.ts';
import { referencesIn } from './expression.ts';

const isExpression = (value: object): value is Expression =>
  'text' in value && typeof value.text === 'string' && 'range' in value;

/** Every expression in a configuration, wherever it stands: what is added to the configuration is found as well. */
const expressionsIn = (value: unknown): readonly Expression[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Map) return [...value.values()].flatMap(expressionsIn);
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  return isExpression(value) ? [value] : Object.values(value).flatMap(expressionsIn);
};

/** The environment variables that a configuration refers to, each with the expression that names it first. */
export const variablesNeeded = (config: Config): ReadonlyMap<string, Expression> => {
  const needed = new Map<string, Expression>();
  for (const expression of expressionsIn(config)) {
    for (const name of referencesIn(expression.text)) if (!needed.has(name)) needed.set(name, expression);
  }
  return needed;
};
