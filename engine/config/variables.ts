import type { ParsedDocument } from '../documents/index.ts';
import type { StructuralPath } from '../values/index.ts';
import type { Config, EnvironmentConfig, Variable } from './config.ts';
import type { LongVariableFile, VariableFile } from './file.ts';

/** The long form of a variable, whichever way it is written; undefined for what the schema has refused. */
export const longForm = (written: VariableFile | null | undefined): LongVariableFile | undefined => {
  if (written === null || written === undefined) return undefined;
  return typeof written === 'object' ? written : { value: written };
};

/** Whether nobody may see the value, in either spelling. */
export const isSecret = ({ secret, is_secret: alias }: LongVariableFile): boolean => secret === true || alias === true;

/** The plain variables of one part of the file, by name. What is secret was refused, and is kept nowhere. */
export const variablesOf = (
  written: Readonly<Record<string, VariableFile>> | undefined,
  path: StructuralPath,
  locate: ParsedDocument['locate'],
): ReadonlyMap<string, Variable> => {
  const variables = new Map<string, Variable>();
  for (const [name, entry] of Object.entries(written ?? {})) {
    const long = longForm(entry);
    if (long?.value === undefined || isSecret(long)) continue;
    variables.set(name, { name, value: String(long.value), range: locate([...path, name]) });
  }
  return variables;
};

/** One variable as the workflows of an environment see it, and what it came before. */
export interface Winner {
  readonly variable: Variable;
  readonly from: 'environment' | 'global';
  /** The global default that the environment's own value came before. */
  readonly over: Variable | undefined;
}

/** What wins for an environment, sorted by name: its own variables before those of the whole configuration. */
export const winnersOf = (
  config: Pick<Config, 'variables'>,
  environment: Pick<EnvironmentConfig, 'variables'>,
): readonly Winner[] => {
  const names = new Set([...config.variables.keys(), ...environment.variables.keys()]);
  return [...names].sort().flatMap((name): readonly Winner[] => {
    const own = environment.variables.get(name);
    const global = config.variables.get(name);
    if (own) return [{ variable: own, from: 'environment', over: global }];
    return global ? [{ variable: global, from: 'global', over: undefined }] : [];
  });
};
