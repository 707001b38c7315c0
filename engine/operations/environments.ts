import { type Config, type EnvironmentConfig, loadConfig, type TargetConfig, winnersOf } from '../config/index.ts';
import { failure, type Outcome, refuse, type SourceRange, success } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { refresh } from '../plan/index.ts';
import { isSecretName, mask } from '../values/index.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';

export const requireEnvironment = (config: Config, name: string): EnvironmentConfig => {
  const environment = config.environments.get(name);
  if (environment) return environment;
  const names = [...config.environments.keys()];
  const near = closest(name, names);
  throw refuse('environment-unknown', {
    detail: `There is no environment "${name}" in ${config.file}.`,
    hint: near ? `Did you mean "${near}"?` : `There are: ${names.join(', ') || 'none'}.`,
  });
};

/** A variable as the workflows of an environment see it. What sounds secret is shown as `***`. */
export interface VariableView {
  readonly name: string;
  readonly value: string;
  /** `environment`: its own value; `global`: the default of the whole configuration. */
  readonly from: 'environment' | 'global';
  /** `file:line`. */
  readonly at: string;
  /** The global default that the environment's own value comes before; null where there is none. */
  readonly instead_of: { readonly value: string; readonly at: string } | null;
}

/** What sounds secret is named and not shown. */
export const shown = (name: string, value: string): string => (isSecretName(name) ? mask : value);

const placeOf = ({ filename, start }: SourceRange): string => `${filename}:${start.line}`;

/** `m3forge env variables ENV`: each variable with its winner, from the file alone: no database, no network. */
export const environmentVariables = (
  context: OperationContext,
  request: { readonly environment: string },
): Promise<Outcome<readonly VariableView[]>> =>
  asOutcome(async () => {
    const loaded = await loadConfig(context.system, context.location);
    if (!loaded.ok) return failure(loaded.diagnostics);
    const environment = requireEnvironment(loaded.value, request.environment);
    const views = winnersOf(loaded.value, environment).map(
      ({ variable, from, over }): VariableView => ({
        name: variable.name,
        value: shown(variable.name, variable.value),
        from,
        at: placeOf(variable.range),
        instead_of: over ? { value: shown(over.name, over.value), at: placeOf(over.range) } : null,
      }),
    );
    return success(views, loaded.diagnostics);
  });

/** One environment: what is declared of it, and what was seen of its places. */
export interface EnvironmentView {
  readonly environment: string;
  readonly type: EnvironmentConfig['type'];
  readonly enabled: boolean;
  readonly targets: readonly string[];
  /** What its places run; a place that runs nothing is left out. */
  readonly versions: readonly string[];
  /** The schema versions of its places; empty where nothing was released yet. */
  readonly schema_versions: readonly number[];
  /** How many variables its workflows see. */
  readonly variables: number;
}

export const targetsOf = ({ targets }: Config, environment: string): readonly TargetConfig[] =>
  [...targets.values()].filter((target) => target.environment === environment);

export const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** What is declared of an environment, and what its places say. */
export const viewOf = async (session: Session, environment: EnvironmentConfig): Promise<EnvironmentView> => {
  const { config, state } = session;
  const targets = targetsOf(config, environment.name);
  const statuses: Awaited<ReturnType<typeof refresh>>['status'][] = [];
  const seen = new Set<string>();
  for (const target of targets) {
    const { address, store } = await session.place(target);
    if (!seen.has(address)) statuses.push((await refresh(store, state)).status);
    seen.add(address);
  }
  const places = statuses.filter((status) => status !== undefined);
  return {
    environment: environment.name,
    type: environment.type,
    enabled: environment.enabled,
    targets: targets.map(({ name }) => name),
    versions: distinct(places.flatMap(({ marker }) => marker?.version ?? [])),
    schema_versions: distinct(places.map(({ schemaVersion }) => schemaVersion)),
    variables: winnersOf(config, environment).length,
  };
};

/** `m3forge env list`: the environments, and what was seen of their places. */
export const listEnvironments = (
  context: OperationContext,
  request: { readonly lockTimeoutMs: number },
): Promise<Outcome<readonly EnvironmentView[]>> =>
  withSession(context, { command: 'm3forge env list', permit: 'view', ...request }, async (session) => {
    const views: EnvironmentView[] = [];
    for (const environment of session.config.environments.values()) views.push(await viewOf(session, environment));
    return success(views);
  });
