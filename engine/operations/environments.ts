import { type Config, type EnvironmentConfig, loadConfig, type TargetConfig, winnersOf } from '../config/index.ts';
import { failure, type Outcome, refuse, type SourceRange, success } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { refresh } from '../plan/index.ts';
import { isSecretName, mask } from '../values/index.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';

const requireEnvironment = (config: Config, name: string): EnvironmentConfig => {
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

const shown = (name: string, value: string): string => (isSecretName(name) ? mask : value);

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

const targetsOf = ({ targets }: Config, environment: string): readonly TargetConfig[] =>
  [...targets.values()].filter((target) => target.environment === environment);

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

const viewOf = async (session: Session, environment: EnvironmentConfig): Promise<EnvironmentView> => {
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
  withSession(context, { command: 'm3forge env list', ...request }, async (session) => {
    const views: EnvironmentView[] = [];
    for (const environment of session.config.environments.values()) views.push(await viewOf(session, environment));
    return success(views);
  });

/** One thing that two environments should have in common and have not. */
export interface ParityDifference {
  /** Such as `schema version`, `variable LOG_LEVEL`, `deployment.max_deletes`. */
  readonly what: string;
  /** Null where an environment has nothing of the kind. */
  readonly left: string | null;
  readonly right: string | null;
}

export interface Parity {
  readonly left: string;
  readonly right: string;
  readonly differences: readonly ParityDifference[];
}

/** One side of a comparison: by what is compared, its value as text. */
type Aspects = ReadonlyMap<string, string>;

const joined = (values: readonly (string | number | boolean)[]): string =>
  [...distinct(values.map(String))].sort().join(', ');

/** What bounds releases and executions; the targets of an environment may differ among themselves. */
const limitsOf = (targets: readonly TargetConfig[]): Aspects => {
  const each: readonly (readonly [string, (target: TargetConfig) => string | number | boolean])[] = [
    ['deployment.timeout_seconds', ({ deployment }) => deployment.timeoutSeconds],
    ['deployment.max_deletes', ({ deployment }) => deployment.maxDeletes ?? 'unlimited'],
    ['deployment.require_backup', ({ deployment }) => deployment.requireBackup],
    ['deployment.run_smoke_tests', ({ deployment }) => deployment.runSmokeTests],
    ['deployment.on_failure', ({ deployment }) => deployment.onFailure],
    ['gates.validation.enabled', ({ gates }) => gates.validation.enabled],
    ['gates.validation.fail_on_warnings', ({ gates }) => gates.validation.failOnWarnings],
  ];
  return targets.length === 0 ? new Map() : new Map(each.map(([name, read]) => [name, joined(targets.map(read))]));
};

const aspectsOf = async (session: Session, environment: EnvironmentConfig): Promise<Aspects> => {
  const { schema_versions: schemas } = await viewOf(session, environment);
  const variables = winnersOf(session.config, environment).map(({ variable }) => variable);
  return new Map([
    ...(schemas.length > 0 ? ([['schema version', joined(schemas)]] as const) : []),
    ...variables.map(({ name, value }) => [`variable ${name}`, value] as const),
    ...limitsOf(targetsOf(session.config, environment.name)),
  ]);
};

/** A value that sounds secret is compared, and not shown. */
const visible = (what: string, value: string | undefined): string | null =>
  value === undefined ? null : what.startsWith('variable ') ? shown(what, value) : value;

/** What differs between two sides, in the order in which it is met. Pure. */
export const parityOf = (left: Aspects, right: Aspects): readonly ParityDifference[] =>
  distinct([...left.keys(), ...right.keys()])
    .filter((what) => left.get(what) !== right.get(what))
    .map((what) => ({ what, left: visible(what, left.get(what)), right: visible(what, right.get(what)) }));

/** `m3forge env list --compare A B`: what two environments should have in common and have not. */
export const compareEnvironments = (
  context: OperationContext,
  request: { readonly left: string; readonly right: string; readonly lockTimeoutMs: number },
): Promise<Outcome<Parity>> =>
  withSession(
    context,
    { command: 'm3forge env list', lockTimeoutMs: request.lockTimeoutMs },
    async (session): Promise<Outcome<Parity>> => {
      const [left, right] = [request.left, request.right].map((name) => requireEnvironment(session.config, name));
      if (!left || !right) throw new Error('two names make two environments');
      const differences = parityOf(await aspectsOf(session, left), await aspectsOf(session, right));
      return success({ left: left.name, right: right.name, differences });
    },
  );
